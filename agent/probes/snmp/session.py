"""The session of a poll with one device: `get` objects, `walk` columns. It bounds what a device may do."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from agent.net.failed import Failed
from agent.probes.snmp import ber
from agent.probes.snmp.ber import Name
from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.exchange import Silent, SnmpExchange
from agent.probes.snmp.message import (
    GEN_ERR,
    GET,
    GETBULK,
    GETNEXT,
    NO_SUCH_NAME,
    NOT_THERE,
    REFUSALS,
    TOO_BIG,
    Pdu,
)
from agent.probes.snmp.pace import WalkPace
from agent.probes.snmp.values import Cells
from agent.probes.snmp.walk import Walk
from wire.probes import Reason
from wire.profile import Oid

MAX_REFUSED = 64
"""Error answers to one `get` that has found nothing yet."""
MAX_SILENCES = 6
"""Requests without an answer, one after another: from 30 variables to the odd one, and one more."""

NAMED_AT_ONCE = 480
"""Objects whose names are encoded in one turn of the loop: it takes 0.4 ms."""


class Session(Protocol):
    """A device that is being polled. Methods raise Failed."""

    @property
    def responsive(self) -> bool:
        """Whether the device has sent anything."""

    @property
    def device(self) -> SnmpDevice:
        """The agent's memory of the device."""

    @property
    def missing(self) -> list[Oid]:
        """The objects asked for that have no answer, and for each cell that a walk skipped its column and 0.

        The poll clears it.
        """

    def unanswered(self) -> Failed:
        """Why the last request has no answer."""

    async def get(self, oids: Sequence[Oid], found: Cells) -> None:
        """Put into `found` each object's value, None where the device answers that there is none.

        Each answer goes into `found` at once, so the good part of a request that fails stays.
        """

    async def walk(self, columns: Mapping[Oid, int], until: float | None = None) -> Walk:
        """The cells of each column, at most so many of it.

        Where the device needs longer than `until`, of the event loop's clock, the walk is stopped and has the
        cells so far.
        """


class DeviceSession:
    """Asks for as much at once as the device answers; `device` remembers how much that is."""

    def __init__(self, exchange: SnmpExchange, device: SnmpDevice, *, version_1: bool = False) -> None:
        self._exchange = exchange
        self._version_1 = version_1
        self.device = device
        self.missing: list[Oid] = []

    @property
    def responsive(self) -> bool:
        return self._exchange.responsive

    def unanswered(self) -> Failed:
        return self._exchange.unanswered()

    async def get(self, oids: Sequence[Oid], found: Cells) -> None:
        getting = _Getting(found)
        try:
            for start in range(0, len(oids), NAMED_AT_ONCE):
                await self._get_all(getting.names_of(oids[start : start + NAMED_AT_ONCE]), getting)
        finally:
            self.missing += [oid for oid in oids if oid not in found]
        if getting.refusal and not getting.answered:
            raise self._refused(getting.refusal)

    async def _get_all(self, names: list[Name], getting: "_Getting") -> None:
        waiting = [names]
        while waiting:
            asked = waiting.pop()
            if len(asked) > self.device.variables:
                waiting += [asked[self.device.variables :], asked[: self.device.variables]]
            elif asked:
                waiting += reversed(await self._get(asked, getting))

    async def _get(self, asked: list[Name], getting: "_Getting") -> list[list[Name]]:
        """Send one request. Return the requests that are left after it."""
        try:
            answer = await self._exchange.ask(GET, asked)
        except Silent:
            return self._after_silence(asked, getting)
        if fits := getting.count_answer():
            self.device.perhaps_too_big(fits)
        if answer.status == 0:
            return self._rest(asked, getting.take(asked, answer))
        if answer.status == TOO_BIG and len(asked) > 1:
            self.device.too_big(len(asked) // 2)
            return [asked]
        place = 1 if len(asked) == 1 else answer.index
        named = 1 <= place <= len(asked)
        if named and (answer.status == NO_SUCH_NAME or (self._version_1 and answer.status == GEN_ERR)):
            getting.absent(asked[place - 1])  # some agents of version 1 have no other word for a Counter64
        else:
            getting.refused(answer)
        hopeless = answer.status_name in REFUSALS and not answer.index
        if not getting.answered and (hopeless or getting.refusals > MAX_REFUSED):
            raise self._refused(answer)
        if named:
            return [[name for name in asked if name != asked[place - 1]]]
        return _halves(asked) if len(asked) > 1 else []

    def _rest(self, asked: list[Name], answered: set[Name]) -> list[list[Name]]:
        """Some devices answer only the first few objects of a request."""
        rest = [name for name in asked if name not in answered]
        if not answered or not rest:
            return []
        self.device.too_big(len(answered))
        return [rest]

    def _after_silence(self, asked: list[Name], getting: "_Getting") -> list[list[Name]]:
        """Some devices are silent if they can't answer one object: ask for less, then for all but it."""
        getting.silent(len(asked))
        if not self.responsive or getting.silences > MAX_SILENCES:
            raise self._exchange.unanswered()
        return _halves(asked) if len(asked) > 1 else []

    async def walk(self, columns: Mapping[Oid, int], until: float | None = None) -> Walk:
        walk = Walk(columns)
        try:
            async with asyncio.timeout_at(until):
                await self._walk(walk)
        except TimeoutError:
            if not self.responsive:
                raise self.unanswered() from None
            walk.stop()
        self.missing += [(*column, 0) for column in walk.skipped]
        return walk

    async def _walk(self, walk: Walk) -> None:
        pace = WalkPace(self.device, bulk=not self._version_1)
        while cursors := walk.asked(pace.variables):
            asked, repetitions = list(cursors), pace.repetitions(len(cursors))
            kind = GETBULK if repetitions else GETNEXT
            try:
                answer = await self._exchange.ask(kind, list(cursors.values()), repetitions)
            except Silent:
                if not pace.silent(repetitions, len(asked)):
                    if not self.responsive:
                        raise
                    walk.skip(asked[0])
                continue
            if len(answer.variables) > max(1, repetitions) * len(asked):
                what = f"{len(answer.variables)} variables in one answer"
                raise Failed("protocol", f"{self._exchange.name}: {what}")
            if answer.status == 0 and (answer.variables or not repetitions):
                pace.answered(repetitions, len(asked))
                walk.take(asked, answer.variables)
            else:
                self._odd(walk, pace, asked, repetitions, answer)

    def _odd(
        self, walk: Walk, pace: "WalkPace", asked: Sequence[Name], repetitions: int, answer: Pdu
    ) -> None:
        """An error: its column where a GETNEXT names it, else less at once until it is found."""
        named = 1 <= answer.index <= len(asked) and not repetitions and answer.status != TOO_BIG
        if not named and pace.refused(repetitions, len(asked), too_big=answer.status == TOO_BIG):
            return
        if answer.status_name in REFUSALS:
            raise self._refused(answer)
        column = asked[answer.index - 1 if named else 0]
        if answer.status == NO_SUCH_NAME:
            walk.end(column)
        else:
            walk.skip(column)

    def _refused(self, answer: Pdu) -> Failed:
        reason: Reason = "refused" if answer.status_name in REFUSALS else "answer"
        return Failed(reason, f"{self._exchange.name}: the device answers {answer.status_name}")


class _Getting:
    """The answers of one `get` so far."""

    def __init__(self, found: Cells) -> None:
        self._oids: dict[Name, Oid] = {}
        self._found = found
        self._fits = 0
        self._halves = 0
        self.answered = 0
        self.silences = 0
        self.refusals = 0
        self.refusal: Pdu | None = None

    def names_of(self, oids: Sequence[Oid]) -> list[Name]:
        """The names of the objects that are asked for next."""
        self._oids = {ber.name_of(oid): oid for oid in oids}
        return list(self._oids)

    def silent(self, asked: int) -> None:
        self.silences += 1
        self._fits, self._halves = asked // 2, 0

    def count_answer(self) -> int:
        """The size of a half, if the device answers both halves of a request but not the whole, else 0."""
        self.silences = 0
        self._halves += 1
        return self._fits if self._halves == 2 else 0

    def take(self, asked: Sequence[Name], answer: Pdu) -> set[Name]:
        """The objects that were answered."""
        self.answered += 1
        wanted, answered = set(asked), set[Name]()
        for name, tag, raw in answer.variables:
            if name not in wanted and (name := ber.canonical(name)) not in wanted:
                continue
            answered.add(name)
            if raw is not None or tag in NOT_THERE:
                self._found[self._oids[name]] = raw
        return answered

    def absent(self, name: Name) -> None:
        """SNMPv1's noSuchName: an answer, though one that many objects need many requests for."""
        self.refusals += 1
        self._found[self._oids[name]] = None

    def refused(self, answer: Pdu) -> None:
        self.refusals += 1
        self.refusal = answer


def _halves(names: list[Name]) -> list[list[Name]]:
    middle = len(names) // 2
    return [names[:middle], names[middle:]]
