"""A device whose objects a test writes by hand, and the rows that profiles make of it."""

from collections.abc import Mapping

from agent.probes.measurement import Row
from tests.agent.probes.unrestricted import measure_rows
from tests.servers import ber
from tests.servers.recorded_device import Objects, recorded_device
from wire.probes import Snmp

Written = Mapping[str, int | str | bytes]
Found = dict[str, dict[str, float]]

IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"


def under(prefix: str, objects: Written) -> dict[str, int | str | bytes]:
    return {f"{prefix}.{rest}": value for rest, value in objects.items()}


def cell(value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return ber.number(value, ber.INTEGER if -(2**31) <= value < 2**31 else ber.GAUGE32)
    return ber.tlv(ber.TEXT, value if isinstance(value, bytes) else value.encode())


async def rows(written: Written, *profiles: str) -> list[Row]:
    return await polled(
        {tuple(map(int, oid.split("."))): cell(value) for oid, value in written.items()}, *profiles
    )


async def polled(held: Objects, *profiles: str) -> list[Row]:
    async with recorded_device(held) as port:
        return await measure_rows(
            Snmp("device", "127.0.0.1", list(profiles), "community", port=port, timeout_seconds=20.0)
        )


async def found(written: Written, *profiles: str) -> Found:
    """The values by row, "" is the device itself; without those that tell of the poll."""
    of = {row.row: dict(row.values) for row in await rows(written, *profiles)}
    for values in of.values():
        for name in list(values):
            if name.startswith("snmp_") or name.endswith("_info"):
                del values[name]
            else:
                values[name] = round(values[name], 6)
    return {row: values for row, values in of.items() if values}
