"""A recorded device answers SNMPv2c from the lines of a recording (oid|tag|value), in the test's own loop."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from tests.fakes.scripted import udp_server
from tests.servers import ber

Objects = dict[ber.Oid, bytes]

GETNEXT, IP_ADDRESS, OPAQUE = 0xA1, 0x40, 0x44
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


@asynccontextmanager
async def recorded_device(held: Objects) -> AsyncIterator[int]:
    """The port on 127.0.0.1."""
    names = sorted(held)
    async with udp_server(lambda datagram: answer(datagram, held, names)) as port:
        yield port
