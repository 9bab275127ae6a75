"""From what a device answers to values, rows and names."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from agent.probes.measurement import Row
from agent.probes.snmp.ber import Raw
from agent.probes.snmp.readings import counts, fallbacks, matching, named, rows, scalars, texts
from agent.probes.snmp.texts import MAX_NAME, text
from agent.probes.snmp.values import Cells
from wire.profile import Condition, Info, Oid, SnmpObject, SnmpTable, numbers

NAME, ADMIN, OCTETS, OCTETS32, SPEED, ALIAS = "1.3.1", "1.3.2", "1.3.3", "1.3.4", "1.3.5", "1.3.6"

TABLE = SnmpTable(
    row=[NAME],
    where=Condition(ADMIN, [1]),
    info=Info("interface_info", {"alias": ALIAS}),
    values={
        "interface_receive_bytes_total": [SnmpObject(OCTETS), SnmpObject(OCTETS32, octets=32)],
        "interface_speed_bits_per_second": [SnmpObject(SPEED, scale=1e6, minimum=1)],
    },
)


def table_rows(*patterns: str, period_seconds: float = 60.0, **cells: Mapping[int, Raw]) -> list[Row]:
    """The rows of a device that has these cells and says of all others that they are not there."""
    oids = {"admin": ADMIN, "octets": OCTETS, "octets32": OCTETS32, "speed": SPEED, "alias": ALIAS}
    called = texts(TABLE, {numbers(NAME): {(index,): raw for index, raw in cells["name"].items()}})
    found: Cells = {
        (*numbers(oid), *index): cells.get(name, {}).get(index[0])
        for name, oid in oids.items()
        for index in called
    }
    names = named(matching(called, patterns), {})
    counted = {index: name for index, name in names.items() if counts(TABLE, index, found)}
    return list(rows(TABLE, counted, found, period_seconds, set()))


def test_a_value_is_scaled_and_what_is_out_of_range_is_undefined() -> None:
    values = {"device_load1": [SnmpObject("1.3.1", scale=0.01, minimum=0, maximum=100)]}
    assert scalars(values, {(1, 3, 1): 50}) == {"device_load1": 0.5}
    assert scalars(values, {(1, 3, 1): -1}) == scalars(values, {(1, 3, 1): 101}) == {}
    assert scalars(values, {}) == scalars(values, {(1, 3, 1): b"50 %"}) == {}


def test_a_state_is_one_where_it_holds_and_zero_where_not() -> None:
    values = {"interface_up": [SnmpObject("1.3.1", equals=[1, 5])]}
    assert [scalars(values, {(1, 3, 1): state})["interface_up"] for state in (1, 2, 5)] == [1, 0, 1]


def test_the_first_reading_that_is_defined_counts() -> None:
    values = {"device_load1": [SnmpObject("1.3.1", minimum=1, unknown=[9]), SnmpObject("1.3.2")]}
    for first in (None, 0, 9, b"text"):
        assert scalars(values, {(1, 3, 1): first, (1, 3, 2): 7}) == {"device_load1": 7}
    assert scalars(values, {(1, 3, 1): 3, (1, 3, 2): 7}) == {"device_load1": 3}


def test_nothing_stands_in_for_a_reading_that_was_not_answered() -> None:
    """Else a counter would change its width for the time of one lost answer."""
    values = {"device_load1": [SnmpObject("1.3.1"), SnmpObject("1.3.2", octets=32)]}
    assert scalars(values, {(1, 3, 2): 7}) == {}
    [row] = rows(TABLE, {(1,): "a"}, {(*numbers(OCTETS32), 1): 7}, 60.0, set())
    assert "interface_receive_bytes_total" not in row.values
    assert fallbacks(TABLE, [(1,)], {}) == []
    assert fallbacks(TABLE, [(1,)], {(*numbers(OCTETS), 1): None}) == [(*numbers(OCTETS32), 1)]


def test_rows_that_are_switched_off_or_match_no_pattern_are_left_out() -> None:
    names, admin = {1: b"ether1", 2: b"ether2", 3: b"wlan1"}, {1: 1, 2: 2}
    assert [row.row for row in table_rows(name=names, admin=admin)] == ["ether1", "wlan1"]
    assert [row.row for row in table_rows("wlan*", "lo", name=names, admin=admin)] == ["wlan1"]


def test_names_that_are_missing_or_shared_are_told_apart_by_their_index() -> None:
    names = {1: b"port", 2: b"port", 3: b"", 4: b"\x00\x01", 5: b"p" * 90, 6: b"p" * 90}
    assert [row.row for row in table_rows(name=names)] == [
        *("port", "port#2", "#3", "#4"),
        *("p" * 64, "p" * 62 + "#6"),
    ]


def test_a_row_keeps_its_name_while_others_of_that_name_come_and_go() -> None:
    shared = {1: b"port", 2: b"port"}
    assert [row.row for row in table_rows(name=shared, admin={1: 2, 2: 1})] == ["port#2"]
    before: dict[Oid, tuple[str, str]] = {(2,): ("port", "port#2"), (3,): ("port", "port")}
    assert named({(2,): "port"}, before) == {(2,): "port#2"}
    assert named({(1,): "port", (3,): "port"}, before) == {(1,): "port#1", (3,): "port"}
    assert named({(2,): "renamed"}, before) == {(2,): "renamed"}


def test_texts_and_the_index_of_a_row_become_its_info() -> None:
    [row] = table_rows(name={7: b"ether7"}, alias={7: "ke Dinas  Kesehatan\r\n✓".encode()})
    assert row.info == {"alias": "ke Dinas Kesehatan ✓", "index": "7"}
    assert row.values == {"interface_info": 1}


def test_32_bit_octets_count_for_each_row_that_has_no_others() -> None:
    slow = {1: 10, 2: 10}
    both = table_rows(name={1: b"a", 2: b"b"}, octets={1: 5}, octets32={1: 6, 2: 7}, speed=slow)
    assert [row.values.get("interface_receive_bytes_total") for row in both] == [5, 7]
    narrow = table_rows(name={1: b"a", 2: b"b"}, octets32={1: 6, 2: 7}, speed=slow)
    assert [row.values.get("interface_receive_bytes_total") for row in narrow] == [6, 7]


def test_32_bit_octets_are_undefined_where_they_wrap_too_fast() -> None:
    """At 286 Mb/s they wrap in 120 s, two periods."""
    names, octets = {1: b"a", 2: b"b", 3: b"c"}, {1: 1, 2: 1, 3: 1}
    found = table_rows(name=names, octets32=octets, speed={1: 286, 2: 287})
    assert ["interface_receive_bytes_total" in row.values for row in found] == [True, False, True]


@given(st.binary(max_size=300))
def test_whatever_a_device_calls_a_thing_a_label_can_hold_it(raw: bytes) -> None:
    label = text(raw)
    assert len(label) <= MAX_NAME
    assert label.isprintable()
    assert label == label.strip()


@given(
    st.dictionaries(st.integers(1, 10**9), st.sampled_from([b"", b"a", b"#1", b"#2", b"x" * 64, b"x" * 70]))
)
def test_no_two_rows_have_one_name(names: dict[int, bytes]) -> None:
    given_names = [row.row for row in table_rows(name=names)]
    assert len(set(given_names)) == len(names)
    assert all(0 < len(name) <= MAX_NAME for name in given_names)


def test_rows_keep_their_names_where_a_restart_moves_their_indices() -> None:
    before: dict[Oid, tuple[str, str]] = {(1,): ("lan", "lan"), (2,): ("lan", "lan#2"), (3,): ("wan", "wan")}
    after: dict[Oid, str] = {(1,): "wan", (2,): "lan", (3,): "lan"}
    assert named(after, before, restarted=True) == {(1,): "wan", (2,): "lan", (3,): "lan#2"}
    more = named({**after, (4,): "lan"}, before, restarted=True)
    assert more == {(1,): "wan", (2,): "lan#2", (3,): "lan", (4,): "lan#4"}


def test_a_counter_of_64_bits_never_gives_way_to_one_of_32() -> None:
    """The device leaves the wide one out for a poll."""
    wide: Cells = {(*numbers(OCTETS), 1): 2**40}
    narrow: Cells = {(*numbers(OCTETS), 1): None, (*numbers(OCTETS32), 1): 7}
    known: set[tuple[str, str]] = set()
    polls = [list(rows(TABLE, {(1,): "a"}, cells, 60.0, known)) for cells in (narrow, wide, narrow, wide)]
    assert [row.values.get("interface_receive_bytes_total") for [row] in polls] == [7, 2**40, None, 2**40]


def test_no_name_of_a_row_is_longer_than_the_wire_takes_and_none_comes_twice() -> None:
    """One name of 65 characters would have the collector refuse the whole report."""
    end = (4_000_000_000,) * 6
    called: dict[tuple[int, ...], str] = {(number, *end): "onu" for number in range(300)}
    names = named(called | {(400, *end): "4." * 60}, {})
    assert len(set(names.values())) == len(names)
    assert max(map(len, names.values())) <= 64
