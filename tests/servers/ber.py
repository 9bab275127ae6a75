"""SNMPv2c by hand (BER, X.690): enough to ask a device one thing, and to play one that answers anything."""

from collections.abc import Sequence
from dataclasses import dataclass

Oid = tuple[int, ...]

GET, RESPONSE, GETBULK = 0xA0, 0xA2, 0xA5
NULL, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = b"\x05\x00", b"\x81\x00", b"\x82\x00"
SEQUENCE, INTEGER, TEXT, OBJECT, COUNTER32, GAUGE32, TIMETICKS, COUNTER64 = (
    0x30,
    2,
    4,
    6,
    0x41,
    0x42,
    0x43,
    0x46,
)


@dataclass(frozen=True)
class Request:
    id: int
    pdu: int
    community: bytes
    oids: list[Oid]
    repetitions: int


def tlv(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def number(value: int, tag: int = INTEGER) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def text(value: str) -> bytes:
    return tlv(TEXT, value.encode())


def oid(numbers: Oid) -> bytes:
    content = b""
    for part in (numbers[0] * 40 + numbers[1], *numbers[2:]):
        septets = [part & 0x7F]
        while part := part >> 7:
            septets.append(part & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return tlv(OBJECT, content)


def message(
    pdu: int,
    id: int,
    variables: Sequence[tuple[Oid, bytes]],
    community: bytes = b"public",
    numbers: tuple[int, int] = (0, 0),
) -> bytes:
    """`numbers` are error-status and error-index, or non-repeaters and max-repetitions."""
    bindings = b"".join(tlv(SEQUENCE, oid(name) + value) for name, value in variables)
    content = number(id) + number(numbers[0]) + number(numbers[1]) + tlv(SEQUENCE, bindings)
    return tlv(SEQUENCE, number(1) + tlv(TEXT, community) + tlv(pdu, content))


def read_request(datagram: bytes) -> Request:
    (_, whole), _ = _read(datagram)
    (_, _), rest = _read(whole)
    (_, community), rest = _read(rest)
    (pdu, content), _ = _read(rest)
    (_, id), content = _read(content)
    (_, _), content = _read(content)
    (_, repetitions), content = _read(content)
    (_, bindings), _ = _read(content)
    names = []
    while bindings:
        (_, binding), bindings = _read(bindings)
        names.append(_numbers(_read(binding)[0][1]))
    return Request(int.from_bytes(id, "big"), pdu, community, names, int.from_bytes(repetitions, "big"))


def _read(data: bytes) -> tuple[tuple[int, bytes], bytes]:
    tag, length, start = data[0], data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return (tag, data[start : start + length]), data[start + length :]


def _numbers(content: bytes) -> Oid:
    numbers, part = [], 0
    for octet in content:
        part = part << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(part)
            part = 0
    return (*divmod(numbers[0], 40), *numbers[1:])
