"""Nothing is lost, or it is counted: the real code through histories of faults in virtual time."""

from typing import get_args

import pytest

from agent.delivery.outbox import REMEDIES
from tests.simulation.faults import FAULTS
from tests.simulation.history import DRAIN_SECONDS, History
from wire.report import DropReason

HISTORIES = 100
"""The soak goes on where these end: `make soak` begins with seed 101."""
WITH_ALL_FAULTS = 60
"""Seed 58 brings the last of them."""
ELSEWHERE = {"refused", "hole"}  # of an assignment; of a disk that loses rows and leaves no other trace
OUTAGE_SECONDS = 4 * 3600.0
TOGETHER = 10


def told(seed: int) -> set[str]:
    """What there was in the history of that seed; fails when something was that should not be."""
    history = History(seed)
    assert not history.complaints, f"{history.complaints[0]}; make simulate SEED={seed} tells how"
    return history.met


@pytest.mark.parametrize("first", range(WITH_ALL_FAULTS + 1, HISTORIES + 1, TOGETHER))
def test_whatever_goes_wrong_each_measurement_is_stored_once_or_counted(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        told(seed)


@pytest.mark.timeout(300)
def test_all_that_can_go_wrong_does_so_in_the_first_sixty_histories() -> None:
    met = set[str]().union(*map(told, range(1, WITH_ALL_FAULTS + 1)))
    assert {fault.__name__ for fault in FAULTS} <= met
    assert {*get_args(DropReason), *REMEDIES} - ELSEWHERE <= met


class LongOutage(History):
    """The broker is away for hours, and nothing else goes wrong."""

    def _run(self) -> None:
        for begin in (self.broker.start, self.room.start, *(box.start for box in self.boxes)):
            begin()
        self.world.run(100)
        self.broker.kill()
        self.world.run(OUTAGE_SECONDS)
        self._make_peace()
        self.world.run(DRAIN_SECONDS)
        self._judge()


@pytest.mark.parametrize("seed", range(1, 6))
def test_hours_without_a_broker_cost_only_the_reports_that_a_spool_counts(seed: int) -> None:
    history = LongOutage(seed)
    assert not history.complaints
    assert history.met <= {"full", "clock_disagrees"}


@pytest.mark.parametrize("seed", [6, 17])
def test_one_seed_is_one_history(seed: int) -> None:
    one, again = History(seed), History(seed)
    assert one.told == again.told
    assert [taken.report for taken in one.oracle.stored] == [taken.report for taken in again.oracle.stored]
