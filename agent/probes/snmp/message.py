"""PDUs (RFC 3416; RFC 1157 for version 1) and the messages of v1 and v2c around them (RFC 1901). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agent.probes.snmp import ber
from agent.probes.snmp.ber import Malformed, Raw
from agent.probes.snmp.profile import Oid

GET, GETNEXT, RESPONSE, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = 0x80, 0x81, 0x82
NOT_THERE = frozenset({NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW, ber.NULL})
UNREADABLE = 0

MAX_MESSAGE_BYTES = 8 * 1024

TOO_BIG, NO_SUCH_NAME = 1, 2
STATUS = [
    *("noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType"),
    *("wrongLength", "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable"),
    *("commitFailed", "undoFailed", "authorizationError", "notWritable", "inconsistentName"),
]
REFUSALS = frozenset({"noAccess", "authorizationError"})


class Resent(Exception):
    """The device has reported its engine or its time (SNMPv3): the agent must send the request again."""


class Variable(NamedTuple):
    """`raw` is None where the device has no value, by `tag`, and where it can't be read."""

    oid: Oid
    tag: int
    raw: Raw | None


@dataclass(frozen=True, slots=True)
class Pdu:
    """An answer. `index` counts the variables from 1; 0 is none of them."""

    kind: int
    id: int
    status: int
    index: int
    variables: Sequence[Variable]

    @property
    def status_name(self) -> str:
        return STATUS[self.status] if 0 <= self.status < len(STATUS) else f"error {self.status}"


def request(kind: int, id: int, oids: Sequence[Oid], repetitions: int = 0) -> bytes:
    """A GETBULK has as many `repetitions` and no non-repeaters."""
    bindings = [ber.element(ber.SEQUENCE, ber.object_name(oid), b"\x05\x00") for oid in oids]
    numbers = (ber.integer(id), ber.integer(0), ber.integer(repetitions))
    return ber.element(kind, *numbers, ber.element(ber.SEQUENCE, *bindings))


def read_pdu(data: bytes, start: int, end: int) -> Pdu:
    """Raises Malformed; a variable that can't be read costs only itself."""
    kind, start, end = ber.at(data, start, end)
    id, start = ber.integer_at(data, start, end)
    status, start = ber.integer_at(data, start, end)
    index, start = ber.integer_at(data, start, end)
    first, last = ber.content(data, start, end, ber.SEQUENCE)
    return Pdu(kind, id, status, index, list(_variables(data, first, last)))


def _variables(data: bytes, start: int, end: int) -> Iterator[Variable]:
    while start < end:
        try:
            first, last = ber.content(data, start, end, ber.SEQUENCE)
        except Malformed:
            return
        start = last
        try:
            name, after = ber.content(data, first, last, ber.OBJECT)
            oid = ber.numbers_of(data[name:after])
        except Malformed:
            continue
        try:
            tag, value, stop = ber.at(data, after, last)
        except Malformed:
            yield Variable(oid, UNREADABLE, None)
        else:
            yield Variable(oid, tag, ber.value(tag, data[value:stop]))


@dataclass(frozen=True)
class Community:
    """Messages of SNMPv1 (`version` 0) and v2c (1): a community for a password."""

    version: int
    community: bytes
    private = False

    def wrap(self, pdu: bytes, id: int, now: float) -> bytes:
        return ber.element(
            ber.SEQUENCE, ber.integer(self.version), ber.element(ber.OCTETS, self.community), pdu
        )

    def unwrap(self, datagram: bytes, id: int, now: float) -> Pdu | None:
        """The answer to request `id`; None for anything else. Raises Malformed."""
        start, end = ber.content(datagram, 0, len(datagram), ber.SEQUENCE)
        version, start = ber.integer_at(datagram, start, end)
        first, last = ber.octets_at(datagram, start, end)
        if version != self.version or datagram[first:last] != self.community:
            return None
        pdu = read_pdu(datagram, last, end)
        return pdu if pdu.kind == RESPONSE and pdu.id == id else None
