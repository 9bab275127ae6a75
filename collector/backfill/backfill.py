"""The back-fill as one part of the collector: from the state to the store, from there to Prometheus."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from collector.backfill.metrics import BackfillMetrics
from collector.backfill.writer import RemoteWriter
from collector.city.state import State
from collector.city.taken import Taken
from collector.city.unscraped import Unscraped, unscraped_of
from collector.config import History
from collector.database.store import Store
from collector.streams.budget import Budget

VALUES = (200_000_000.0, 2000.0)
"""One agent may add so many values at once, and so many a second: several times what a busy one measures."""
VALUES_AT_LEAST = 300
"""A row of the queue costs at least as much as so many values."""


class Backfill:
    """Does nothing where `config` names no `remote_write_url`."""

    def __init__(self, config: History, state: State, store: Store, now: Callable[[], float]) -> None:
        self._state, self._store = state, store
        self._room: dict[str, Budget] = defaultdict(lambda: Budget(*VALUES))
        self._writer = RemoteWriter(config, store.backfill_queue, now) if config.remote_write_url else None
        self.metrics = BackfillMetrics(self._writer, store) if self._writer else None

    def judge(self, taken: Iterable[Taken]) -> list[Unscraped]:
        """The measurements of these reports that no scrape shows."""
        if self._writer is None:
            return []
        sites = self._state.city.sites
        return [
            unscraped_of(one.agent, sites[one.agent].district, one.unscraped)
            for one in taken
            if one.unscraped and self._has_room_for(one)
        ]

    def _has_room_for(self, taken: Taken) -> bool:
        """No agent fills the queue alone, which drops the oldest of all."""
        values = sum(len(one.table.values) for one in taken.unscraped)
        if self._room[taken.agent].take(max(values, VALUES_AT_LEAST), taken.received):
            return True
        self._store.dropped_unscraped += len(taken.unscraped)
        return False

    def last(self, now: float) -> list[Unscraped]:
        """Before the collector stops: the measurements that Prometheus may not have come by for."""
        if self._writer is None:
            return []
        sites = self._state.city.sites
        return [
            unscraped_of(agent.id, sites[agent.id].district, unscraped)
            for agent in self._state.agents.values()
            if (unscraped := self._state.unscraped(agent, now))
        ]

    def wake(self) -> None:
        """There is more to write in the store."""
        if self._writer is not None:
            self._writer.wake()

    async def run(self) -> None:
        """Until cancelled."""
        if self._writer is not None:
            await self._writer.run()
