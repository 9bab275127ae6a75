"""The sender delivers the outbox: it tries the letters of each receiver until they are taken or given up."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from collector.clock import wall_now
from collector.database.notices import WAITING_READ, NoticeOutbox
from collector.inventory import City, Receiver
from collector.notices.delivery import KEPT_SECONDS
from collector.notices.digest import digest
from collector.notices.document import Document, Letter
from collector.notify.channels.deliver import deliver
from collector.notify.channels.telegram.incidents import IncidentMessages
from collector.notify.channels.undelivered import Undelivered, contained
from collector.notify.pace import UPDATED, NextMessage, ReceiverPace, due_since, superseded
from collector.notify.until_stored import retry_seconds, until_stored
from runtime.trouble import Trouble
from runtime.waiting import wait_at_most

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
LOOK_AGAIN_SECONDS = 600.0
GIVE_UP_SECONDS = 24 * 3600.0
READS = 20
"""So often the sender reads on where none of the letters before may go yet."""


class Sender:
    """`city` gives the inventory in force. `messages` are those of Telegram: without them each notice there
    is a message of its own. The parameters after `city` are for tests.

    `outcomes` counts attempts since the program's start. `failing_since` has the receivers that take nothing.
    """

    def __init__(
        self,
        outbox: NoticeOutbox,
        city: Callable[[], City],
        deliver: Callable[[Receiver, Document], Awaitable[None]] = deliver,
        now: Callable[[], float] = wall_now,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        messages: IncidentMessages | None = None,
    ) -> None:
        self._messages = messages
        self.outcomes = {"delivered": 0, "failed": 0, "given_up": 0}
        self._outbox = outbox
        self._city = city
        self._deliver = deliver
        self._now = now
        self._pause = pause
        self._begun_at = now()
        self._woken = asyncio.Event()
        self.failing_since: dict[str, float] = {}
        self._served: dict[str, asyncio.Event] = {}
        self._paces: defaultdict[str, ReceiverPace] = defaultdict(ReceiverPace)

    def wake(self) -> None:
        """The outbox has a new letter."""
        for event in (self._woken, *self._served.values()):
            event.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as receivers:
            while True:
                self._woken.clear()
                for receiver in await self._stored(self._outbox.receivers) - self._served.keys():
                    self._served[receiver] = asyncio.Event()
                    receivers.create_task(self._serve(receiver))
                await self._stored(self._outbox.forget, self._now() - KEPT_SECONDS)
                await wait_at_most(self._woken, LOOK_AGAIN_SECONDS)

    async def _serve(self, receiver: str) -> None:
        """One receiver, as long as a letter waits for it. A dead or slow receiver holds up no other one."""
        failures, trouble = 0, Trouble()
        pace, woken = self._paces[receiver], self._served[receiver]
        while True:
            woken.clear()
            outgoing = await self._outgoing(pace, receiver)
            if outgoing is None:
                break
            if not outgoing.letters:
                await wait_at_most(woken, min(LOOK_AGAIN_SECONDS, outgoing.due - self._now()))
                continue
            try:
                await self._attempt(outgoing.letters)
            except Undelivered as undelivered:
                failures = 0 if undelivered.permanent else failures + 1
                new = trouble.began(str(undelivered)) if failures else trouble.ended()
                await self._undelivered(outgoing.letters, undelivered, new)
                if failures:
                    self.failing_since.setdefault(receiver, self._now())
                    await self._pause(max(retry_seconds(failures), undelivered.retry_after_seconds))
                continue
            await self._stored(self._outbox.delivered, *outgoing.letters, at=self._now())
            self.outcomes["delivered"] += len(outgoing.letters)
            if (settings := self._city().receivers.get(receiver)) is not None:
                if outgoing.letters[0].document.kind == UPDATED:
                    pace.edited(self._now())
                else:
                    pace.sent(settings, self._now())
            self.failing_since.pop(receiver, None)
            if trouble.ended():
                log.info("receivers.%s: takes notices again", receiver)
            failures = 0
        del self._served[receiver]
        self.failing_since.pop(receiver, None)
        self.wake()  # a letter may have come since

    async def _outgoing(self, pace: ReceiverPace, receiver: str) -> NextMessage | None:
        """The receiver's next message; None if no letter waits. A thousand that may wait hold up no other."""
        waiting: list[Letter] = []
        outgoing, after = None, 0
        for _ in range(READS):
            found = await self._stored(self._outbox.waiting, receiver, after)
            waiting = await self._needed(receiver, waiting + found)
            outgoing = self._next(pace, waiting) if waiting else None
            if len(found) < WAITING_READ or (outgoing is not None and outgoing.letters):
                break
            after = found[-1].number
        return outgoing

    async def _needed(self, receiver: str, waiting: Sequence[Letter]) -> list[Letter]:
        """The letters without those that a later one makes needless, which the store forgets."""
        settings = self._city().receivers.get(receiver)
        needless = superseded(waiting, settings is not None and settings.edits)
        if needless:
            await self._stored(self._outbox.superseded, *needless)
        return [letter for letter in waiting if letter not in needless]

    def _next(self, pace: ReceiverPace, waiting: Sequence[Letter]) -> NextMessage:
        city, now = self._city(), self._now()
        receiver = city.receivers.get(waiting[0].receiver)
        if receiver is None:
            return NextMessage((waiting[0],), now)
        return pace.next(waiting, receiver, ZoneInfo(city.timezone), now)

    async def _attempt(self, letters: Sequence[Letter]) -> None:
        """One message to the receiver. Raises Undelivered."""
        city = self._city()
        receiver = city.receivers.get(letters[0].receiver)
        if receiver is None:
            raise Undelivered("the inventory has no such receiver any more", permanent=True)
        documents = [letter.document for letter in letters]
        one = documents[0]
        if len(documents) > 1:
            one = digest(documents, receiver.language, ZoneInfo(city.timezone), self._now())
        with contained():
            if receiver.telegram is not None and self._messages is not None:
                await self._messages.deliver(letters[0].receiver, receiver, documents, one)
            else:
                await self._deliver(receiver, one)

    async def _undelivered(self, letters: Sequence[Letter], undelivered: Undelivered, new: bool) -> None:
        line = f"receivers.{letters[0].receiver}: {undelivered}"
        details = undelivered.details if new else ""
        over = [one for one in letters if undelivered.permanent or self._is_too_old(one)]
        rest = [one for one in letters if one not in over]
        if over:
            await self._stored(self._outbox.given_up, str(undelivered), *over, at=self._now())
            self.outcomes["given_up"] += len(over)
            ids = ", ".join(one.document.id for one in over)
            log.error("%s; notice %s is given up%s", line, ids, details)
        if rest:
            await self._stored(self._outbox.failed, str(undelivered), *rest, at=self._now())
            self.outcomes["failed"] += len(rest)
            if new:
                log.warning("%s; it is tried again for a day%s", line, details)

    def _is_too_old(self, letter: Letter) -> bool:
        """Has the receiver failed to take the letter for a day? Time before office hours does not count, nor
        time before this program's start. After a month the letter is too old in any case.
        """
        city, now = self._city(), self._now()
        receiver = city.receivers.get(letter.receiver)
        if receiver is None:  # it left the inventory during the attempt; the next attempt says so
            return False
        due = due_since(letter, receiver, ZoneInfo(city.timezone), now)
        return now - max(due, self._begun_at) > GIVE_UP_SECONDS or now - due > KEPT_SECONDS

    async def _stored(self, operation: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """A delivered letter without its mark would be delivered again."""
        return await until_stored(self._pause, operation, *arguments, **named)
