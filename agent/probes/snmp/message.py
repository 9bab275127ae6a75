"""PDUs (RFC 3416; RFC 1157 for version 1) and the messages of v1 and v2c around them (RFC 1901). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.probes.snmp import ber
from agent.probes.snmp.ber import OBJECT, SEQUENCE, Malformed, Name, Raw

GET, GETNEXT, RESPONSE, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW = 0x80, 0x81, 0x82
NOT_THERE = frozenset({NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_MIB_VIEW, ber.NULL})
UNREADABLE = 0
NO_VALUE = b"\x05\x00"
SHORT = 124
"""A name of fewer octets has lengths of one octet around it."""
SHORTEST = 4
"""The octets before a name."""

MAX_MESSAGE_BYTES = 8 * 1024

TOO_BIG, NO_SUCH_NAME, GEN_ERR = 1, 2, 5
STATUS = [
    *("noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType"),
    *("wrongLength", "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable"),
    *("commitFailed", "undoFailed", "authorizationError", "notWritable", "inconsistentName"),
]
REFUSALS = frozenset({"noAccess", "authorizationError"})


class Resent(Exception):
    """The device has reported its engine or its time (SNMPv3): the agent must send the request again.

    Its text says what to do if that comes again and again.
    """


Variable = tuple[Name, int, Raw | None]
"""An object's name, the tag of its value, and the value: None where the device has none, by the tag, or where
it can't be read. No class: a poll makes thousands.
"""


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


def request(kind: int, id: int, names: Sequence[Name], repetitions: int = 0) -> bytes:
    """A GETBULK has as many `repetitions` and no non-repeaters."""
    numbers = (ber.integer(id), ber.integer(0), ber.integer(repetitions))
    return ber.element(kind, *numbers, ber.element(SEQUENCE, *map(_asked, names)))


def _asked(name: Name) -> bytes:
    octets = len(name)
    if octets < SHORT:
        return bytes((SEQUENCE, octets + 4, OBJECT, octets)) + name + NO_VALUE
    return ber.element(SEQUENCE, ber.element(OBJECT, name), NO_VALUE)


def read_pdu(data: bytes, start: int, end: int) -> Pdu:
    """Raises Malformed; a variable that can't be read costs only itself."""
    kind, start, end = ber.at(data, start, end)
    id, start = ber.integer_at(data, start, end)
    status, start = ber.integer_at(data, start, end)
    index, start = ber.integer_at(data, start, end)
    first, last = ber.content(data, start, end, SEQUENCE)
    return Pdu(kind, id, status, index, _variables(data, first, last))


def _variables(data: bytes, start: int, end: int) -> list[Variable]:
    """Most have three lengths of one octet each: these are read in place, all others step by step."""
    found: list[Variable] = []
    read_value = ber.value
    while start + SHORTEST <= end:
        octets = data[start + 1]
        last = start + 2 + octets
        after = start + 4 + data[start + 3]
        if (
            octets < 128
            and last <= end
            and after + 2 <= last
            and (stop := after + 2 + data[after + 1]) <= last
            and data[start] == SEQUENCE
            and data[start + 2] == OBJECT
            and start + 4 < after
            and data[after - 1] < 128
        ):
            tag = data[after]
            found.append((data[start + 4 : after], tag, read_value(tag, data[after + 2 : stop])))
            start = last
        else:
            try:
                start = _variable(data, start, end, found)
            except Malformed:
                break
    return found


def _variable(data: bytes, start: int, end: int, found: list[Variable]) -> int:
    """Read one, if it has a name. Return where the next one starts. Raises Malformed."""
    first, last = ber.content(data, start, end, SEQUENCE)
    try:
        place, after = ber.content(data, first, last, OBJECT)
    except Malformed:
        return last
    name = data[place:after]
    if not name or name[-1] & 0x80:
        return last
    try:
        tag, value, stop = ber.at(data, after, last)
    except Malformed:
        found.append((name, UNREADABLE, None))
    else:
        found.append((name, tag, ber.value(tag, data[value:stop])))
    return last


@dataclass(frozen=True)
class Community:
    """Messages of SNMPv1 (`version` 0) and v2c (1): a community for a password."""

    version: int
    community: bytes
    private = False

    def wrap(self, pdu: bytes, id: int, now: float) -> bytes:
        return ber.element(SEQUENCE, ber.integer(self.version), ber.element(ber.OCTETS, self.community), pdu)

    def unheard(self) -> None:
        """The next copy is the same."""

    def unwrap(self, datagram: bytes, ids: Collection[int], now: float) -> Pdu | None:
        """The answer to one of the requests `ids`; None for anything else. Raises Malformed."""
        start, end = ber.content(datagram, 0, len(datagram), SEQUENCE)
        version, start = ber.integer_at(datagram, start, end)
        first, last = ber.octets_at(datagram, start, end)
        if version != self.version or datagram[first:last] != self.community:
            return None
        pdu = read_pdu(datagram, last, end)
        return pdu if pdu.kind == RESPONSE and pdu.id in ids else None
