"""The Basic Encoding Rules (X.690) as far as SNMP uses them (RFC 3417, 8). Pure.

An odd value costs itself alone: it is read as net-snmp reads it, or as no value, and never as an error.
"""

from collections.abc import Sequence

from agent.probes.snmp.profile import Oid

Raw = int | bytes

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, UINTEGER32, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x47, 0x46
UNSIGNED = dict.fromkeys((COUNTER32, GAUGE32, TIMETICKS, UINTEGER32), 2**32) | {COUNTER64: 2**64}
MAX_INTEGER_OCTETS = 9
MAX_LENGTH_OCTETS = 4


class Malformed(ValueError):
    """Octets that are no element, or not the one that belongs there."""


def element(tag: int, *content: bytes) -> bytes:
    octets = b"".join(content)
    if len(octets) < 128:
        return bytes((tag, len(octets))) + octets
    length = len(octets).to_bytes((len(octets).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + octets


def integer(value: int) -> bytes:
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def object_name(numbers: Oid) -> bytes:
    content = bytearray()
    for part in (numbers[0] * 40 + numbers[1], *numbers[2:]):
        septets = [part & 0x7F]
        while part := part >> 7:
            septets.append(part & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return element(OBJECT, bytes(content))


def at(data: bytes, start: int, end: int) -> tuple[int, int, int]:
    """The tag of the element at `start`, and where its content starts and ends. Raises Malformed."""
    if start + 2 > end:
        raise Malformed("no element")
    tag, length = data[start], data[start + 1]
    start += 2
    if length & 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= MAX_LENGTH_OCTETS:
            raise Malformed("a length of no use")
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    if start + length > end:
        raise Malformed("longer than what holds it")
    return tag, start, start + length


def content(data: bytes, start: int, end: int, expected: int) -> tuple[int, int]:
    """Where the content of an element of this tag starts and ends. Raises Malformed."""
    tag, first, last = at(data, start, end)
    if tag != expected:
        raise Malformed(f"tag {tag:#04x} in place of {expected:#04x}")
    return first, last


def integer_at(data: bytes, start: int, end: int) -> tuple[int, int]:
    """An INTEGER and where it ends. Raises Malformed."""
    first, last = content(data, start, end, INTEGER)
    if not 1 <= last - first <= MAX_INTEGER_OCTETS:
        raise Malformed("no integer")
    return int.from_bytes(data[first:last], "big", signed=True), last


def octets_at(data: bytes, start: int, end: int) -> tuple[int, int]:
    return content(data, start, end, OCTETS)


def numbers_of(name: bytes) -> Oid:
    """An object's name. Raises Malformed."""
    if not name or name[-1] & 0x80:
        raise Malformed("no object's name")
    parts: Sequence[int] = name if name.isascii() else _parts(name)
    first = min(parts[0] // 40, 2)
    return (first, parts[0] - 40 * first, *parts[1:])


def _parts(name: bytes) -> list[int]:
    parts, part = [], 0
    for octet in name:
        part = part << 7 | octet & 0x7F
        if not octet & 0x80:
            parts.append(part)
            part = 0
    return parts


def value(tag: int, octets: bytes) -> Raw | None:
    """A number, text or address, an object's name as dotted text; None for anything else.

    Some devices leave out the zero octet before a number whose first bit is set: unsigned is unsigned.
    """
    if tag in (OCTETS, IP_ADDRESS):
        return octets
    if tag == OBJECT:
        return _dotted(octets)
    if not 1 <= len(octets) <= MAX_INTEGER_OCTETS:
        return None
    if tag == INTEGER:
        return int.from_bytes(octets, "big", signed=True)
    modulus = UNSIGNED.get(tag)
    return int.from_bytes(octets, "big", signed=True) % modulus if modulus else None


def _dotted(name: bytes) -> bytes | None:
    try:
        return ".".join(map(str, numbers_of(name))).encode()
    except Malformed:
        return None
