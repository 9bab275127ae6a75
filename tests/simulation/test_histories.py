"""Nothing is lost, or it is counted: the real code through histories of faults in virtual time."""

import pytest

from tests.simulation.history import History

HISTORIES = 500
TOGETHER = 20


@pytest.mark.parametrize("first", range(1, HISTORIES + 1, TOGETHER))
def test_whatever_goes_wrong_each_measurement_is_stored_once_or_counted(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        complaints = History(seed).complaints
        assert not complaints, f"{complaints[0]}; make simulate SEED={seed} tells how"


@pytest.mark.parametrize("seed", [6, 17])
def test_one_seed_is_one_history(seed: int) -> None:
    one, again = History(seed), History(seed)
    assert one.told == again.told
    assert [taken.report for taken in one.oracle.stored] == [taken.report for taken in again.oracle.stored]
