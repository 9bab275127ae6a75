"""The codec of reports: what is taken, what is refused, and within which bounds."""

import json
import tracemalloc
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.metrics import CATALOGUE
from wire.report import (
    MAX_DECODED_BYTES,
    MAX_MEASUREMENTS,
    MAX_PAYLOAD_BYTES,
    Body,
    Drop,
    NewerVersion,
    Previous,
    Table,
    Undecodable,
    decode_report,
    digest,
    encode_body,
    rounded,
    seal,
    unknown_fields,
)
from wire.text import printable

STREAM = "00c0ffee00c0ffee"

letters = st.characters().filter(lambda letter: printable(letter) == letter)
names = st.text(letters, min_size=1, max_size=6)
streams = st.integers(0, 2**64 - 1).map("{:016x}".format)
seqs = st.integers(1, 2**53)
values = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    lines = draw(st.integers(0, 4))

    def column(of: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(of, min_size=lines, max_size=lines))

    return Table(
        kind=draw(names),
        target=column(names),
        age_ms=column(st.integers(0, 10**10)),
        values={
            name: column(values) for name in draw(st.sets(st.sampled_from(sorted(CATALOGUE)), max_size=3))
        },
        reason=draw(st.sampled_from([[], column(st.text(letters, max_size=4))])),
        row=draw(st.sampled_from([[], column(names)])),
    )


drops = st.builds(
    Drop,
    stream=streams,
    first=seqs,
    counts=st.lists(st.none() | st.integers(0, MAX_MEASUREMENTS), min_size=1, max_size=5),
    reason=st.sampled_from(["full", "corrupt", "hole", "rejected", "unwritable"]),
)
bodies = st.builds(
    Body,
    at=st.floats(0, 1e9),
    tables=st.lists(tables(), max_size=3),
    drops=st.lists(drops, max_size=3),
    previous=st.none() | st.builds(Previous, stream=streams, highest=st.integers(0, 2**53)),
)


def document(**changed: Any) -> dict[str, Any]:
    """The least report there is, as a person would write it."""
    table = {
        "kind": "tcp",
        "target": ["web"],
        "age_ms": [40],
        "values": {"tcp_connect_duration_seconds": [0.1]},
    }
    whole = {
        "stream": STREAM,
        "seq": 3,
        "base": 1,
        "boot": "b1",
        "sent": 1000.5,
        "offset": 1.79e9,
        "body": {"at": 1000.0, "tables": [table]},
    }
    return whole | changed


def plain(**changed: Any) -> bytes:
    return json.dumps(document(**changed)).encode()


def with_table(**changed: Any) -> bytes:
    table = document()["body"]["tables"][0] | changed
    return plain(body={"at": 1000.0, "tables": [table]})


@given(bodies, streams, st.tuples(seqs, seqs).map(sorted), st.none() | st.floats(-1e10, 1e10))
def test_the_collector_reads_each_report_that_an_agent_seals(
    body: Body, stream: str, numbers: list[int], offset: float | None
) -> None:
    base, seq = numbers
    header = {"stream": stream, "seq": seq, "base": base, "boot": "b1", "offset": offset, "clock": "ntp"}
    report = decode_report(seal(encode_body(body), sent=12.3456789, **header))  # type: ignore[arg-type]
    assert report.body == body
    assert report.sent == 12.345679
    assert {name: getattr(report, name) for name in header} == header


def test_plain_json_by_hand_is_a_report() -> None:
    report = decode_report(plain())
    assert report.seq == 3
    assert report.body.measurements() == 1
    assert report.measured_at(40) == 1790000999.96


def test_a_report_without_an_offset_can_not_be_dated() -> None:
    assert decode_report(plain(offset=None)).measured_at(0) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise_anything_but_undecodable(payload: bytes) -> None:
    for attempt in (payload, b"{" + payload, zlib.compress(payload)):
        with pytest.raises(Undecodable):
            decode_report(attempt)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_a_damaged_report_never_raises_anything_else(at: int, damage: bytes) -> None:
    whole = plain()
    at %= len(whole)
    with suppress(Undecodable, NewerVersion):
        decode_report(whole[:at] + damage + whole[at + len(damage) :])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00\x01",
        b"[]",
        b"{",
        b'{"seq":1}',
        b'{"boot":"\xff"}',
        b"{" + b'"a":[' * 20000,
        zlib.compress(plain())[:-5],
        plain(v=0),
        plain(v=-1),
        plain(stream="c0ffee"),
        plain(stream=STREAM + "\n"),
        plain(stream=STREAM.upper()),
        plain(seq=0),
        plain(seq=2**53 + 1),
        plain(seq=1.5),
        plain(base=4),
        plain(sent=-1),
        plain(clock="sundial"),
        plain(boot=""),
        plain(boot="x" * 65),
        plain(body={"at": 0, "drops": [{"stream": STREAM, "first": 1, "counts": [], "reason": "full"}]}),
        plain(body={"at": 0, "drops": [{"stream": STREAM, "first": 1, "counts": [-1], "reason": "full"}]}),
        plain(body={"at": 0, "drops": [{"stream": STREAM, "first": 1, "counts": [501], "reason": "full"}]}),
        plain(body={"at": 0, "drops": [{"stream": STREAM, "first": 1, "counts": [1], "reason": "bored"}]}),
        with_table(age_ms=[1, 2]),
        with_table(age_ms=[-1]),
        with_table(target=["x" * 65]),
        with_table(reason=["", ""]),
        with_table(row=["ether1", "ether2"]),
        with_table(values={"tcp_connect_duration_seconds": []}),
        with_table(values={"tcp_connect_duration_seconds": ["fast"]}),
    ],
)
def test_a_payload_that_is_not_a_report_is_refused(payload: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_report(payload)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400])
def test_a_number_that_is_not_finite_is_refused(number: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_report(with_table(values={"tcp_connect_duration_seconds": [12345]}).replace(b"12345", number))


def test_more_measurements_than_allowed_are_refused() -> None:
    def lines(count: int) -> bytes:
        column = [0.1] * count
        values = {"tcp_connect_duration_seconds": column}
        return zlib.compress(with_table(target=["web"] * count, age_ms=[0] * count, values=values))

    assert decode_report(lines(MAX_MEASUREMENTS)).body.measurements() == MAX_MEASUREMENTS
    with pytest.raises(Undecodable, match="oversize: 501 measurements, at most 500"):
        decode_report(lines(MAX_MEASUREMENTS + 1))


def test_a_payload_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(Undecodable, match=f"oversize: {MAX_PAYLOAD_BYTES + 1} bytes"):
        decode_report(b"{" + b" " * MAX_PAYLOAD_BYTES)


def test_a_compression_bomb_is_refused_in_bounded_memory() -> None:
    squeezer = zlib.compressobj(9)
    bomb = b"".join(squeezer.compress(b"{" + b" " * 2**20) for _ in range(60)) + squeezer.flush()
    assert len(bomb) <= MAX_PAYLOAD_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(Undecodable, match=f"more than {MAX_DECODED_BYTES} bytes"):
            decode_report(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_DECODED_BYTES


def test_a_newer_version_is_held_and_not_refused() -> None:
    with pytest.raises(NewerVersion, match="version 2"):
        decode_report(plain(v=2))
    with pytest.raises(NewerVersion, match="version 3"):
        decode_report(b'{"v":3,"everything":"else","is":["different"]}')


def test_unknown_fields_and_metrics_are_taken_and_named() -> None:
    body = document()["body"] | {"mood": "good", "previous": {"stream": STREAM, "highest": 1, "why": ""}}
    body["tables"] = [body["tables"][0] | {"unit": "s", "values": {"tcp_new_seconds": [1.0]}}]
    payload = plain(body=body, hops=3)
    assert decode_report(payload).body.tables[0].values == {"tcp_new_seconds": [1.0]}
    assert unknown_fields(payload) == {"hops", "body.mood", "body.previous.why", "body.tables.unit"}
    assert unknown_fields(plain()) == set()


def test_an_unknown_field_that_nobody_can_read_costs_nothing_else() -> None:
    payload = plain(hops=12345).replace(b"12345", b"9" * 5000)
    assert decode_report(payload).seq == 3
    assert unknown_fields(payload) == {"?"}


def test_values_keep_the_digits_that_mean_something() -> None:
    assert rounded("tcp_connect_duration_seconds", 0.00123456789) == 0.001235
    assert rounded("http_status_code", 200.0) == 200
    assert rounded("http_status_code", None) is None


def test_a_payload_is_named_by_the_first_8_bytes_of_its_sha_256() -> None:
    assert digest(b"") == "e3b0c44298fc1c14"
