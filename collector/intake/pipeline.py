"""The one way of every change: decide, store, and only then act on it. The pipeline knows no MQTT."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from prometheus_client import Histogram

from collector.changes import Changes
from collector.city.step import Step
from collector.city.taken import Taken
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from runtime.trouble import Trouble
from runtime.waiting import wait_at_most

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Judge(Protocol):
    """It decides about the reports that the state took in, and about time alone where there are none."""

    def judge(self, taken: Sequence[Taken]) -> Changes: ...

    def stored(self, changes: Changes) -> None:
        """The transaction with these changes is in the store: now others may act on them."""


class Pipeline:
    """One transaction after another. No reader sees a state that is ahead of the store.

    `connected_since` is Unix time, None while no message can come in: silence means nothing then.
    """

    def __init__(
        self, ingest: Ingest, store: Store, judge: Judge | None = None, clock: SteadyClock | None = None
    ) -> None:
        self.connected_since: float | None = None
        self.failed_commits = 0
        self.commit_seconds = Histogram(
            "pantau_collector_commit_duration_seconds",
            "Time to store one batch durably.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=None,
        )
        self._clock = clock or SteadyClock()
        self._ingest = ingest
        self._store = store
        self._judge = judge
        self._lock = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._trouble = Trouble()

    @property
    def epoch(self) -> str:
        """The id of this run of the collector."""
        return self._store.epoch

    @property
    def trouble(self) -> str:
        """Why nothing can be stored, "" while all can."""
        return self._trouble.reason

    @property
    def not_ready(self) -> str:
        """Why no report can be taken; "" while the store is open and the broker is connected."""
        if self.trouble:
            return self.trouble
        return "" if self.connected_since is not None else "the broker is not connected"

    async def take(self, messages: Iterable[Message]) -> Iterator[tuple[str, bytes]]:
        """Decide about messages that came in together and store it; then return their acks: topic, payload.

        The messages are dated by the boot clock, because the wall clock may be set while they wait.
        """
        async with self._lock:
            at = self._clock.at
            dated = [Message(topic, payload, at(boot), kept) for topic, payload, boot, kept in messages]
            ingestion = self._ingest.take(dated, self._clock.now(), self._clock.corrections)
            await self._finish(Changes.of(ingestion), ingestion.taken)
        return self._ingest.acks(ingestion, self._store.commit_number, self._clock.now())

    async def transact(self, decide: Callable[[], Changes]) -> None:
        """Decide and store what no message caused: time that passed, another inventory."""
        async with self._lock:
            await self._finish(decide(), ())

    async def transact_last(self, decide: Callable[[], Changes]) -> None:
        """As `transact`, before the collector stops: nothing is judged any more. Raises StoreError."""
        async with self._lock:
            if changes := decide():
                await self._commit(changes)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """While it is held nothing changes the state, and all of the state is stored.

        Raises StoreUnavailable while nothing can be stored.
        """
        if self.trouble:
            raise StoreUnavailable(self.trouble)
        async with self._lock:
            yield

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """As `reading`, for a part of the collector that waits as long as nothing can be stored."""
        async with self._lock:
            yield

    def stepped(self, step: Step) -> None:
        """The clock was set."""
        if self.connected_since is not None:
            self.connected_since = step.moved(self.connected_since)

    def stop(self) -> None:
        """From now on a commit that fails is not tried again, and raises StoreUnavailable."""
        self._stopping.set()

    async def _finish(self, decided: Changes, taken: Sequence[Taken]) -> None:
        changes = decided if self._judge is None else decided.then(self._judge.judge(taken))
        if changes:
            await self._commit(changes)
            if self._judge is not None:
                self._judge.stored(changes)

    async def _commit(self, changes: Changes) -> None:
        """Try until it is stored: the state must not run ahead of the store."""
        while True:
            try:
                with self.commit_seconds.time():
                    await asyncio.to_thread(self._store.commit, changes)
                break
            except StoreUnavailable as error:
                self.failed_commits += 1
                if self._stopping.is_set():
                    raise
                if self._trouble.began(str(error)):
                    log.error("%s; nothing is acknowledged until it can be stored", error)
            await wait_at_most(self._stopping, RETRY_SECONDS)
        if self._trouble.ended():
            log.info("the store can be written again")
