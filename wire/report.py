"""A report: an agent's measurements of one time, with a number. Columnar JSON, zlib-compressed or plain.

The agent stores the body once and never changes it; the header is written at each sending. Times of
measurements are on the agent's boot clock (CLOCK_BOOTTIME); `offset` turns them into Unix time.
"""

import hashlib
import zlib
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from wire.dictionary import DICTIONARY
from wire.metrics import decimals_of
from wire.text import all_printable, printable

VERSION = 1
MAX_MEASUREMENTS = 500
MAX_PAYLOAD_BYTES = 64 * 1024
MAX_DECODED_BYTES = 256 * 1024
MAX_DROPPED = 2 * MAX_MEASUREMENTS
MAX_TOLD_CHARACTERS = 200

Stream = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Seq = Annotated[int, Meta(ge=1, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=MAX_MEASUREMENTS)]
BootSeconds = Annotated[float, Meta(ge=0, le=1e11)]
MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""The exceptions of msgspec for bytes that are not the JSON of the given type."""

DropReason = Literal["full", "corrupt", "hole", "rejected", "unwritable"]
Clock = Literal["ntp", "collector", "estimated"]


class Table(Struct, omit_defaults=True, gc=False):
    """Measurements of one kind as columns of one length.

    `age_ms` counts back from the body's `at`. `reason` is "" where the measurement succeeded, and the column
    is left out where all did. `row` names the part of a device where one target has many (an ifName); all
    rows of a table are of one sort. `info` holds columns of text about the rows, for the metrics that name
    them. `period_seconds` is the time between two such measurements, 0 if that is the probe's own period.
    """

    kind: Name
    target: list[Name]
    age_ms: list[Annotated[int, Meta(ge=0, le=10**10)]]
    values: dict[str, list[float | None]]
    reason: list[Annotated[str, Meta(max_length=32)]] = []
    row: list[Name] = []
    info: Annotated[dict[Name, list[Annotated[str, Meta(max_length=64)]]], Meta(max_length=4)] = {}
    period_seconds: Annotated[float, Meta(ge=0, le=86400)] = 0.0

    def __len__(self) -> int:
        return len(self.target)


class Drop(Struct, omit_defaults=True):
    """Reports of a stream that will never come: seq `first`, first+1, …, with the measurements each held.

    A count is None where the agent does not know it any more: a crash left a hole.
    """

    stream: Stream
    first: Seq
    counts: Annotated[list[Count | None], Meta(min_length=1, max_length=MAX_MEASUREMENTS)]
    reason: DropReason

    @property
    def last(self) -> int:
        return self.first + len(self.counts) - 1


class Previous(Struct):
    """The stream before this one, and its highest seq. The first report of a stream has it."""

    stream: Stream
    highest: Annotated[int, Meta(ge=0, le=2**53)]


class Body(Struct, omit_defaults=True):
    at: BootSeconds
    tables: list[Table] = []
    drops: list[Drop] = []
    previous: Previous | None = None

    def measurements(self) -> int:
        return sum(map(len, self.tables))


class _ReportHeader(Struct, omit_defaults=True, kw_only=True):
    v: int = VERSION
    stream: Stream
    seq: Seq
    base: Seq
    boot: Name
    sent: BootSeconds
    offset: Annotated[float, Meta(ge=-1e11, le=1e11)] | None = None
    clock: Clock = "estimated"


class Report(_ReportHeader, kw_only=True):
    """`base` is the lowest seq of the stream that the agent holds; `sent` is the boot clock in seconds."""

    body: Body

    def measured_at(self, age_ms: int) -> float | None:
        """Unix seconds of a measurement, None where the agent could not date it."""
        return None if self.offset is None else round(self.body.at - age_ms / 1000 + self.offset, 3)


class _Sealed(_ReportHeader, kw_only=True):
    body: Raw


class _Version(Struct):
    v: int = 0


class Undecodable(ValueError):
    """The collector can never take this payload. The text is the reason that the agent gets."""


class NewerVersion(ValueError):
    """This release does not know the payload's major version yet: hold it, don't drop it."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Report).decode
_decode_version = msgspec.json.Decoder(_Version).decode
_decode_body = msgspec.json.Decoder(Body).decode


def rounded(name: str, value: float | None) -> float | None:
    """The value without digits that are noise, or None where it is undefined."""
    if value is None:
        return None
    decimals = decimals_of(name)
    return round(value, decimals) if decimals else round(value)


def encode_body(body: Body) -> bytes:
    """Plain JSON of a body, as the spool keeps it."""
    return _encode(body)


def decode_body(data: bytes) -> Body:
    return _decode_body(data)


def seal(
    body: bytes,
    *,
    stream: str,
    seq: int,
    base: int,
    boot: str,
    sent: float,
    offset: float | None,
    clock: Clock,
) -> bytes:
    """The payload of one sending: a header around an encoded body, compressed."""
    header = _Sealed(
        stream=stream,
        seq=seq,
        base=base,
        boot=boot,
        sent=round(sent, 6),
        offset=offset,
        clock=clock,
        body=Raw(body),
    )
    deflater = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 8, zlib.Z_FILTERED, DICTIONARY)
    return deflater.compress(_encode(header)) + deflater.flush()


def digest(payload: bytes) -> str:
    """The name under which a payload is rejected."""
    return hashlib.sha256(payload).digest()[:8].hex()


def decode_report(payload: bytes) -> Report:
    """A valid Report out of untrusted bytes, in bounded memory. Raises Undecodable or NewerVersion."""
    document = _inflate(payload)
    try:
        report = _decode(document)
    except MALFORMED as error:
        _raise_if_newer(document)
        raise Undecodable(printable(str(error), MAX_TOLD_CHARACTERS)) from None
    if report.v != VERSION:
        _raise_if_newer(document)
        raise Undecodable(f"version {report.v} is not known")
    for complaint in _complaints(report):
        raise Undecodable(complaint)
    report.boot = printable(report.boot)
    for table in report.body.tables:
        if table.reason:
            table.reason = all_printable(table.reason)
        if table.row:
            table.row = all_printable(table.row)
        if table.info:
            table.info = {printable(name): all_printable(texts) for name, texts in table.info.items()}
    return report


def unknown_fields(payload: bytes) -> set[str]:
    """Fields of a valid report that this release does not know. A second decode: not for every report."""
    try:
        document = msgspec.json.decode(_inflate(payload))
    except MALFORMED:  # an unknown field may hold what only a newer release can read
        return {"?"}
    body = document["body"]
    places: list[tuple[str, type[Struct], list[dict[str, object]]]] = [
        ("", Report, [document]),
        ("body.", Body, [body]),
        ("body.tables.", Table, body.get("tables", [])),
        ("body.drops.", Drop, body.get("drops", [])),
        ("body.previous.", Previous, [body["previous"]] if body.get("previous") else []),
    ]
    return {
        where + name
        for where, known, found in places
        for one in found
        for name in one.keys() - set(known.__struct_fields__)
    }


def _inflate(payload: bytes) -> bytes:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise Undecodable(f"oversize: {len(payload)} bytes, at most {MAX_PAYLOAD_BYTES}")
    if payload[:1] == b"{":
        return payload
    inflater = zlib.decompressobj(zdict=DICTIONARY)  # without a need of it, it is not used
    try:
        document = inflater.decompress(payload, MAX_DECODED_BYTES)
    except zlib.error:
        raise Undecodable("neither zlib nor JSON") from None
    if not inflater.eof:
        raise Undecodable(f"oversize or cut short: more than {MAX_DECODED_BYTES} bytes or no end")
    return document


def _raise_if_newer(document: bytes) -> None:
    try:
        version = _decode_version(document).v
    except MALFORMED:
        return
    if version > VERSION:
        raise NewerVersion(f"report of version {version}, this collector takes version {VERSION}")


def _complaints(report: Report) -> Iterator[str]:
    """Faults that the schema can't express."""
    if report.base > report.seq:
        yield f"base {report.base} is above seq {report.seq}"
    if report.body.measurements() > MAX_MEASUREMENTS:
        yield f"oversize: {report.body.measurements()} measurements, at most {MAX_MEASUREMENTS}"
    dropped = sum([len(record.counts) for record in report.body.drops])
    if dropped > MAX_DROPPED:
        yield f"oversize: tells of {dropped} reports that were dropped, at most {MAX_DROPPED}"
    for table in report.body.tables:
        lines = len(table)
        lengths = {len(table.age_ms), *map(len, table.values.values()), *map(len, table.info.values())}
        lengths |= {len(column) for column in (table.reason, table.row) if column}
        if lengths != {lines}:
            yield f"columns of unequal length in table {printable(table.kind)}"
