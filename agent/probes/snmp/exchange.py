"""A request and its answer (RFC 3416) over UDP. A request is sent again; an answer to any copy counts.

Each copy has its own id, so that an answer says how long the device took for it.
"""

import asyncio
import secrets
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Protocol

from agent.clock import boot_now
from agent.net.failed import Failed
from agent.probes.snmp.ber import Malformed, Name
from agent.probes.snmp.message import Pdu, Resent, request
from agent.probes.snmp.round_trips import RoundTrips
from agent.probes.snmp.transport import Udp
from agent.probes.snmp.turns import Turns
from wire.probes import Reason

PATIENCE_SECONDS = 7.0
"""A request without an answer for so long has none."""
DOUBTFUL_SECONDS = 3.0
"""A device that answered before and is silent for so long has perhaps got too large a request."""
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

    def unheard(self) -> None:
        """A copy of a request has no answer in time."""

    def unwrap(self, datagram: bytes, ids: Collection[int], now: float) -> Pdu | None:
        """The answer to one of `ids`, None for anything else. Raises Malformed, Resent or Failed."""


class _Request:
    """The objects asked for, when each copy was sent, by its id, and the answer: None if there will be none.

    `waits` are the seconds after each copy.
    """

    def __init__(self, kind: int, names: Sequence[Name], repetitions: int, waits: Iterator[float]) -> None:
        self._asked = (kind, names, repetitions)
        self.waits = waits
        self.next_copy: asyncio.TimerHandle | None = None
        self.sent: dict[int, float] = {}
        self.answer: asyncio.Future[Pdu | None] = asyncio.get_running_loop().create_future()
        self.resends = MAX_RESENT

    def copy(self, now: float) -> tuple[bytes, int]:
        """One more PDU, with an id of its own."""
        id = secrets.randbelow(2**31 - 1) + 1
        self.sent[id] = now
        kind, names, repetitions = self._asked
        return request(kind, id, names, repetitions), id

    def end(self) -> None:
        self.answer.cancel()
        if self.next_copy:
            self.next_copy.cancel()


class SnmpExchange:
    """One request at a time to one device. `name` is for messages."""

    def __init__(
        self, udp: Udp, security: Security, turns: Turns, number: int, name: str, round_trips: RoundTrips
    ) -> None:
        self._round_trips = round_trips
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
        if self._udp.datagrams > self._datagrams_before and not self._answered:
            return Silent("protocol", f"{self.name}: answers that can't be read or answer something else")
        return Silent("timeout", f"{self.name}: answers too slowly; raise timeout_seconds")

    async def ask(self, kind: int, names: Sequence[Name], repetitions: int = 0) -> Pdu:
        """The answer. Raises Silent, and Failed where there can be none."""
        self._datagrams_before = self._udp.datagrams
        asked = _Request(kind, names, repetitions, iter(self._waits(len(names))))
        self._udp.receive = partial(self._receive, asked)
        self._udp.fail = partial(self._give_up, asked)
        try:
            self._ask(asked)
            answer = await asked.answer
        finally:
            asked.end()
        if answer is not None:
            return answer
        raise self._unreachable(self._udp.error) if self._udp.error else self.unanswered()

    def _ask(self, asked: _Request) -> None:
        """Send a copy. Where no answer comes, send another after each of the waits."""
        seconds = next(asked.waits, None)
        if self._udp.error or seconds is None:
            self._give_up(asked)
        else:
            self._turns.take(self._number, partial(self._send_and_wait, asked, seconds))

    def _send_and_wait(self, asked: _Request, seconds: float) -> None:
        """The wait begins now: that for a turn is no silence of the device's."""
        self._send(asked)
        if not asked.answer.done():
            asked.next_copy = asyncio.get_running_loop().call_later(seconds, self._ask_again, asked)

    def _ask_again(self, asked: _Request) -> None:
        if asked.answer.done():
            return
        if self._udp.unread:  # perhaps the answer; its turn has not come
            self._turns.take(self._number, partial(self._ask_again, asked))
        else:
            self._security.unheard()
            self._ask(asked)

    def _give_up(self, asked: _Request) -> None:
        if not asked.answer.done():
            asked.answer.set_result(None)

    def _waits(self, variables: int) -> Sequence[float]:
        doubtful = self.responsive and variables > 1 and not self._round_trips.lossy
        return self._round_trips.waits(DOUBTFUL_SECONDS if doubtful else PATIENCE_SECONDS)

    def _send(self, asked: _Request) -> None:
        if not asked.answer.done():
            now = boot_now()
            self._udp.send(self._security.wrap(*asked.copy(now), now))

    def _receive(self, asked: _Request, datagram: bytes) -> None:
        if asked.answer.done():
            return
        now = boot_now()
        try:
            found = self._security.unwrap(datagram, asked.sent, now)
        except Malformed:
            return
        except Resent as resent:
            asked.resends -= 1
            if asked.resends >= 0:
                self._send(asked)
            else:
                asked.answer.set_exception(Failed("protocol", f"{self.name}: {resent}"))
        except Failed as failed:
            asked.answer.set_exception(Failed(failed.reason, f"{self.name}: {failed}"))
        else:
            if found is not None:
                self._answered = True
                self._round_trips.took(now - asked.sent[found.id], list(asked.sent).index(found.id))
                asked.answer.set_result(found)

    def _unreachable(self, error: OSError) -> Failed:
        reason: Reason = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
        return Failed(reason, f"{self.name}: {error.strerror or error}")
