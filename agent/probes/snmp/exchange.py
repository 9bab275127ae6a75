"""A request and its answer (RFC 3416) over UDP. A request is sent again; an answer to either counts."""

import asyncio
import secrets
from asyncio import FIRST_COMPLETED
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from agent.clock import boot_now
from agent.net.failed import Failed
from agent.probes.snmp.ber import Malformed, Name
from agent.probes.snmp.message import Pdu, Resent, request
from agent.probes.snmp.transport import Udp
from agent.probes.snmp.turns import Turns
from wire.probes import Reason

RETRY_SECONDS = (1.0, 2.0, 4.0)
MAX_RESENT = 3
"""In one exchange, a device of SNMPv3 may report its engine or its time so often."""


class Silent(Failed):
    """A request without an answer."""


class Security(Protocol):
    """It makes messages and knows their answers, by a community or a user. `now` is the boot clock."""

    @property
    def private(self) -> bool:
        """Whether requests are encrypted."""

    def wrap(self, pdu: bytes, id: int, now: float) -> bytes: ...

    def unwrap(self, datagram: bytes, id: int, now: float) -> Pdu | None:
        """The answer to `id`, None for anything else. Raises Malformed, Resent or Failed."""


class SnmpExchange:
    """One request at a time to one device. `name` is for messages."""

    def __init__(self, udp: Udp, security: Security, turns: Turns, number: int, name: str) -> None:
        self._udp = udp
        self._security = security
        self._turns = turns
        self._number = number
        self.name = name
        self._datagrams_before = 0
        self._answered = False

    @property
    def responsive(self) -> bool:
        """Whether the device has sent anything."""
        return self._udp.datagrams > 0

    def unanswered(self) -> Silent:
        """Why the last request has no answer."""
        if not self.responsive:
            remedy = (
                "check community or user, whom it allows, and its version of SNMP;"
                " or it answers from another of its addresses: ask that one"
            )
            remedy += "; check priv and priv_file too" if self._security.private else ""
            return Silent("timeout", f"{self.name}: no answer; {remedy}")
        if self._security.private and not self._answered:
            return Silent("timeout", f"{self.name}: says who it is, and no more; check priv and priv_file")
        if self._udp.datagrams > self._datagrams_before:
            return Silent("protocol", f"{self.name}: answers that can't be read or answer something else")
        return Silent("timeout", f"{self.name}: answers too slowly")

    async def ask(self, kind: int, names: Sequence[Name], repetitions: int = 0) -> Pdu:
        """The answer. Raises Silent, and Failed where there can be none."""
        self._datagrams_before = self._udp.datagrams
        id = secrets.randbelow(2**31 - 1) + 1
        pdu = request(kind, id, names, repetitions)
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        either: set[asyncio.Future[Any]] = {answer, self._udp.failed}
        self._udp.receive = partial(self._receive, pdu, id, answer, [MAX_RESENT])
        try:
            for seconds in self._patience(len(names)):
                self._turns.take(self._number, partial(self._send, pdu, id, answer))
                await asyncio.wait(either, timeout=seconds, return_when=FIRST_COMPLETED)
                if answer.done():
                    return answer.result()
                if self._udp.failed.done():
                    raise self._unreachable(self._udp.failed.result())
        finally:
            answer.cancel()
        raise self.unanswered()

    def _patience(self, variables: int) -> Sequence[float]:
        """A device that answered before and is silent now perhaps got too large a request."""
        return RETRY_SECONDS[:2] if self.responsive and variables > 1 else RETRY_SECONDS

    def _send(self, pdu: bytes, id: int, answer: asyncio.Future[Pdu]) -> None:
        if not answer.done():
            self._udp.send(self._security.wrap(pdu, id, boot_now()))

    def _receive(
        self, pdu: bytes, id: int, answer: asyncio.Future[Pdu], resent: list[int], datagram: bytes
    ) -> None:
        if answer.done():
            return
        try:
            found = self._security.unwrap(datagram, id, boot_now())
        except Malformed:
            return
        except Resent:
            resent[0] -= 1
            if resent[0] >= 0:
                self._send(pdu, id, answer)
        except Failed as failed:
            answer.set_exception(Failed(failed.reason, f"{self.name}: {failed}"))
        else:
            if found is not None:
                self._answered = True
                answer.set_result(found)

    def _unreachable(self, error: OSError) -> Failed:
        reason: Reason = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
        return Failed(reason, f"{self.name}: {error.strerror or error}")
