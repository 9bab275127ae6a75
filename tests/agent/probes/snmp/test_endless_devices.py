"""The snmp probe against devices that never come to an end, or name what no device has: bounded in time."""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.agent.probes.snmp.test_filth import IF_ENTRY, IF_X_ENTRY, device, honest, interfaces, probe
from tests.agent.probes.unrestricted import measure_rows
from tests.fakes.scripted import udp_server
from tests.servers import ber
from tests.servers.ber import Oid, Request, message

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLUMNS = [(*IF_X_ENTRY, 1), (*IF_X_ENTRY, 6), (*IF_ENTRY, 2), (*IF_ENTRY, 8)]
TIMEOUT = 2.0
MOST_ROWS = 1000

Step = Callable[[Oid], tuple[Oid, bytes]]


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public\n")


def walking(step: Step) -> Callable[[Request], list[bytes]]:
    """It is honest to a GET; each step of a walk leads from one object to the next."""

    def answer(request: Request) -> list[bytes]:
        if request.pdu == ber.GET:
            return [honest(request, interfaces(3))]
        cursors, found = list(request.oids), []
        for _ in range(request.repetitions):
            for place, cursor in enumerate(cursors):
                found.append(step(cursor))
                cursors[place] = found[-1][0]
        return [message(ber.RESPONSE, request.id, found)]

    return answer


def one_more_row(cursor: Oid) -> tuple[Oid, bytes]:
    column = next((one for one in COLUMNS if cursor[: len(one)] == one), cursor)
    last = cursor[len(column)] if len(cursor) > len(column) else 0
    return (*column, last + 1), ber.text("port")


STEPS: dict[str, Step] = {
    "a table without an end": one_more_row,
    "an index that grows for ever": lambda cursor: ((*cursor, 1), ber.text("port")),
    "a number of 64 bits in an index": lambda cursor: ((*cursor, 2**64), ber.text("port")),
    "a number of 7,000 digits in an index": lambda cursor: ((*cursor[:11], 10**1500), ber.text("port")),
    "a name of the whole world": lambda cursor: ((2, 999, *cursor[-3:]), ber.text("port")),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_walk_that_never_ends_is_given_up_in_time(step: str) -> None:
    async with udp_server(device(walking(STEPS[step]))) as port:
        started = time.monotonic()
        rows = await measure_rows(probe(port, "system", "interfaces", timeout_seconds=TIMEOUT))
        assert time.monotonic() - started < TIMEOUT + 1
    assert rows[0].values["device_uptime_seconds"] == 1
    assert len(rows) <= 1 + MOST_ROWS


async def test_a_number_that_no_name_has_costs_its_variable_alone() -> None:
    """7,000 octets are more digits than Python writes."""

    def answer(request: Request) -> list[bytes]:
        name = ber.tlv(ber.OBJECT, ber.oid(request.oids[0])[2:] + b"\xff" * 7000 + b"\x01")
        odd = ber.tlv(ber.SEQUENCE, ber.tlv(ber.SEQUENCE, name + ber.text("x")))
        content = ber.number(request.id) + ber.number(0) * 2 + odd
        pdu = ber.tlv(ber.RESPONSE, content)
        return [ber.tlv(ber.SEQUENCE, ber.number(1) + ber.tlv(ber.TEXT, b"public") + pdu)]

    def reply(request: Request) -> list[bytes]:
        of_system = request.oids[0][:6] == (1, 3, 6, 1, 2, 1) and request.oids[0][6] in (1, 25)
        return [honest(request, interfaces(3))] if of_system else answer(request)

    async with udp_server(device(reply)) as port:
        rows = await measure_rows(probe(port, "system", "interfaces", timeout_seconds=TIMEOUT))
    assert rows[0].values["device_uptime_seconds"] == 1


async def test_ten_thousand_variables_without_a_name_are_none() -> None:
    def answer(request: Request) -> list[bytes]:
        if request.pdu == ber.GET:
            return [honest(request, interfaces(3))]
        content = ber.number(request.id) + ber.number(0) * 2 + ber.tlv(ber.SEQUENCE, b"\x30\x00" * 4000)
        pdu = ber.tlv(ber.RESPONSE, content)
        return [ber.tlv(ber.SEQUENCE, ber.number(1) + ber.tlv(ber.TEXT, b"public") + pdu)]

    async with udp_server(device(answer)) as port:
        rows = await measure_rows(probe(port, "system", "interfaces", timeout_seconds=TIMEOUT))
    assert [row.row for row in rows] == [""]


async def test_a_table_that_grows_within_the_walk_is_read() -> None:
    """Each request finds one row more."""
    there = count(1)

    def answer(request: Request) -> list[bytes]:
        return [honest(request, interfaces(next(there)))]

    async with udp_server(device(answer)) as port:
        rows = await measure_rows(probe(port, "system", "interfaces", timeout_seconds=TIMEOUT))
    assert len(rows) > 1
    assert rows[0].values["snmp_failed_profiles"] == 0


async def test_a_name_has_no_line_no_quote_that_ends_it_and_no_mark_that_turns_it() -> None:
    ugly = 'a\n"b"\\\u202eevil\u2066\x00\x1b[31m' + "é" * 200
    objects = interfaces(2, lambda index: f"{index}{ugly}")
    async with udp_server(device(lambda request: [honest(request, objects)])) as port:
        rows = await measure_rows(probe(port, "interfaces", timeout_seconds=TIMEOUT))
    assert len(rows) == 3
    for row in rows[1:]:
        assert row.row.isprintable()
        assert len(row.row) <= 64
        assert not {"\u202e", "\u2066", "\n", "\x1b"} & set(row.row)
