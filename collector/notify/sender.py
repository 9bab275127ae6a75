"""Delivers the outbox: the letters of each receiver in order, each tried until it is taken or given up."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from collector.clock import wall_now
from collector.database.engine import StoreError
from collector.database.notices import NoticeOutbox
from collector.inventory import City, Receiver
from collector.notices.document import Document, Letter
from collector.notify.channels.deliver import deliver
from collector.notify.channels.undelivered import Undelivered, contained
from runtime.backoff import backoff_seconds
from runtime.trouble import Trouble
from runtime.waiting import wait_at_most

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
LOOK_AGAIN_SECONDS = 600.0
RETRY_AT_MOST_SECONDS = 60.0
ASKED_AT_MOST_SECONDS = 3600.0
GIVE_UP_SECONDS = 24 * 3600.0
KEPT_SECONDS = 30 * 86400.0


def retry_seconds(failures: int) -> float:
    """The pause for a receiver after so many failures in a row."""
    return backoff_seconds(failures, random.random(), at_most=RETRY_AT_MOST_SECONDS)


def asked_seconds(undelivered: Undelivered) -> float:
    """The pause that the receiver asks for, an hour at most, should its answer be a mistake."""
    return min(ASKED_AT_MOST_SECONDS, undelivered.retry_after_seconds)


class Sender:
    """`city` gives the inventory in force. The parameters after it are for tests.

    `outcomes` counts attempts since the program's start.
    """

    def __init__(
        self,
        outbox: NoticeOutbox,
        city: Callable[[], City],
        deliver: Callable[[Receiver, Document], Awaitable[None]] = deliver,
        now: Callable[[], float] = wall_now,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.outcomes = {"delivered": 0, "failed": 0, "given_up": 0}
        self._outbox = outbox
        self._city = city
        self._deliver = deliver
        self._now = now
        self._pause = pause
        self._woken = asyncio.Event()
        self._served: set[str] = set()

    def wake(self) -> None:
        """The outbox has a new letter."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as receivers:
            while True:
                self._woken.clear()
                for receiver in await self._stored(self._outbox.receivers) - self._served:
                    self._served.add(receiver)
                    receivers.create_task(self._serve(receiver))
                await self._stored(self._outbox.forget, self._now() - KEPT_SECONDS)
                await wait_at_most(self._woken, LOOK_AGAIN_SECONDS)

    async def _serve(self, receiver: str) -> None:
        """One receiver, as long as a letter waits for it. A dead or slow receiver holds up no other one."""
        failures, trouble = 0, Trouble()
        while letter := await self._stored(self._outbox.oldest, receiver):
            try:
                await self._attempt(letter)
            except Undelivered as undelivered:
                failures = 0 if undelivered.permanent else failures + 1
                new = trouble.began(str(undelivered)) if failures else trouble.ended()
                await self._undelivered(letter, undelivered, new)
                if failures:
                    await self._pause(max(retry_seconds(failures), asked_seconds(undelivered)))
                continue
            await self._stored(self._outbox.delivered, letter)
            self.outcomes["delivered"] += 1
            if trouble.ended():
                log.info("receivers.%s: takes notices again", receiver)
            failures = 0
        self._served.remove(receiver)
        self.wake()  # a letter may have come since

    async def _attempt(self, letter: Letter) -> None:
        """Raises Undelivered."""
        receiver = self._city().receivers.get(letter.receiver)
        if receiver is None:
            raise Undelivered("the inventory has no such receiver any more", permanent=True)
        with contained():
            await self._deliver(receiver, letter.document)

    async def _undelivered(self, letter: Letter, undelivered: Undelivered, new: bool) -> None:
        line = f"receivers.{letter.receiver}: {undelivered}"
        if undelivered.permanent or self._now() - letter.document.at > GIVE_UP_SECONDS:
            await self._stored(self._outbox.given_up, letter, str(undelivered))
            self.outcomes["given_up"] += 1
            log.error(
                "%s; notice %s is given up%s", line, letter.document.id, undelivered.details if new else ""
            )
            return
        await self._stored(self._outbox.failed, letter, str(undelivered))
        self.outcomes["failed"] += 1
        if new:
            log.warning("%s; it is tried again for a day%s", line, undelivered.details)

    async def _stored(self, operation: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Repeat until the store works: a delivered letter without its mark would be delivered again."""
        failures = 0
        while True:
            try:
                return await asyncio.to_thread(operation, *arguments, **named)
            except StoreError as error:
                failures += 1
                if failures == 1:
                    log.error("%s; notices wait", error)
            await self._pause(retry_seconds(failures))
