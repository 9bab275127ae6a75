"""All that the web reads of the collector."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from collector.changes import Changes
from collector.city.state import State
from collector.clock import SteadyClock
from collector.incidents import Incidents
from collector.intake.watch import Watch


class Transactions(Protocol):
    """The pipeline, as the web uses it: see intake/pipeline.py."""

    @property
    def not_ready(self) -> str: ...

    def reading(self) -> AbstractAsyncContextManager[None]: ...

    async def transact(self, decide: Callable[[], Changes]) -> None: ...


class Source(NamedTuple):
    """Enter `pipeline.reading()` to read `state` or the incidents: then no reader sees what is not stored."""

    state: State
    watch: Watch
    pipeline: Transactions
    clock: SteadyClock
    version: str

    @property
    def incidents(self) -> Incidents:
        return self.watch.incidents
