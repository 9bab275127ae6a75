"""The Basic Encoding Rules (X.690) as far as SNMP uses them (RFC 3417, 8). Pure.

An odd value costs itself alone: it is read as net-snmp reads it, or as no value, and never as an error.
"""

import re
from functools import lru_cache

from wire.profile import Oid

Raw = int | bytes
Name = bytes
"""An object's name as a message holds it: the content of an OBJECT IDENTIFIER."""

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, UINTEGER32, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x47, 0x46
UNSIGNED = dict.fromkeys((COUNTER32, GAUGE32, TIMETICKS, UINTEGER32), 2**32) | {COUNTER64: 2**64}
MAX_INTEGER_OCTETS = 9
MAX_PART = 2**64
"""RFC 2578 has 32 bits; some devices write more."""
MAX_LENGTH_OCTETS = 4
SEPTETS = [bytes((septet,)) for septet in range(128)]
MAX_HEAD = 32
"""Names of at most so many numbers are remembered but for the last: a device may make up longer ones."""
PARTS = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")


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


def name_of(numbers: Oid) -> Name:
    if not 2 < len(numbers) <= MAX_HEAD:
        return _encoded(numbers)
    last = numbers[-1]
    return _head(numbers[:-1]) + (SEPTETS[last] if last < 128 else _septets(last))


def _encoded(numbers: Oid) -> Name:
    parts = (numbers[0] * 40 + numbers[1], *numbers[2:])
    return b"".join([SEPTETS[part] if part < 128 else _septets(part) for part in parts])


_head = lru_cache(maxsize=1024)(_encoded)
"""The rows of a column share all of a name but its end."""


def _septets(part: int) -> bytes:
    if part < 2**14:
        return bytes((part >> 7 | 0x80, part & 0x7F))
    septets = [part & 0x7F]
    while part := part >> 7:
        septets.append(part & 0x7F | 0x80)
    return bytes(reversed(septets))


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


def canonical(name: Name) -> Name:
    """The name without zeros before a number, as a few devices write them; one that is no name stays."""
    try:
        return name_of(numbers_of(name))
    except Malformed:
        return name


def numbers_of(name: Name) -> Oid:
    """Raises Malformed."""
    if not name or name[-1] & 0x80:
        raise Malformed("no object's name")
    parts = index_numbers(name)
    first = min(parts[0] // 40, 2)
    return (first, parts[0] - 40 * first, *parts[1:])


def index_numbers(end: bytes) -> Oid:
    """The numbers at the end of a name. Raises Malformed."""
    return tuple(end if end.isascii() else map(_number, PARTS.findall(end)))


def _number(septets: bytes) -> int:
    if len(septets) == 1:
        return septets[0]
    number = 0
    for octet in septets:
        number = number << 7 | octet & 0x7F
    if number > MAX_PART:
        raise Malformed("a number of a name beyond 64 bits")
    return number


def value(tag: int, octets: bytes) -> Raw | None:
    """A number, text or address, an object's name as dotted text; None for anything else.

    Some devices leave out the zero octet before a number whose first bit is set: unsigned is unsigned.
    """
    if tag in (OCTETS, IP_ADDRESS):
        return octets
    if tag == OBJECT:
        return _dotted_octets(octets)
    if not 1 <= len(octets) <= MAX_INTEGER_OCTETS:
        return None
    modulus = UNSIGNED.get(tag)
    if modulus:
        return int.from_bytes(octets, "big", signed=True) % modulus
    return int.from_bytes(octets, "big", signed=True) if tag == INTEGER else None


def dotted(name: Name) -> str:
    """Raises Malformed."""
    return ".".join(map(str, numbers_of(name)))


def _dotted_octets(name: bytes) -> bytes | None:
    try:
        return dotted(name).encode()
    except Malformed:
        return None
