"""An agent that sends what it should not: each thing counted by its reason, and nobody else is disturbed."""

import asyncio
import json
import subprocess
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from tests.netns import needs_namespaces
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.system.programs import collector, eventually, get, one, samples
from tests.system.small_city import SmallCity
from wire.report import MAX_PAYLOAD_BYTES

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.usefixtures("alone")]

INVENTORY = """
[city]
name = "Small"
internet = ["127.0.0.7"]

[sites]
office = { role = "noc", name = "The office", district = "Pontianak Kota", report_interval_seconds = 1 }
sloppy = { role = "hotspot", name = "Sloppy", district = "Pontianak Kota" }

[links]
uplink = { from = "office", to = "internet" }
radio = { from = "sloppy", to = "office" }
"""
NOWHERE = '[history]\nremote_write_url = "http://127.0.0.1:9/"\n'
LOSS = {"kind": "icmp", "target": ["internet"], "age_ms": [40], "reason": ["timeout"]}
BOMB = zlib.compress(b"{" + b" " * 2**24)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[SmallCity]:
    with mosquitto(tmp_path / "broker") as broker:
        city = SmallCity(tmp_path, broker.port, inventory=INVENTORY, settings=NOWHERE)
        try:
            eventually(
                lambda: counted(city, "ledger_measurements", site="office", fate="stored"), why=city.said
            )
            yield city
        finally:
            city.agent.kill()
            city.collector.kill()


def counted(city: SmallCity, name: str, **labels: str) -> float:
    sample = one(city.own_metrics(), f"pantau_collector_{name}_total", **labels)
    return sample.value if sample else 0.0


class Sloppy:
    """Sends reports as a person writes them by hand; `now` is the collector's clock."""

    def __init__(self, client: aiomqtt.Client, now: float) -> None:
        self._client, self._now = client, now
        self._seq = 0

    async def report(self, *tables: dict[str, Any], ahead: float = 0.0, **header: Any) -> None:
        self._seq += 1
        body = {"at": 1000.0, "tables": list(tables), **header.pop("body", {})}
        whole = {"stream": "00c0ffee00c0ffee", "seq": self._seq, "base": 1, "boot": "b", "sent": 1000.5}
        whole |= {"offset": self._now - 1000.0 + ahead, "body": body, **header}
        await self.send(zlib.compress(json.dumps(whole).encode()))

    async def send(self, payload: bytes, agent: str = "sloppy", leaf: str = "report") -> None:
        await self._client.publish(f"pantau/v1/{agent}/{leaf}", payload, qos=1)


def loss(silence_seconds: float) -> dict[str, Any]:
    return {**LOSS, "values": {"icmp_silence_seconds": [silence_seconds]}}


async def misbehave(port: int, now: float) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        sloppy = Sloppy(client, now)
        for number in range(20):
            await sloppy.send(b"\x00 no report %d" % number)
        await sloppy.send(b"{" + b" " * MAX_PAYLOAD_BYTES)
        await sloppy.send(BOMB)
        for nonsense in (float("nan"), float("inf"), float("-inf")):
            await sloppy.report(loss(nonsense))
        await sloppy.send(b'{"v":2,"all":"new"}')
        await sloppy.send(b"{}", agent="nobody")
        await sloppy.send(b"\xff", leaf="presence")
        await sloppy.report(mood="good")
        await sloppy.report({**LOSS, "values": {"icmp_smell": [1.0]}})
        for seconds in (3600.0, 1e10, 9e10):
            await sloppy.report(loss(3.0), ahead=seconds)
        for seconds in (-now, -2 * now, -9e10):
            await sloppy.report(loss(3.0), ahead=seconds)
        await sloppy.report(loss(3.0), offset=None)
        for silence in (1e308, -1e308, 2.0**63):
            await sloppy.report(loss(silence))
        for first in range(0, 10_000, 500):
            targets = [f"target-{number}" for number in range(first, first + 500)]
            column = [0.001] * 500
            values = {"tcp_connect_duration_seconds": column}
            await sloppy.report({"kind": "tcp", "target": targets, "age_ms": [0] * 500, "values": values})


def test_bad_input_is_counted_by_reason_and_disturbs_nobody(city: SmallCity, tmp_path: Path) -> None:
    port = int(city.collector_config.read_text().split("port = ")[1].split("\n")[0])
    asyncio.run(misbehave(port, time.time()))
    eventually(lambda: counted(city, "measurements", outcome="unassigned") == 10_000, why=city.said)

    assert counted(city, "refused_messages", reason="undecodable") == 20 + 1 + 1 + 3
    assert counted(city, "refused_messages", reason="newer_version") == 1
    assert counted(city, "refused_messages", reason="unknown_agent") == 1
    assert counted(city, "refused_messages", reason="presence") == 1
    assert counted(city, "refused_messages", reason="failed") == 0
    assert counted(city, "unknown_fields") == 1
    assert counted(city, "unknown_metrics") == 1
    for outcome, count in {"ahead": 3, "behind": 3, "undated": 1}.items():
        assert counted(city, "measurements", outcome=outcome) == count, outcome

    shown = samples(city.metrics())
    targets = {sample.labels.get("target") for sample in shown["pantau_probe_success"]}
    assert targets <= {"gateway", "uplink", "internet", "resolver", "office", "sloppy"}

    stored = counted(city, "ledger_measurements", site="office", fate="stored")
    eventually(lambda: counted(city, "ledger_measurements", site="office", fate="stored") > stored)
    up = one(city.metrics(), "pantau_agent_up", site="office")
    assert up is not None
    assert up.value == 1
    for page in ("/", "/sites/sloppy", "/api/incidents?closed=true"):
        assert get(f"{city.page}{page}"), page

    kept = subprocess.run(
        collector("quarantine", "--config", str(city.collector_config)),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = kept.stdout.splitlines()
    assert len(lines) == 2 * 10, "the newest ten, two lines each"
    assert "sloppy" in lines[0]
    assert "oversize" in kept.stdout

    assert city.collector.process.poll() is None
    assert "Traceback" not in city.collector.said()
    city.stop()
