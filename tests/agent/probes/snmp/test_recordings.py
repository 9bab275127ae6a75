"""The snmp probe over the recordings of snmpsim-data, against what net-snmp's own reader reads of them."""

import asyncio
import bz2
import os
import re
import shutil
import subprocess
from bisect import bisect_right
from functools import partial
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import pytest

from tests.agent.probes.unrestricted import measure_rows
from tests.fakes.scripted import failure_of, udp_server
from tests.free_ports import LOOPBACK
from tests.servers import ber
from wire.probes import Snmp

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not shutil.which("snmpbulkwalk"), reason="needs snmpbulkwalk"),
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
KINDS = {
    4: ber.TEXT,
    2: ber.INTEGER,
    65: ber.COUNTER32,
    66: ber.GAUGE32,
    67: ber.TIMETICKS,
    70: ber.COUNTER64,
}

Cells = dict[str, dict[int, bytes | int]]
Objects = dict[ber.Oid, bytes]


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


def objects(lines: list[bytes]) -> Objects:
    """What a device answers whose recording (oid|tag|value) this is; "x" after a tag is for hexadecimal."""
    found: Objects = {}
    for line in lines:
        oid, tag, value = line.split(b"|", 2)
        octets = bytes.fromhex(value.decode()) if tag.endswith(b"x") else value
        kind = KINDS[int(tag.rstrip(b"x"))]
        numbers = tuple(map(int, oid.split(b".")))
        found[numbers] = ber.tlv(kind, octets) if kind == ber.TEXT else ber.number(int(octets), kind)
    return found


def answer(datagram: bytes, held: Objects, names: list[ber.Oid]) -> list[bytes]:
    request = ber.read_request(datagram)
    if request.pdu == ber.GET:
        found = [(oid, held.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
        return [ber.message(ber.RESPONSE, request.id, found)]
    cursors, found = list(request.oids), []
    for _ in range(request.repetitions):
        for place, cursor in enumerate(cursors):
            where = bisect_right(names, cursor)
            cursors[place] = names[where] if where < len(names) else cursor
            found.append((cursors[place], held[names[where]] if where < len(names) else ber.END_OF_MIB_VIEW))
    return [ber.message(ber.RESPONSE, request.id, found)]


RECORDED = recordings()


async def read_by_net_snmp(port: int) -> Cells:
    cells: Cells = {column: {} for column in COLUMNS}
    for tree in (IF_ENTRY, IF_X_ENTRY):
        options = ("-v2c", "-c", "public", "-OnQextU", "-Cc", "-Cr40", "-t", "5")
        process = await asyncio.create_subprocess_exec(
            *("snmpbulkwalk", *options, f"{LOOPBACK}:{port}", tree),
            stdout=subprocess.PIPE,
            env={**os.environ, "MIBS": ""},
        )
        said, _ = await process.communicate()
        flags = re.MULTILINE | re.DOTALL
        for oid, value in re.findall(r"^\.([\d.]+) = (.*?)(?=^\.|\Z)", said.decode(), flags):
            column, _, index = oid.rpartition(".")
            if column in cells and "No Such" not in value and "No more" not in value:
                cells[column][int(index)] = number_or_text(value.strip())
    return cells


def number_or_text(value: str) -> int | bytes:
    if value.startswith('"') or (re.fullmatch(r"([0-9A-F]{2}\s*)+", value) and " " in value):
        return bytes.fromhex(value.strip('"').replace("\n", " "))
    return int(value) if re.fullmatch(r"-?\d+", value) else value.encode()


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
    async with udp_server(partial(answer, held=held, names=sorted(held))) as port:
        asked = probe(port=port, timeout_seconds=60.0)
        if not held:
            assert "no such table" in str(await failure_of(asked))
            return
        rows = await measure_rows(asked)
        cells = await read_by_net_snmp(port)
    assert {row.info["index"]: row.values for row in rows[1:]} == expected(cells)
    assert rows[0].values == {"snmp_failed_profiles": 0, "snmp_truncated_tables": 0}
    for row in rows[1:]:
        index = int(row.info["index"])
        texts = [readable(cells[column].get(index)) for column in (NAME, DESCR, ALIAS)]
        name = next(filter(None, texts), "")[:64]
        assert readable(row.row.partition("#")[0].encode()) == name.partition("#")[0]


def readable(text: bytes | int | None) -> str:
    octets = text if isinstance(text, bytes) else b""
    return re.sub(r"[^!-~]+", " ", octets.decode("utf-8", "replace")).strip()
