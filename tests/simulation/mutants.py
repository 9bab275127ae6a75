"""Broken protocols that the simulation must find out: a test of the test."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

from agent.spool import Spool
from agent.spool.database import transaction
from agent.spool.note import Note, Unsaved
from collector.clock import SteadyClock
from wire.messages import Commit
from wire.ranges import Range, Ranges

Mutant = Callable[[], AbstractContextManager[None]]


@contextmanager
def no_full_sync() -> Iterator[None]:
    """Reports are published before the disk has them for sure."""

    def unsynced(database: sqlite3.Connection, *, durable: bool = False) -> AbstractContextManager[None]:
        return transaction(database)

    with patch("agent.spool.shelf.transaction", unsynced):
        yield


class LifelongSpool(Spool):
    """One stream for the whole life of a box, its seq read back from disk."""

    def __init__(self, path: Path, *, stream: str, boot: str, mebibytes: float) -> None:
        lifelong = f"{crc32(path.parents[1].name.encode()):016x}"
        super().__init__(path, stream=lifelong, boot=boot, mebibytes=mebibytes)
        if self._disk is not None:
            highest = self._disk._db.execute("SELECT MAX(highest) FROM stream").fetchone()[0]
            self._seq = int(highest or 0)


@contextmanager
def lifelong_stream() -> Iterator[None]:
    with patch("tests.simulation.site.Spool", LifelongSpool):
        yield


@contextmanager
def cumulative_acks() -> Iterator[None]:
    """All up to a number, and no ranges beyond the first hole."""

    def all_up_to(self: Ranges, at_most: int, base: int) -> list[Range]:
        return [(low, high) for low, high in self if low == 1]

    with patch.object(Ranges, "excerpt", all_up_to):
        yield


@contextmanager
def no_base() -> Iterator[None]:
    """The collector waits for ever for what the agent no longer holds."""
    real = Ranges.excerpt

    def from_the_first(self: Ranges, at_most: int, base: int) -> list[Range]:
        return real(self, at_most, 1)

    with patch.object(Ranges, "excerpt", from_the_first):
        yield


@contextmanager
def no_drop_records() -> Iterator[None]:
    with ExitStack() as stack:
        for place in ("agent.spool.dropping.queue_drops", "agent.spool.shelf.queue_drops"):
            stack.enter_context(patch(place, lambda database, drops: None))
        yield


@contextmanager
def restores_seen_by_number_alone() -> Iterator[None]:
    """A restored store that has got beyond the number that an agent knows looks like any other."""

    def judge(known: Commit | None, said: Commit, past: Commit | None) -> str:
        another_run = known is not None and known[0] != said[0]
        return "restored" if another_run and known is not None and said[1] < known[1] else "believed"

    with patch("agent.delivery.outbox.judge", judge):
        yield


@contextmanager
def wall_clock_alone() -> Iterator[None]:
    """The collector judges by a clock that is set, and never learns that it was."""
    with (
        patch.object(SteadyClock, "at", lambda clock, boot: clock._wall() - clock._boot() + boot),
        patch.object(SteadyClock, "look", lambda clock: None),
        patch("collector.city.agents.MAX_AHEAD_SECONDS", 1e10),
    ):
        yield


@contextmanager
def reports_keep_the_clock_before() -> Iterator[None]:
    with patch("collector.streams.ingest.redated", lambda report, received, corrections: report):
        yield


@contextmanager
def frozen_for_ever() -> Iterator[None]:
    """An agent sends again what the collector's wrong clock once dated."""
    with patch("agent.delivery.outbox.set_since", lambda former, present: False):
        yield


@contextmanager
def nobody_reads_the_note() -> Iterator[None]:
    """What was in memory alone, because the disk was full, dies uncounted."""
    with patch.object(Note, "read", lambda note: Unsaved()):
        yield


FOUND_AT = {
    "no_full_sync": 3,
    "lifelong_stream": 1,
    "cumulative_acks": 6,
    "no_base": 6,
    "no_drop_records": 12,
    "restores_seen_by_number_alone": 19,
    "wall_clock_alone": 15,
    "reports_keep_the_clock_before": 36,
    "frozen_for_ever": 66,
    "nobody_reads_the_note": 45,
}
"""The seeds by which they were found out at last, tried first. The histories change with the code: where one
does not tell any more, the test looks for another.
"""

MUTANTS: list[Mutant] = [
    no_full_sync,
    lifelong_stream,
    cumulative_acks,
    no_base,
    no_drop_records,
    restores_seen_by_number_alone,
    wall_clock_alone,
    reports_keep_the_clock_before,
    frozen_for_ever,
    nobody_reads_the_note,
]
