"""One agent that wants to blind or to bloat the collector, beside a healthy one: through a real broker."""

import asyncio
import json
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import aiomqtt
import psutil
import pytest

from tests.netns import needs_namespaces
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.system.programs import eventually, get, one
from tests.system.small_city import SmallCity
from tests.system.test_bad_reports import INVENTORY

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.usefixtures("alone")]

LASTS_SECONDS = 12.0
SECOND = 1 / 60
OLDEST_SECONDS = 10.0
MAY_GROW_BYTES = 120 * 2**20
STORE_BYTES_AT_MOST = 16 * 2**20


@pytest.fixture
def city(tmp_path: Path) -> Iterator[SmallCity]:
    with mosquitto(tmp_path / "broker", ["allow_anonymous true", "max_queued_messages 10000"]) as broker:
        city = SmallCity(tmp_path, broker.port, inventory=INVENTORY)
        try:
            eventually(lambda: last_report(city), seconds=60, why=city.said)
            yield city
        finally:
            city.agent.kill()
            city.collector.kill()


def last_report(city: SmallCity) -> float:
    sample = one(city.metrics(), "pantau_agent_last_report_timestamp_seconds", site="office")
    return sample.value if sample else 0.0


def stream(number: int) -> str:
    return f"{number:016x}"


def presences(number: int) -> tuple[str, bytes]:
    """Each names streams of which nobody has heard."""
    first = number * 129
    said = {"online": True, "stream": stream(first), "sent": 1.0}
    said["streams"] = [stream(first + more) for more in range(1, 129)]
    return "presence", json.dumps(said).encode()


def sealed(number: int, **body: object) -> tuple[str, bytes]:
    header = {"stream": stream(1), "seq": number + 1, "base": 1, "boot": "b", "sent": 1000.0}
    whole = {**header, "offset": time.time() - 1000.0, "body": {"at": 1000.0, **body}}
    return "report", zlib.compress(json.dumps(whole).encode())


def columns(number: int) -> tuple[str, bytes]:
    """As many unknown ones as a report can hold, for a row of its own each time."""
    values = {f"x{column}": [0] for column in range(16_000)}
    table = {"kind": "icmp", "target": ["internet"], "age_ms": [0], "row": [f"r{number}"], "values": values}
    return sealed(number, tables=[table])


def drops(number: int) -> tuple[str, bytes]:
    """Gaps in nearly a thousand streams."""
    seq = 2 * number + 1
    records = [
        {
            "stream": stream(2 + (500 * (number % 2) + each) % 997),
            "first": seq,
            "counts": [1],
            "reason": "full",
        }
        for each in range(499)
    ]
    return sealed(number, drops=records)


async def attack(port: int, message: Callable[[int], tuple[str, bytes]], city: SmallCity) -> list[float]:
    """How old the healthy agent's newest report was, each time that somebody looked."""
    ages = []
    ends = time.monotonic() + LASTS_SECONDS

    async def send() -> None:
        async with aiomqtt.Client("127.0.0.1", port) as client:
            number = 0
            while time.monotonic() < ends:
                leaf, payload = message(number)
                await client.publish(f"pantau/v1/sloppy/{leaf}", payload)
                number += 1
                await asyncio.sleep(SECOND)

    async def look() -> None:
        while time.monotonic() < ends:
            last = await asyncio.to_thread(last_report, city)
            ages.append(time.time() - last)
            await asyncio.sleep(0.5)

    await asyncio.gather(send(), look())
    return ages


@pytest.mark.parametrize("message", [presences, columns, drops])
def test_one_agent_neither_blinds_nor_bloats_the_collector(
    city: SmallCity, tmp_path: Path, message: Callable[[int], tuple[str, bytes]]
) -> None:
    port = int(city.collector_config.read_text().split("port = ")[1].split("\n")[0])
    process = psutil.Process(city.collector.process.pid)
    before = process.memory_info().rss
    ages = asyncio.run(attack(port, message, city))
    assert max(ages) < OLDEST_SECONDS, city.said()
    assert process.memory_info().rss - before < MAY_GROW_BYTES
    open_ones = json.loads(get(f"{city.page}/api/incidents") or "null")
    false = [one for one in open_ones if "office" in (one["root"], one["agent"]) and one["root"] != "gateway"]
    assert false == [], "this machine has no gateway, and all else is well"
    store = sum(file.stat().st_size for file in tmp_path.glob("pantau.sqlite*"))
    assert 0 < store < STORE_BYTES_AT_MOST
    assert "Traceback" not in city.collector.said()
