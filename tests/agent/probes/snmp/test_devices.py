"""Devices of a real city, from recordings of our own making: `devices/`, one for each family and each trap.

net-snmp's reader and the scales of devices/expected.csv say what is right. Nothing here reads a profile, so a
profile with a wrong scale fails.
"""

from pathlib import Path
from typing import Literal

import pytest

from agent.probes.measurement import Row
from tests.agent.probes.snmp import expected
from tests.agent.probes.unrestricted import measure_rows
from tests.free_ports import LOOPBACK
from tests.servers import net_snmp
from tests.servers.recorded_device import Objects, objects, recorded_device
from wire.probes import Snmp

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not net_snmp.PRESENT, reason="needs snmpbulkwalk"),
]

OF_EVERY_DEVICE = ("interface_", "snmp_", "device_uptime_")
PRIVATE = ("someone", "ANYBODY", "IMEI", "IMSI", "2.0.0.0.0", "02:00:00:00:00")
"""Names and numbers of people in the recordings, and the MACs of their phones."""

RECORDED = sorted(file.stem for file in expected.DEVICES.glob("*.snmprec"))
LINES = expected.lines()


def held(device: str) -> Objects:
    return objects((expected.DEVICES / f"{device}.snmprec").read_bytes().splitlines())


async def read_by_net_snmp(port: int) -> net_snmp.Cells:
    return await net_snmp.walk(port, "1")


@pytest.mark.parametrize("device", RECORDED)
async def test_net_snmp_reads_each_recording_to_its_end(device: str) -> None:
    async with recorded_device(held(device)) as port:
        cells = await read_by_net_snmp(port)
    assert set(cells) == {".".join(map(str, oid)) for oid in held(device)}
    expected.values(LINES[device], cells)


@pytest.mark.parametrize("device", RECORDED)
async def test_auto_gives_exactly_the_expected_values(
    device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recorded_device(held(device)) as port:
        rows = await polled(port, tmp_path, monkeypatch)
        cells = await read_by_net_snmp(port)
    given: expected.Values = {}
    for row in rows:
        for metric, value in row.values.items():
            if not metric.startswith(OF_EVERY_DEVICE) and not metric.endswith("_info"):
                given.setdefault(row.row, {})[metric] = value
    wanted = expected.values(LINES[device], cells)
    assert {name: sorted(values) for name, values in given.items()} == {
        name: sorted(values) for name, values in wanted.items()
    }
    for name, values in wanted.items():
        assert given[name] == pytest.approx(values), name
    assert rows[0].values["snmp_failed_profiles"] == 0
    said = [rows[0].info[label] for label in ("vendor", "model", "firmware")]
    assert said == expected.identities()[device]
    for private in PRIVATE:
        assert private not in repr(rows)


@pytest.mark.parametrize("device", ["ups-standard", "ups-apc", "ltu", "mikrotik-60ghz", "huawei-olt"])
async def test_a_device_of_version_1_gives_the_same_values(
    device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with recorded_device(held(device)) as port:
        wanted = await polled(port, tmp_path, monkeypatch)
    async with recorded_device(held(device), "1") as port:
        assert await polled(port, tmp_path, monkeypatch, "1") == wanted


async def polled(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: Literal["1", "2c"] = "2c"
) -> list[Row]:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")
    return await measure_rows(Snmp(f"device-{port}", LOOPBACK, ["auto"], "community", version, port=port))
