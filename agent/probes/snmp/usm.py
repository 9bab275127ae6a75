"""The messages of SNMPv3's User-based Security Model (RFC 3414). Keys, digests and ciphers are pysnmp's.

A device's engine is known by the device's address: some devices share one engine id, and each counts its own
time. No answer is judged by its time: a random message id says that it is fresh, so that a device may forget
its boots, and either clock may be set.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

from agent.net.failed import Failed
from agent.probes.snmp import ber, security
from agent.probes.snmp.ber import Malformed
from agent.probes.snmp.device import Engine
from agent.probes.snmp.message import GET, MAX_MESSAGE_BYTES, REPORT, RESPONSE, Pdu, Resent, read_pdu
from wire.profile import Oid

AUTHENTICATED, PRIVATE, REPORTABLE = 1, 2, 4
SECURITY_MODEL = 3
MAX_ENGINE_OCTETS = 32

USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
NOT_IN_TIME_WINDOW, UNKNOWN_ENGINE_ID = (*USM_STATS, 2), (*USM_STATS, 4)
MPD_STATS, CONTEXT_STATS = (1, 3, 6, 1, 6, 3, 11, 2, 1), (1, 3, 6, 1, 6, 3, 12, 1)
SETTINGS: dict[Oid, str] = {
    (*USM_STATS, 1): "unsupported security level; give priv_file if the device encrypts, else leave it out",
    (*USM_STATS, 3): "unknown user; check user, and that the device has it",
    (*USM_STATS, 5): "wrong digest; check auth and auth_file, and that the device has the same",
    (*USM_STATS, 6): "decryption error; check priv and priv_file, and that the device has the same",
    (*MPD_STATS, 1): "unknown security model: the device has no users; give community_file in place of user",
    (*CONTEXT_STATS, 4): "unavailable context; let the user read the default context of the device",
    (*CONTEXT_STATS, 5): "unknown context; let the user read the default context of the device",
}
"""The reports of a device (RFC 3414, RFC 3412, RFC 3413), and the remedy for each."""
DEVICE_FAULTS: dict[Oid, str] = {
    (*MPD_STATS, 2): "invalid message; look for another version of the device's firmware",
    (*MPD_STATS, 3): "unknown PDU; look for another version of the device's firmware",
}
REPORTS: tuple[Oid, ...] = (NOT_IN_TIME_WINDOW, UNKNOWN_ENGINE_ID, *SETTINGS, *DEVICE_FAULTS)


@dataclass(frozen=True)
class User:
    name: str
    auth: str
    auth_key: str
    priv_key: str = ""
    priv: str = "AES-128"

    @property
    def flags(self) -> int:
        return AUTHENTICATED | PRIVATE if self.priv_key else AUTHENTICATED


@dataclass(frozen=True)
class _Header:
    """The fields of an arriving message before its PDU; `mac` and `scoped` are places in it."""

    id: int
    flags: int
    engine: Engine
    user: bytes
    mac: tuple[int, int]
    salt: bytes
    scoped: tuple[int, int]


class Usm:
    """The messages of one user to one device. `engine` is the device's engine as the agent remembers it."""

    def __init__(self, user: User, engine: Engine | None = None) -> None:
        self._user = user
        self._asks_engine = False
        self._confirmed = False
        self._reported: set[int] = set()
        self.engine = engine

    @property
    def private(self) -> bool:
        return bool(self._user.priv_key)

    def wrap(self, pdu: bytes, id: int, now: float) -> bytes:
        """The request, or the question for the device's engine. `now` is the boot clock."""
        if self.engine is None or self._asks_engine:
            scoped = ber.element(ber.SEQUENCE, b"\x04\x00\x04\x00", ber.element(GET, ber.integer(id), EMPTY))
            return _message(id, REPORTABLE, Engine(b"", 0, 0, 0.0), b"", b"", b"", scoped)
        known = self.engine
        seconds = min(max(0, known.seconds + int(now - known.at)), 2**31 - 1)
        engine = Engine(known.id, known.boots, seconds, now)
        scoped = ber.element(ber.SEQUENCE, ber.element(ber.OCTETS, known.id), b"\x04\x00", pdu)
        salt = b""
        if self._user.priv_key:
            octets, salt = security.encrypted(
                self._key(known.id), self._user.priv, known.boots, seconds, scoped
            )
            scoped = ber.element(ber.OCTETS, octets)
        name, zeros = self._user.name.encode(), bytes(security.mac_octets(self._user.auth))
        whole = _message(id, REPORTABLE | self._user.flags, engine, name, zeros, salt, scoped)
        place = len(whole) - len(scoped) - len(ber.element(ber.OCTETS, salt)) - len(zeros)
        return whole[:place] + self._mac(whole, known.id) + whole[place + len(zeros) :]

    def unheard(self) -> None:
        """The device may have another engine than the agent remembers, and be silent to requests for that:
        every second copy asks for it, until the device has answered a request.
        """
        self._asks_engine = not (self._confirmed or self._asks_engine)

    def unwrap(self, datagram: bytes, ids: Collection[int], now: float) -> Pdu | None:
        """The answer to one of `ids`, None for anything else. Raises Malformed, Resent or Failed."""
        header = _read(datagram, now)
        if header.id not in ids:
            return None
        authentic = bool(header.flags & AUTHENTICATED) and self._is_authentic(datagram, header)
        if header.flags & AUTHENTICATED and not authentic:
            return None
        pdu = self._pdu(datagram, header)
        if pdu.kind == REPORT:
            if header.id not in self._reported:  # a line may double a datagram
                self._reported.add(header.id)
                self._report(pdu, header)
            return None
        private = bool(header.flags & PRIVATE)
        answers = pdu.kind == RESPONSE and pdu.id == header.id
        if not answers or not authentic or private < bool(self._user.priv_key):
            return None
        self.engine, self._confirmed = header.engine, True
        return pdu

    def _report(self, pdu: Pdu, header: _Header) -> None:
        """Raises Resent or Failed, but for a report that says nothing. RFC 3414, 3.2 and 4.

        Some devices report their time without a digest. A forged one costs a request that is sent again.
        """
        numbers = ber.numbers_of(pdu.variables[0][0]) if pdu.variables else ()
        said = next((known for known in REPORTS if numbers[: len(known)] == known), ())
        of_known = self.engine is not None and header.engine.id == self.engine.id
        if header.engine.id and (said == UNKNOWN_ENGINE_ID or (said == NOT_IN_TIME_WINDOW and of_known)):
            self.engine, self._asks_engine = header.engine, False
            raise Resent(
                f"the device reports another engine or time after each request (boots {header.engine.boots});"
                " restart it, or set its engine id anew"
            )
        if said == NOT_IN_TIME_WINDOW:
            return
        if said in SETTINGS:
            raise Failed("setting", SETTINGS[said])
        dotted = ".".join(map(str, numbers)) or "nothing"
        raise Failed("protocol", DEVICE_FAULTS.get(said, f"the device reports {dotted}"))

    def _pdu(self, datagram: bytes, header: _Header) -> Pdu:
        scoped, (start, end) = datagram, header.scoped
        if header.flags & PRIVATE:
            if not self._user.priv_key or not header.flags & AUTHENTICATED:
                raise Malformed("private for nobody here")
            key, engine = self._key(header.engine.id), header.engine
            first, last = ber.octets_at(datagram, start, end)
            scoped = security.decrypted(
                key, self._user.priv, engine.boots, engine.seconds, header.salt, datagram[first:last]
            )
            start, end = 0, len(scoped)
        start, end = ber.content(scoped, start, end, ber.SEQUENCE)
        _, start = ber.octets_at(scoped, start, end)
        _, start = ber.octets_at(scoped, start, end)
        return read_pdu(scoped, start, end)

    def _is_authentic(self, datagram: bytes, header: _Header) -> bool:
        known, (start, end) = self.engine, header.mac
        if known is None or header.engine.id != known.id or header.user != self._user.name.encode():
            return False
        if end - start != security.mac_octets(self._user.auth):
            return False
        unsigned = datagram[:start] + bytes(end - start) + datagram[end:]
        return hmac.compare_digest(self._mac(unsigned, known.id), datagram[start:end])

    def _mac(self, message: bytes, engine_id: bytes) -> bytes:
        return security.mac(self._user.auth, self._user.auth_key, engine_id, message)

    def _key(self, engine_id: bytes) -> security.Key:
        user = self._user
        return security.priv_key(user.auth, user.priv, user.priv_key, engine_id)


EMPTY = ber.integer(0) + ber.integer(0) + ber.element(ber.SEQUENCE)


def _message(
    id: int, flags: int, engine: Engine, user: bytes, mac: bytes, salt: bytes, scoped: bytes
) -> bytes:
    header = ber.element(
        ber.SEQUENCE,
        ber.integer(id),
        ber.integer(MAX_MESSAGE_BYTES),
        ber.element(ber.OCTETS, bytes((flags,))),
        ber.integer(SECURITY_MODEL),
    )
    security = ber.element(
        ber.SEQUENCE,
        ber.element(ber.OCTETS, engine.id),
        ber.integer(engine.boots),
        ber.integer(engine.seconds),
        *(ber.element(ber.OCTETS, octets) for octets in (user, mac, salt)),
    )
    return ber.element(ber.SEQUENCE, ber.integer(3), header, ber.element(ber.OCTETS, security), scoped)


def _read(data: bytes, now: float) -> _Header:
    """Raises Malformed."""
    start, end = ber.content(data, 0, len(data), ber.SEQUENCE)
    version, start = ber.integer_at(data, start, end)
    first, last = ber.content(data, start, end, ber.SEQUENCE)
    if version != 3:
        raise Malformed("not SNMPv3")
    id, first = ber.integer_at(data, first, last)
    _, first = ber.integer_at(data, first, last)
    flags, after = ber.octets_at(data, first, last)
    if after - flags != 1 or ber.integer_at(data, after, last)[0] != SECURITY_MODEL:
        raise Malformed("no flags, or another security model")
    parameters, scoped = ber.octets_at(data, last, end)
    start, stop = ber.content(data, parameters, scoped, ber.SEQUENCE)
    engine, start = ber.octets_at(data, start, stop)
    engine_id = data[engine:start]
    boots, start = ber.integer_at(data, start, stop)
    seconds, start = ber.integer_at(data, start, stop)
    user, mac = ber.octets_at(data, start, stop)
    mac_start, mac_end = ber.octets_at(data, mac, stop)
    salt, salt_end = ber.octets_at(data, mac_end, stop)
    if len(engine_id) > MAX_ENGINE_OCTETS or not 0 <= boots < 2**31 or not 0 <= seconds < 2**31:
        raise Malformed("no engine")
    return _Header(
        id,
        data[flags],
        Engine(engine_id, boots, seconds, now),
        data[user:mac],
        (mac_start, mac_end),
        data[salt:salt_end],
        (scoped, end),
    )
