"""Attacks on a city with its own authority: each is refused, and the agent beside it notices nothing."""

import asyncio
import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiomqtt
import pytest

from collector.authority.ca import make_ca
from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.system.enrolling_room import EnrollingRoom, enrolling_room
from tests.system.intruder import answer_to_connect, certificate, connected, counted, flood, report
from tests.system.programs import Program, eventually, get
from wire.topics import COLLECTOR_PRESENCE

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.timeout(300)]

VICTIM = "dinkes"
TOPICS_OF_OTHERS = (
    f"pantau/v1/{VICTIM}/report",
    f"pantau/v1/{VICTIM}/presence",
    f"pantau/v1/{VICTIM}/ack",
    f"pantau/v1/{VICTIM}/config",
    "pantau/v1/_collector/presence",
    "pantau/v1/posyandu/ack",
    "pantau/v1/posyandu/config",
)
"""The last two are the intruder's own, and the collector alone may write them."""
BOMB = zlib.compress(b"{" + b" " * 2**26)
DEEP = b"[" * 500_000
FLOOD_AT_MOST_SECONDS = 20.0
HEARD_SECONDS = 1.5
OLDEST_SECONDS = 20.0
MAY_GROW_BYTES = 100 * 2**20


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrollingRoom]:
    with alone(), enrolling_room(tmp_path_factory.mktemp("room")) as running:
        yield running


@pytest.fixture(scope="module")
def running_victim(room: EnrollingRoom) -> Iterator[Program]:
    joined = room.join(room.code(VICTIM), VICTIM)
    assert joined.returncode == 0, joined.stderr
    with room.agent(VICTIM) as program:
        eventually(lambda: room.heard(VICTIM), seconds=40, why=lambda: program.said() + room.said())
        yield program


@pytest.fixture(autouse=True)
def victim(room: EnrollingRoom, running_victim: Program) -> Iterator[Program]:
    """During each attack it stays in the one session that it began with, and its data comes."""
    yield running_victim
    assert room.sessions(VICTIM) == 1, running_victim.said()
    assert room.heard(VICTIM), room.said()


async def denied(room: EnrollingRoom, client: str, number: int) -> None:
    """Wait until the broker has denied so many messages of this client."""
    said = f"Denied PUBLISH from {client} "
    await asyncio.to_thread(
        eventually, lambda: room.broker.log().count(said) >= number, 20, lambda: room.broker.log()[-2000:]
    )


async def topics_heard(client: aiomqtt.Client, seconds: float) -> set[str]:
    heard = set()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for message in client.messages:
                heard.add(message.topic.value)
    return heard


def forwarded(room: EnrollingRoom, topic: str) -> int:
    """How often the broker gave a message of this topic to anybody."""
    log = room.broker.log()
    return sum("Sending PUBLISH to" in line and f"'{topic}'" in line for line in log.splitlines())


def test_no_certificate_but_a_good_one_is_let_in(room: EnrollingRoom) -> None:
    bad: dict[str, Path | None] = {
        "none": None,
        "one of another authority of the same name": certificate(
            room, "posyandu", make_ca("Small", time.time())
        ),
        "an ended one": certificate(room, "posyandu", age_days=91),
        "one for servers": certificate(room, "posyandu", kind="broker"),
    }
    assert [name for name, file in bad.items() if answer_to_connect(room, file) == "let in"] == []
    assert answer_to_connect(room, certificate(room, "posyandu")) == "let in"


async def test_nobody_writes_what_others_may_write(room: EnrollingRoom) -> None:
    before = {topic: forwarded(room, topic) for topic in TOPICS_OF_OTHERS if not topic.endswith("report")}
    stored = counted(room, "ledger_measurements", site=VICTIM, fate="refused")
    async with connected(room, certificate(room, "posyandu")) as client:
        for topic in TOPICS_OF_OTHERS:
            await client.publish(topic, b"{}", qos=1)
            await client.publish(topic, b"{}", qos=1, retain=True)
        await denied(room, "posyandu", 2 * len(TOPICS_OF_OTHERS))
    assert {topic: forwarded(room, topic) for topic in before} == before
    assert counted(room, "ledger_measurements", site=VICTIM, fate="refused") == stored


async def test_another_s_client_id_ends_no_session(room: EnrollingRoom) -> None:
    async with connected(room, certificate(room, "posyandu"), identifier=VICTIM) as client:
        await client.publish("pantau/v1/posyandu/report", report(), qos=1)
    assert f" as {VICTIM} " in room.broker.log()


def test_a_will_on_another_s_topic_is_never_sent(room: EnrollingRoom) -> None:
    other, own = f"pantau/v1/{VICTIM}/presence", "pantau/v1/posyandu/presence"
    before = forwarded(room, other), forwarded(room, own)
    for topic in (other, own):
        answer_to_connect(room, certificate(room, "posyandu"), will_topic=topic)
    eventually(lambda: forwarded(room, own) > before[1], why=room.said)
    assert forwarded(room, other) == before[0]


@pytest.mark.parametrize("name", ["a1/x", "+", "#", "dinkes/report", "../dinkes", "_collector/x"])
async def test_a_name_that_is_a_pattern_opens_no_topic(room: EnrollingRoom, name: str) -> None:
    """The authority never signs one. Somebody with its key would get no further."""
    topics = [f"pantau/v1/{VICTIM}/report", "pantau/v1/posyandu/report", f"pantau/v1/{VICTIM}/ack"]
    before = forwarded(room, topics[1])
    async with connected(room, certificate(room, name)) as client:
        await client.subscribe("#", qos=1)
        await client.subscribe("pantau/v1/+/ack", qos=1)
        for topic in topics:
            await client.publish(topic, report(), qos=1)
        await denied(room, name, len(topics))
        assert await topics_heard(client, seconds=0.5) <= {COLLECTOR_PRESENCE}
    assert forwarded(room, topics[1]) == before


async def test_a_replayed_report_counts_once(room: EnrollingRoom) -> None:
    payload = report(seq=7)
    duplicates = counted(room, "messages", outcome="duplicate")
    async with connected(room, certificate(room, "posyandu")) as client:
        for _ in range(20):
            await client.publish("pantau/v1/posyandu/report", payload, qos=1)
    await asyncio.to_thread(
        eventually, lambda: counted(room, "messages", outcome="duplicate") >= duplicates + 19, 20, room.said
    )
    assert counted(room, "ledger_measurements", site="posyandu", fate="stored") <= 2


async def test_bombs_cost_their_sender_alone(room: EnrollingRoom) -> None:
    grew = room.memory_bytes()
    refused = counted(room, "refused_messages", reason="undecodable")
    async with connected(room, certificate(room, "posyandu")) as client:
        for payload in (BOMB, DEEP, zlib.compress(DEEP), b"\x00" * 1000, b""):
            await client.publish("pantau/v1/posyandu/report", payload, qos=1)
            await client.publish("pantau/v1/posyandu/presence", payload, qos=1)
    await asyncio.to_thread(
        eventually,
        lambda: counted(room, "refused_messages", reason="undecodable") >= refused + 4,
        20,
        room.said,
    )
    assert room.memory_bytes() - grew < MAY_GROW_BYTES
    assert "Traceback" not in room.said()


async def test_an_agent_that_is_not_in_the_inventory_becomes_no_series(room: EnrollingRoom) -> None:
    unknown = counted(room, "refused_messages", reason="unknown_agent")
    async with connected(room, certificate(room, "stranger")) as client:
        await client.subscribe("pantau/v1/stranger/ack", qos=1)
        await client.publish("pantau/v1/stranger/report", report(), qos=1)
        answer = await asyncio.wait_for(anext(aiter(client.messages)), 10)
    assert b"is not in the collector" in bytes(answer.payload)
    assert counted(room, "refused_messages", reason="unknown_agent") > unknown
    for page in ("/metrics", "/metrics/city"):
        assert "stranger" not in (get(room.page + page) or "")


async def test_an_agent_of_a_removed_site_becomes_no_series(room: EnrollingRoom) -> None:
    city = room.folder / "inventory" / "city.toml"
    whole = city.read_text()
    try:
        city.write_text("\n".join(line for line in whole.splitlines() if not line.startswith("posyandu")))
        await asyncio.to_thread(
            eventually, lambda: get(f"{room.page}/api/agents/posyandu") is None, 20, room.said
        )
        unknown = counted(room, "refused_messages", reason="unknown_agent")
        async with connected(room, certificate(room, "posyandu")) as client:
            await client.publish("pantau/v1/posyandu/report", report(seq=99), qos=1)
        await asyncio.to_thread(
            eventually, lambda: counted(room, "refused_messages", reason="unknown_agent") > unknown
        )
        assert 'site="posyandu"' not in (get(f"{room.page}/metrics/city") or "")
    finally:
        city.write_text(whole)
        await asyncio.to_thread(eventually, lambda: get(f"{room.page}/api/agents/posyandu"), 20, room.said)


async def test_a_code_read_over_the_shoulder_lets_nobody_in(room: EnrollingRoom) -> None:
    """Nor does a session that began before count from then on."""
    code = room.code("gradasi")
    assert room.join(code, "gradasi").returncode == 0
    box = room.folder / "gradasi" / "state" / "identity" / "agent.pem"
    async with connected(room, box) as client:
        thief = await asyncio.to_thread(room.join, code, "thief")
        assert (thief.returncode, "used this code before" in thief.stderr) == (2, True)
        with suppress(aiomqtt.MqttError):  # the broker may be quicker
            await client.publish("pantau/v1/gradasi/report", report(), qos=1)
    assert not (room.folder / "thief" / "state" / "identity" / "agent.pem").exists()
    assert json.loads(room.command("agents", "gradasi"))["joining"] == "revoked"
    assert "gradasi" in json.loads(room.command("authority"))["barred"]
    await asyncio.to_thread(eventually, lambda: answer_to_connect(room, box) != "let in", 60, room.said)
    assert code.split("/")[1] not in room.said()
    assert json.loads(room.command("agents", "gradasi"))["heard_at"] is None


async def test_one_that_floods_is_denied_and_starves_nobody(room: EnrollingRoom) -> None:
    """The last test here, since the intruder's name stays denied for ten minutes."""
    payloads = [report(seq=seq) if seq % 2 else b"flood" for seq in range(200)]
    ages, stop = [0.0], threading.Event()
    arguments = (room, certificate(room, "posyandu"), "pantau/v1/posyandu/report", payloads, stop)
    flooding = asyncio.create_task(asyncio.to_thread(flood, *arguments))
    acl, ends = room.folder / "mosquitto" / "acl", time.monotonic() + FLOOD_AT_MOST_SECONDS
    try:
        while "user posyandu\n" not in acl.read_text() or ages[-1] > HEARD_SECONDS:
            assert time.monotonic() < ends, ages
            await asyncio.sleep(0.25)
            ages.append(await asyncio.to_thread(room.age_seconds, VICTIM))
    finally:
        stop.set()
        sent = await flooding
    assert sent > 10_000
    assert max(ages) < OLDEST_SECONDS
    assert counted(room, "over_rate_messages", site="posyandu") > 1000
