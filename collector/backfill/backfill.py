"""The back-fill as one part of the collector: what no scrape shows, into the batch and out to Prometheus."""

from collections import defaultdict
from collections.abc import Callable

from collector.backfill.metrics import BackfillMetrics
from collector.backfill.unwritten import unwritten
from collector.backfill.writer import RemoteWriter
from collector.city.state import State
from collector.config import History
from collector.database.store import Store
from collector.intake.batch import Batch, Taken
from collector.intake.budget import Budget

VALUES = (200_000_000.0, 2000.0)
"""One agent may add so many values at once, and so many a second: several times what a busy one measures."""
VALUES_AT_LEAST = 300
"""A row of the queue costs at least as much as so many values."""


class Backfill:
    """Does nothing where `config` names no `remote_write_url`."""

    def __init__(self, config: History, state: State, store: Store, now: Callable[[], float]) -> None:
        self._state, self._store = state, store
        self._room: dict[str, Budget] = defaultdict(lambda: Budget(*VALUES))
        self._writer = RemoteWriter(config, store.unwritten, now) if config.remote_write_url else None
        self.metrics = BackfillMetrics(self._writer, store) if self._writer else None

    def judge(self, batch: Batch) -> None:
        """Add what is to be written of the reports taken in."""
        if self._writer is not None:
            sites = self._state.city.sites
            batch.unwritten += [
                unwritten(taken.agent, sites[taken.agent].district, taken.unseen)
                for taken in batch.taken
                if taken.unseen and self._has_room_for(taken)
            ]

    def _has_room_for(self, taken: Taken) -> bool:
        """No agent fills the queue alone, which drops the oldest of all."""
        values = sum(len(one.table.values) for one in taken.unseen)
        if self._room[taken.agent].take(max(values, VALUES_AT_LEAST), taken.received):
            return True
        self._store.dropped_unwritten += len(taken.unseen)
        return False

    def last(self, batch: Batch, now: float) -> None:
        """Before the collector stops: add what Prometheus may not have come by for."""
        if self._writer is not None:
            sites = self._state.city.sites
            batch.unwritten += [
                unwritten(agent.id, sites[agent.id].district, unseen)
                for agent in self._state.agents.values()
                if (unseen := self._state.unseen(agent, now))
            ]

    def stored(self, batch: Batch) -> None:
        if self._writer is not None and batch.unwritten:
            self._writer.wake()

    async def run(self) -> None:
        """Until cancelled."""
        if self._writer is not None:
            await self._writer.run()
