"""A spool file cut short at any byte: the spool opens, starts a stream of its own and counts each loss."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.clock import ClockReading
from agent.spool import Spool, SpoolLedger
from agent.spool.key import Key
from tests.agent.spool.bodies import body, contents, drops_told, losses
from wire.report import Previous

OFFSET = ClockReading(1e9, "ntp")
A, B, C = "a" * 16, "b" * 16, "c" * 16
IN_MEMORY = Path("/dev/shm")  # syncing is not what is tested here
SMALL_PAGE, PAGE = 512, 4096
STEP = 61
LOG_HEADER, FRAME = 32, 24 + SMALL_PAGE
LOG_STEP = 7
"""Both sides of each frame's end, and each offset within a frame: in four of the 28 frames."""


class State(NamedTuple):
    """The reports in the spool when its log had this length."""

    log_bytes: int
    held: list[Key]
    ledger: dict[str, SpoolLedger]


class Trace:
    """Two runs of an agent: stream A is in the database, all of stream B is in the log alone."""

    def __init__(self, folder: Path, page: int, first_life: int) -> None:
        self.spool = folder / "spool.db"
        self._log = folder / "spool.db-wal"
        with closing(sqlite3.connect(self.spool)) as database:
            database.execute(f"PRAGMA page_size={page}")
            database.execute("VACUUM")
        with closing(Spool(self.spool, stream=A, boot="boot")) as spool:
            for at in range(first_life):
                spool.append(body(float(at)))
            self.states = [State(0, spool.held(1000), spool.ledger())]
        with closing(Spool(self.spool, stream=B, boot="boot")) as spool:
            for later in (100.0, 101.0):
                spool.append(body(later))
                self._note(spool)
            spool.keep_reading(OFFSET)
            spool.freeze([((B, 1), OFFSET)])
            spool.know(("run 1", 7))
            self._note(spool)
            spool.acknowledge(A, [(1, 2)], 1e9)
            self._note(spool)
            spool.append(body(102.0))
            self._note(spool)
            self.database, self.log = self.spool.read_bytes(), self._log.read_bytes()
        self.closed = self.spool.read_bytes()

    def _note(self, spool: Spool) -> None:
        self.states.append(State(self._log.stat().st_size, spool.held(1000), spool.ledger()))

    def opened(self, database: bytes, log: bytes) -> Spool:
        """An agent starts on these files."""
        for file in self.spool.parent.iterdir():
            file.unlink()
        self.spool.write_bytes(database)
        self._log.write_bytes(log)
        return Spool(self.spool, stream=C, boot="boot")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as name:
        yield Path(name)


def test_a_log_cut_at_any_byte_costs_only_the_part_after_the_cut(folder: Path) -> None:
    trace = Trace(folder, SMALL_PAGE, first_life=4)
    assert len(trace.log) == trace.states[-1].log_bytes
    ends = range(LOG_HEADER, len(trace.log) + 1, FRAME)
    assert ends[-1] == len(trace.log)
    beside = {cut for end in ends for cut in (end - 1, end, end + 1) if cut <= len(trace.log)}
    for cut in sorted({*range(0, len(trace.log), LOG_STEP), *beside}):
        left = [state for state in trace.states if state.log_bytes <= cut][-1]
        with closing(trace.opened(trace.database, trace.log[:cut])) as spool:
            assert spool.conditions == {}, cut
            assert spool.held(1000) == left.held, cut
            assert spool.ledger() == left.ledger, cut
            assert spool.append(body()) == 1
            first = contents(spool, (C, 1))
            stream, highest = left.held[-1]
            assert (first.previous, first.drops) == (Previous(stream, highest), []), cut


@pytest.mark.parametrize("log_left", [True, False])
def test_a_database_cut_at_any_byte_names_each_lost_report(folder: Path, log_left: bool) -> None:
    trace = Trace(folder, PAGE, first_life=30)
    database, log = (trace.database, trace.log) if log_left else (trace.closed, b"")
    acknowledged = {(A, 1), (A, 2)}
    everything = {*trace.states[-1].held, *acknowledged}
    for cut in [*range(STEP, len(database), STEP), len(database)]:
        with closing(trace.opened(database[:cut], log)) as spool:
            unreadable = {key for key in spool.held(1000) if spool.read(key) is None}
            assert [spool.append(body()), spool.append(body())] == [1, 2], cut
            held, told = set(spool.held(1000)), losses(drops_told(spool)).keys()
            assert {(C, 1), (C, 2)} <= held, cut
            assert unreadable <= told, cut
            assert not held & told, cut
            if cut >= 2 * PAGE:  # before that, the list of streams is gone itself
                assert (held | told | acknowledged) - {(C, 1), (C, 2)} == everything, cut
            if told or cut < PAGE:
                assert "spool_damaged" in spool.conditions, cut
            for ledger in spool.ledger().values():
                settled = ledger.acknowledged + ledger.dropped + ledger.rejected
                assert ledger.taken == settled + ledger.held, cut
