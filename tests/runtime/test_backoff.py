"""Pauses double up to a limit, and are spread by chance."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runtime.backoff import backoff_seconds, spread

MIDDLE = 0.5


def test_pauses_double_until_the_limit() -> None:
    pauses = [backoff_seconds(failures, MIDDLE, at_most=60) for failures in range(1, 9)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_the_first_pause_may_be_longer() -> None:
    assert [backoff_seconds(failures, MIDDLE, at_most=25, first=10) for failures in (1, 2, 3)] == [10, 20, 25]


def test_chance_spreads_a_pause_by_a_quarter() -> None:
    assert [spread(8, chance) for chance in (0.0, 0.5, 1.0)] == [6, 8, 10]


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True), st.floats(1, 1e6))
def test_no_pause_is_longer_than_the_limit_and_a_quarter(failures: int, chance: float, limit: float) -> None:
    assert 0 < backoff_seconds(failures, chance, at_most=limit) <= 1.25 * limit


@given(st.floats(0, 1, exclude_max=True), st.floats(1, 1e6))
def test_no_pause_is_shorter_than_the_one_before(chance: float, limit: float) -> None:
    pauses = [backoff_seconds(failures, chance, at_most=limit) for failures in range(1, 30)]
    assert all(earlier <= later for earlier, later in pairwise(pauses))
