"""Devices of a real city, from recordings of our own making: `devices/`, one for each family and each trap.

net-snmp's reader and the scales of devices/expected.csv say what is right. Nothing here reads a profile, so a
profile with a wrong scale fails.
"""

import pytest

from tests.agent.probes.snmp import expected
from tests.servers import net_snmp
from tests.servers.recorded_device import Objects, objects, recorded_device

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not net_snmp.PRESENT, reason="needs snmpbulkwalk"),
]

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
