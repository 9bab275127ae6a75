"""The snmp probe over the recordings of snmpsim-data, against what net-snmp's own reader reads of them."""

import bz2
import re
from functools import partial
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import pytest

from tests.agent.probes.unrestricted import measure_rows
from tests.fakes.scripted import failure_of
from tests.free_ports import LOOPBACK
from tests.servers import net_snmp
from tests.servers.recorded_device import objects, recorded_device
from wire.probes import Snmp

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not net_snmp.PRESENT, reason="needs snmpbulkwalk"),
]

IF_ENTRY, IF_X_ENTRY = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
DESCR, SPEED, ADMIN, OPER = (f"{IF_ENTRY}.{column}" for column in (2, 5, 7, 8))
NAME, HIGH_SPEED, ALIAS = (f"{IF_X_ENTRY}.{column}" for column in (1, 15, 18))
OCTETS = {
    "interface_receive_bytes_total": (f"{IF_X_ENTRY}.6", f"{IF_ENTRY}.10"),
    "interface_transmit_bytes_total": (f"{IF_X_ENTRY}.10", f"{IF_ENTRY}.16"),
}
COUNTERS = {
    "interface_receive_errors_total": f"{IF_ENTRY}.14",
    "interface_transmit_errors_total": f"{IF_ENTRY}.20",
    "interface_receive_discards_total": f"{IF_ENTRY}.13",
    "interface_transmit_discards_total": f"{IF_ENTRY}.19",
}
COLUMNS = (DESCR, SPEED, ADMIN, OPER, NAME, HIGH_SPEED, ALIAS, *COUNTERS.values(), *sum(OCTETS.values(), ()))
VENDORS = b"1.3.6.1.4."
THOUSANDS_OF_ROWS = {"h3c-comware-lsq1wcmd0-2509p61", "ruijie-m18000"}
PERIOD_SECONDS = 60.0
Cells = dict[str, dict[int, bytes | int]]


def recordings() -> dict[str, Path]:
    data = Path(str(files("snmpsim_data"))) / "data"
    named = {file.name.partition(".")[0]: file for file in sorted(data.rglob("*.snmprec*"))}
    return {name: file for name, file in named.items() if name not in THOUSANDS_OF_ROWS}


def lines_of(file: Path) -> list[bytes]:
    """The lines of the columns that are asked for. Most of a recording comes after them, from VENDORS on."""
    wanted = tuple(f"{column}.".encode() for column in COLUMNS)
    with (bz2.open if file.suffix == ".bz2" else open)(file, "rb") as recording:
        before = takewhile(lambda line: not line.startswith(VENDORS), recording)
        return [line.rstrip(b"\r\n") for line in before if line.startswith(wanted)]


RECORDED = recordings()


async def read_by_net_snmp(port: int) -> Cells:
    cells: Cells = {column: {} for column in COLUMNS}
    for oid, value in (await net_snmp.walk(port, IF_ENTRY, IF_X_ENTRY)).items():
        column, _, index = oid.rpartition(".")
        if column in cells:
            cells[column][int(index)] = value
    return cells


def expected(cells: Cells) -> dict[str, dict[str, float]]:
    """By index, what is right of each interface that is not switched off."""
    found: dict[str, dict[str, float]] = {}
    for index in sorted({*cells[NAME], *cells[DESCR]}):
        if cells[ADMIN].get(index, 1) != 1:
            continue
        values = found[str(index)] = {"interface_info": 1.0}
        if cells[OPER].get(index) in (1, 2, 3, 5, 6, 7):
            values["interface_up"] = float(cells[OPER][index] == 1)
        fast, slow = number(cells, HIGH_SPEED, index), number(cells, SPEED, index)
        speed = fast * 1e6 if fast else slow if slow and slow < 2**32 - 1 else None
        if speed:
            values["interface_speed_bits_per_second"] = speed
        for name, (wide, narrow) in OCTETS.items():
            octets = number(cells, wide, index)
            if octets is None and not wraps(speed):
                octets = number(cells, narrow, index)
            if octets is not None:
                values[name] = octets
        values |= {
            name: counter
            for name, column in COUNTERS.items()
            if (counter := number(cells, column, index)) is not None
        }
    return found


def number(cells: Cells, column: str, index: int) -> int | None:
    cell = cells[column].get(index)
    return cell if isinstance(cell, int) and cell >= 0 else None


def wraps(speed: float | None) -> bool:
    return bool(speed) and 2**32 * 8 / (speed or 1) < 2 * PERIOD_SECONDS


@pytest.mark.parametrize("device", RECORDED)
async def test_the_agent_reads_recorded_devices_as_net_snmp_does(
    device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")
    held = objects(lines_of(RECORDED[device]))
    probe = partial(Snmp, "device", LOOPBACK, ["interfaces"], "community", period_seconds=PERIOD_SECONDS)
    async with recorded_device(held) as port:
        asked = probe(port=port, timeout_seconds=60.0)
        if not held:
            assert "no such table" in str(await failure_of(asked))
            return
        rows = await measure_rows(asked)
        cells = await read_by_net_snmp(port)
    assert {row.info["index"]: row.values for row in rows[1:]} == expected(cells)
    noted = {"snmp_failed_profiles": 0, "snmp_missing_values": 0, "snmp_truncated_tables": 0}
    assert rows[0].values == noted
    for row in rows[1:]:
        index = int(row.info["index"])
        texts = [readable(cells[column].get(index)) for column in (NAME, DESCR, ALIAS)]
        name = next(filter(None, texts), "")[:64]
        assert readable(row.row.partition("#")[0].encode()) == name.partition("#")[0]


def readable(text: bytes | int | None) -> str:
    octets = text if isinstance(text, bytes) else b""
    return re.sub(r"[^!-~]+", " ", octets.decode("utf-8", "replace")).strip()
