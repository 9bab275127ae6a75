"""The snmp probe against devices as they are: an odd value, or a way of their own, costs nothing else."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.net.failed import Failed
from agent.probes.measurement import Row
from tests.agent.probes.unrestricted import measure_rows
from tests.fakes.scripted import failure_of, udp_server
from tests.servers import ber
from tests.servers.ber import Oid, Request, message, number, text
from wire.probes import Snmp

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP manager

UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
IF_ENTRY, IF_X_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
DESCR, SPEED, ADMIN, OPER = (*IF_ENTRY, 2), (*IF_ENTRY, 5), (*IF_ENTRY, 7), (*IF_ENTRY, 8)
IN, IN_ERRORS = (*IF_ENTRY, 10), (*IF_ENTRY, 14)
NAME, HC_IN, HIGH_SPEED, ALIAS = (*IF_X_ENTRY, 1), (*IF_X_ENTRY, 6), (*IF_X_ENTRY, 15), (*IF_X_ENTRY, 18)
TOO_BIG, NO_SUCH_NAME, GEN_ERR = 1, 2, 5
GETNEXT = 0xA1
RECEIVED = "interface_receive_bytes_total"

Objects = dict[Oid, bytes]
Answer = Callable[[Request, Objects], bytes | None]


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public\n")


def ports(count: int) -> Objects:
    objects: Objects = {UPTIME: number(100, ber.TIMETICKS)}
    for index in range(1, count + 1):
        objects |= {(*NAME, index): text(f"port{index}"), (*DESCR, index): text(f"Port {index}")}
        objects |= {(*ADMIN, index): number(1), (*OPER, index): number(1)}
        objects |= {(*HC_IN, index): number(index * 1000, ber.COUNTER64)}
        objects |= {(*IN_ERRORS, index): number(index, ber.COUNTER32)}
    return objects


def after(objects: Objects, cursor: Oid) -> Oid | None:
    return min((name for name in objects if name > cursor), default=None)


def walked(request: Request, objects: Objects) -> Iterator[tuple[Oid, bytes]]:
    cursors = list(request.oids)
    for _ in range(1 if request.pdu == GETNEXT else request.repetitions):
        for place, cursor in enumerate(cursors):
            found = after(objects, cursor)
            yield (found, objects[found]) if found else (cursor, ber.END_OF_MIB_VIEW)
            cursors[place] = found or cursor


def honest(request: Request, objects: Objects) -> bytes:
    if request.pdu == ber.GET:
        found = [(oid, objects.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
    else:
        found = list(walked(request, objects))
    return message(ber.RESPONSE, request.id, found)


def error(request: Request, status: int, index: int = 0) -> bytes:
    variables = [(oid, ber.NULL) for oid in request.oids]
    return message(ber.RESPONSE, request.id, variables, numbers=(status, index))


async def polled(
    objects: Objects,
    answer: Answer = honest,
    *,
    times: int = 1,
    after_seconds: float = 0.0,
    **settings: object,
) -> dict[str, Row]:
    """The rows of the last of some polls, by name."""

    def reply(datagram: bytes) -> list[bytes]:
        said = answer(ber.read_request(datagram), objects)
        return [said] if said is not None else []

    async with udp_server(reply, after_seconds=after_seconds) as port:
        rows: list[Row] = []
        for _ in range(times):
            rows = await measure_rows(probe(port, **settings))
    return {row.row: row for row in rows}


def probe(port: int, **settings: object) -> Snmp:
    given = {"profiles": ["interfaces"], "community_file": "community", "timeout_seconds": 20.0, **settings}
    return Snmp("device", "127.0.0.1", port=port, **given)  # type: ignore[arg-type]


def received(rows: dict[str, Row]) -> dict[str, float | None]:
    return {name: row.values.get(RECEIVED) for name, row in rows.items() if name}


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is given up after its second copy, in 0.15 s."""
    for name in ("exchange.PATIENCE_SECONDS", "exchange.DOUBTFUL_SECONDS"):
        monkeypatch.setattr(f"agent.probes.snmp.{name}", 0.1)
    for name in ("round_trips.FIRST_WAIT_SECONDS", "round_trips.LEAST_WAIT_SECONDS"):
        monkeypatch.setattr(f"agent.probes.snmp.{name}", 0.05)


@pytest.mark.parametrize(
    ("tag", "octets", "value"),
    [
        (ber.COUNTER32, "b39961ed", 3013173741),
        (ber.COUNTER32, "ffffffff", 4294967295),
        (ber.COUNTER32, "0000000005", 5),
        (ber.COUNTER32, "", None),
        (ber.COUNTER32, "01" * 20, None),
        (ber.INTEGER, "fb", None),
        (ber.TEXT, "35", 5),
        (0x44, "9f780441200000", None),
        (0x05, "", None),
        (0x80, "", None),
        (0x81, "", None),
    ],
    ids=[
        *("no zero octet", "all ones", "too long", "empty", "absurd", "negative", "a text", "opaque"),
        *("null", "no such object", "no such instance"),
    ],
)
async def test_an_odd_value_is_read_as_it_is_meant_or_left_out_alone(
    tag: int, octets: str, value: int | None
) -> None:
    rows = await polled(ports(3) | {(*IN_ERRORS, 2): ber.tlv(tag, bytes.fromhex(octets))})
    assert [rows[f"port{index}"].values.get("interface_receive_errors_total") for index in (1, 2, 3)] == [
        *(1, value, 3)
    ]
    assert received(rows) == {"port1": 1000, "port2": 2000, "port3": 3000}
    assert rows[""].values["snmp_failed_profiles"] == 0


@pytest.mark.parametrize("tag", [0x05, 0x80, 0x81], ids=["null", "no such object", "no such instance"])
async def test_a_first_cell_without_a_value_costs_itself_alone(tag: int) -> None:
    rows = await polled(ports(3) | {(*HC_IN, 1): ber.tlv(tag, b"")})
    assert received(rows) == {"port1": None, "port2": 2000, "port3": 3000}


@pytest.mark.parametrize("cell", [(*NAME, 2), (*ADMIN, 2), (*HC_IN, 2), (*IN_ERRORS, 1)])
@pytest.mark.parametrize("counted", [True, False], ids=["index", "no index"])
@pytest.mark.parametrize("silent", [True, False], ids=["silent", "genErr"])
async def test_a_cell_that_the_device_can_not_read_costs_itself_alone(
    cell: Oid, counted: bool, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    objects = ports(4)

    def answer(request: Request, objects: Objects) -> bytes | None:
        names = request.oids if request.pdu == ber.GET else [oid for oid, _ in walked(request, objects)]
        if cell not in names:
            return honest(request, objects)
        return (
            None if silent else error(request, GEN_ERR, counted * (names.index(cell) % len(request.oids) + 1))
        )

    rows = await polled(objects, answer)
    names = ["port1", "Port 2" if cell == (*NAME, 2) else "port2", "port3", "port4"]
    assert [name for name in rows if name] == names
    assert [received(rows)[name] for name in names] == [
        *(1000, None if cell == (*HC_IN, 2) else 2000, 3000, 4000)
    ]


async def test_a_cell_without_an_answer_is_counted_and_the_log_names_its_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")

    def answer(request: Request, objects: Objects) -> bytes:
        bad = [place for place, oid in enumerate(request.oids, 1) if oid == (*HC_IN, 2)]
        return error(request, GEN_ERR, bad[0]) if bad and request.pdu == ber.GET else honest(request, objects)

    rows = await polled(ports(4), answer)
    assert received(rows)["port2"] is None
    assert rows[""].values["snmp_missing_values"] == 1
    assert "profile interfaces: no answer for interface_receive_bytes_total 1" in caplog.text
    assert (await polled(ports(4)))[""].values["snmp_missing_values"] == 0


async def test_an_interface_keeps_its_name_where_its_index_moves_with_a_restart() -> None:
    """Two have one text. Before: 1 and 2, after: 2 and 3."""
    before = ports(3) | {(*NAME, 1): text("lan"), (*NAME, 2): text("lan")}
    after = ports(3) | {(*NAME, 2): text("lan"), (*NAME, 3): text("lan"), (*NAME, 1): text("port3")}
    after |= {UPTIME: number(7, ber.TIMETICKS)}
    current = before

    def reply(datagram: bytes) -> list[bytes]:
        return [honest(ber.read_request(datagram), current)]

    async with udp_server(reply) as port:
        asked = probe(port, profiles=["system", "interfaces"])
        assert [row.row for row in await measure_rows(asked)] == ["", "lan", "lan#2", "port3"]
        current = after
        assert [row.row for row in await measure_rows(asked)] == ["", "port3", "lan", "lan#2"]


async def test_an_object_that_comes_twice_is_passed_over() -> None:
    def answer(request: Request, objects: Objects) -> bytes:
        if request.pdu == ber.GET:
            return honest(request, objects)
        found = list(walked(request, objects))
        return message(ber.RESPONSE, request.id, (found[: len(request.oids)] * 2 + found)[: len(found)])

    assert list(await polled(ports(40), answer)) == ["", *(f"port{index}" for index in range(1, 41))]


async def test_rows_in_the_order_of_their_text_are_all_read() -> None:
    def answer(request: Request, objects: Objects) -> bytes:
        if request.pdu == ber.GET:
            return honest(request, objects)
        names, cursors, found = sorted(objects, key=lambda oid: (oid[:-1], str(oid[-1]))), [*request.oids], []
        for _ in range(request.repetitions):
            for place, cursor in enumerate(cursors):
                later = (
                    names[names.index(cursor) + 1 :]
                    if cursor in objects
                    else [name for name in names if name > cursor and name[:-1] >= cursor]
                )
                found.append((later[0], objects[later[0]]) if later else (cursor, ber.END_OF_MIB_VIEW))
                cursors[place] = found[-1][0]
        return message(ber.RESPONSE, request.id, found)

    rows = received(await polled(ports(30), answer))
    assert rows == {f"port{index}": index * 1000 for index in range(1, 31)}


@pytest.mark.parametrize("most", [1, 5, 12])
@pytest.mark.parametrize("told", [TOO_BIG, None], ids=["tooBig", "silence"])
async def test_a_device_is_asked_for_as_much_as_it_answers_and_that_is_remembered(
    most: int, told: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    refused: list[int] = []

    def answer(request: Request, objects: Objects) -> bytes | None:
        asked = len(request.oids) * max(1, request.repetitions)
        if asked <= most:
            return honest(request, objects)
        refused.append(asked)
        return error(request, told) if told else None

    assert received(await polled(ports(4), answer)) == {f"port{index}": index * 1000 for index in range(1, 5)}
    in_first = len(refused)
    refused.clear()
    await polled(ports(4), answer, times=3)
    assert 0 < len(refused) <= 2 * in_first


@pytest.mark.parametrize("told", [GEN_ERR, NO_SUCH_NAME, None], ids=["genErr", "noSuchName", "silence"])
async def test_a_device_that_refuses_getbulk_gets_no_second_one(
    told: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    bulks: list[Request] = []

    def answer(request: Request, objects: Objects) -> bytes | None:
        if request.pdu != ber.GETBULK:
            return honest(request, objects)
        bulks.append(request)
        return error(request, told) if told else None

    whole = {f"port{index}": index * 1000 for index in range(1, 5)}
    assert received(await polled(ports(4), answer, times=3)) == whole
    in_three = len(bulks)
    bulks.clear()
    assert received(await polled(ports(4), answer, times=6)) == whole
    assert len(bulks) == in_three


async def test_a_device_of_version_1_is_read_without_getbulk() -> None:
    """An object that is not there is noSuchName and spoils its request (RFC 1157, 4.1.2)."""

    def answer(request: Request, objects: Objects) -> bytes | None:
        wanted = [oid if request.pdu == ber.GET else after(objects, oid) for oid in request.oids]
        missing = [place for place, oid in enumerate(wanted, 1) if oid not in objects]
        if request.pdu == ber.GETBULK:
            return None
        if missing:
            said = error(request, NO_SUCH_NAME, missing[0])
        else:
            said = message(ber.RESPONSE, request.id, [(oid, objects[oid]) for oid in wanted if oid])
        return said.replace(b"\x02\x01\x01\x04\x06public", b"\x02\x01\x00\x04\x06public", 1)

    objects = {oid: value for oid, value in ports(3).items() if oid[: len(IF_X_ENTRY)] != IF_X_ENTRY}
    objects |= {(*IN, index): number(index * 7, ber.COUNTER32) for index in (1, 3)}
    rows = await polled(objects, answer, version="1", profiles=["system", "interfaces"])
    assert rows[""].values["device_uptime_seconds"] == 1
    assert received(rows) == {"Port 1": 7, "Port 2": None, "Port 3": 21}


@pytest.mark.parametrize(("status", "counted"), [(NO_SUCH_NAME, False), (GEN_ERR, True)])
async def test_an_agent_of_version_1_without_counter64_is_read_by_32_bits(status: int, counted: bool) -> None:
    """Version 1 has no Counter64 (RFC 3584, 4.2.2.1): the agent answers an error, some without its place."""

    def answer(request: Request, objects: Objects) -> bytes | None:
        wanted = [oid if request.pdu == ber.GET else after(objects, oid) for oid in request.oids]
        odd = [place for place, oid in enumerate(wanted, 1) if oid is None or _no_version_1(objects.get(oid))]
        if odd:
            said = error(request, status, odd[0] if counted else 0)
        else:
            said = message(ber.RESPONSE, request.id, [(oid, objects[oid]) for oid in wanted if oid])
        return said.replace(b"\x02\x01\x01\x04\x06public", b"\x02\x01\x00\x04\x06public", 1)

    objects = ports(3) | {(*IN, index): number(index * 7, ber.COUNTER32) for index in (1, 2, 3)}
    rows = await polled(objects, answer, version="1", profiles=["system", "interfaces"])
    assert rows[""].values["device_uptime_seconds"] == 1
    assert list(received(rows).values()) == [7, 14, 21]


def _no_version_1(value: bytes | None) -> bool:
    return value is None or value[0] == ber.COUNTER64


async def test_answers_of_more_than_a_retrys_time_are_taken() -> None:
    """Asked again after a second; the answer to the first question comes after 1.2 s."""
    rows = await polled(ports(2), profiles=["system", "interfaces"], after_seconds=1.2, timeout_seconds=30.0)
    assert received(rows) == {"port1": 1000, "port2": 2000}
    assert rows[""].values["snmp_failed_profiles"] == 0


async def test_of_a_table_that_takes_too_long_the_rows_that_were_read_are_told() -> None:
    rows = await polled(ports(100), after_seconds=0.25, timeout_seconds=6.0)
    assert rows[""].values["snmp_failed_profiles"] == 1
    assert received(rows)["port1"] == 1000
    assert 1 < len(rows) < 101


async def test_a_row_is_named_by_the_first_name_it_has() -> None:
    objects = ports(4) | {(*NAME, 2): text(""), (*NAME, 3): text(" "), (*DESCR, 3): text("")}
    del objects[(*NAME, 4)], objects[(*DESCR, 4)]
    objects |= {(*ALIAS, 3): text("ke Dinas"), (*DESCR, 4): text("")}
    assert list(await polled(objects)) == ["", "port1", "Port 2", "ke Dinas", "#4"]
    assert list(await polled(objects, interfaces=["ke*", "Port*"])) == ["", "Port 2", "ke Dinas"]


async def test_each_row_has_its_64_bit_octets_or_its_32_bit_ones_and_the_speed_it_has() -> None:
    objects = ports(3) | {(*IN, index): number(index, ber.COUNTER32) for index in (1, 2, 3)}
    objects |= {(*HIGH_SPEED, 1): number(1000, ber.GAUGE32), (*HIGH_SPEED, 2): number(0, ber.GAUGE32)}
    objects |= {(*SPEED, 2): number(2_000_000, ber.GAUGE32)}
    del objects[(*HC_IN, 2)], objects[(*HC_IN, 3)]
    rows = await polled(objects)
    assert received(rows) == {"port1": 1000, "port2": 2, "port3": 3}
    assert [row.values.get("interface_speed_bits_per_second") for name, row in rows.items() if name] == [
        *(1e9, 2e6, None)
    ]


async def test_a_state_that_the_device_does_not_know_is_absent() -> None:
    objects = ports(6) | {(*OPER, index): number(state) for index, state in enumerate((1, 2, 4, 7, 0), 1)}
    del objects[(*OPER, 6)]
    rows = await polled(objects)
    assert [row.values.get("interface_up") for name, row in rows.items() if name] == [
        1,
        0,
        None,
        0,
        None,
        None,
    ]


async def test_the_log_names_the_devices_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    await polled(ports(1), profiles=["interfaces", "ups"])
    assert "snmp device at 127.0.0.1, profile ups: the device has none of its objects" in caplog.text


async def test_no_answer_names_all_likely_causes() -> None:
    async with udp_server(lambda _: []) as port:
        failed = await failure_of(probe(port, timeout_seconds=1.0))
    assert failed.reason == "timeout"
    assert "check community or user, whom it allows, and its version of SNMP" in str(failed)
    assert "answers from another of its addresses" in str(failed)


async def test_polls_beside_each_other_read_what_is_theirs() -> None:
    rows = await asyncio.gather(*(polled(ports(count)) for count in range(1, 12)))
    assert [len(found) - 1 for found in rows] == list(range(1, 12))


async def test_auto_names_a_device_that_no_profile_fits() -> None:
    objects: Objects = {(1, 3, 6, 1, 2, 1, 1, 1, 0): text("Gadget 9000 v1.2")}
    rows = await polled(objects, profiles=["auto"])
    assert rows[""].values["device_identity_info"] == 1
    assert rows[""].info == {"vendor": "", "model": "Gadget 9000 v1.2", "firmware": "", "profiles": ""}


async def test_auto_says_that_nothing_fits_where_the_device_does_not_say_who_it_is() -> None:
    with pytest.raises(Failed, match="no profile fits this device; name one in `profiles`"):
        await polled({(1, 3, 6, 1, 2, 1, 4, 1, 0): number(1)}, profiles=["auto"])


async def test_a_counter_beyond_2_to_the_53_is_exact() -> None:
    rows = await polled(ports(1) | {(*HC_IN, 1): number(2**53 + 1, ber.COUNTER64)})
    assert received(rows) == {"port1": 2**53 + 1}
