"""A recorded device answers SNMPv2c from the lines of a recording (oid|tag|value), in the test's own loop."""

from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from tests.fakes.scripted import udp_server
from tests.servers import ber

Objects = dict[ber.Oid, bytes]

GETNEXT, IP_ADDRESS, OPAQUE = 0xA1, 0x40, 0x44
NO_SUCH_NAME = 2
VERSION_1, VERSION_2C = (b"\x02\x01" + version + b"\x04\x06public" for version in (b"\0", b"\1"))
INTEGERS = (ber.INTEGER, ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.COUNTER64)


def objects(lines: Iterable[bytes]) -> Objects:
    """An "x" after a tag is for hexadecimal. Lines without a value (noSuchObject) are left out."""
    found: Objects = {}
    for line in lines:
        oid, tag, value = line.rstrip(b"\r\n").split(b"|", 2)
        kind = int(tag.rstrip(b"x"))
        octets = bytes.fromhex(value.decode()) if tag.endswith(b"x") else value
        answered = _value(kind, octets)
        if answered:
            found[_numbers(oid)] = answered
    return found


def _value(kind: int, octets: bytes) -> bytes:
    if kind in INTEGERS:
        return ber.number(int(octets), kind)
    if kind == ber.OBJECT:
        return ber.oid(_numbers(octets))
    if kind == IP_ADDRESS and b"." in octets:
        return ber.tlv(kind, bytes(map(int, octets.split(b"."))))
    return ber.tlv(kind, octets) if kind in (ber.TEXT, IP_ADDRESS, OPAQUE) else b""


def _numbers(dotted: bytes) -> ber.Oid:
    return tuple(map(int, dotted.strip(b".").split(b".")))


def answer(datagram: bytes, held: Objects, names: list[ber.Oid]) -> list[bytes]:
    request = ber.read_request(datagram)
    if request.pdu == ber.GET:
        found = [(oid, held.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
        return [ber.message(ber.RESPONSE, request.id, found)]
    cursors, found = list(request.oids), []
    for _ in range(1 if request.pdu == GETNEXT else request.repetitions):
        for place, cursor in enumerate(cursors):
            where = bisect_right(names, cursor)
            cursors[place] = names[where] if where < len(names) else cursor
            found.append((cursors[place], held[names[where]] if where < len(names) else ber.END_OF_MIB_VIEW))
    return [ber.message(ber.RESPONSE, request.id, found)]


def answer_of_version_1(datagram: bytes, held: Objects, names: list[ber.Oid]) -> list[bytes]:
    """It knows no GETBULK, and one object that is not there spoils the request (RFC 1157, 4.1.2)."""
    request = ber.read_request(datagram)
    if request.pdu == ber.GETBULK:
        return []
    found: list[tuple[ber.Oid, bytes]] = []
    for place, oid in enumerate(request.oids, 1):
        where = bisect_left(names, oid) if request.pdu == ber.GET else bisect_right(names, oid)
        if where == len(names) or (request.pdu == ber.GET and names[where] != oid):
            nulls = [(one, ber.NULL) for one in request.oids]
            said = ber.message(ber.RESPONSE, request.id, nulls, numbers=(NO_SUCH_NAME, place))
            return [said.replace(VERSION_2C, VERSION_1, 1)]
        found.append((names[where], held[names[where]]))
    return [ber.message(ber.RESPONSE, request.id, found).replace(VERSION_2C, VERSION_1, 1)]


@asynccontextmanager
async def recorded_device(held: Objects, version: str = "2c") -> AsyncIterator[int]:
    """The port on 127.0.0.1."""
    names, answers = sorted(held), answer_of_version_1 if version == "1" else answer
    async with udp_server(lambda datagram: answers(datagram, held, names)) as port:
        yield port
