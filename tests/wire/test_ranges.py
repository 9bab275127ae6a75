from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.ranges import Range, Ranges

spans = st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda span: (span[0], span[0] + span[1]))


def numbers(ranges: list[Range]) -> set[int]:
    return {number for low, high in ranges for number in range(low, high + 1)}


@given(st.lists(spans))
def test_ranges_hold_what_a_set_would_hold(added: list[Range]) -> None:
    ranges = Ranges(added)
    model = numbers(added)
    assert numbers(list(ranges)) == model
    assert [number in ranges for number in range(-1, 75)] == [number in model for number in range(-1, 75)]


@given(st.lists(spans))
def test_ranges_are_sorted_and_as_few_as_can_be(added: list[Range]) -> None:
    ranges = list(Ranges(added))
    assert len(ranges) == len(Ranges(added))
    assert all(low <= high for low, high in ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges))


@given(st.lists(spans), st.randoms())
def test_the_order_of_adding_does_not_matter(added: list[Range], random: Random) -> None:
    shuffled = added.copy()
    random.shuffle(shuffled)
    assert Ranges(shuffled) == Ranges(added)


@given(st.lists(spans), spans)
def test_adding_tells_whether_anything_was_new(added: list[Range], span: Range) -> None:
    assert Ranges(added).add(*span) == (not numbers([span]) <= numbers(added))


@given(st.lists(spans), spans)
def test_missing_is_the_difference(added: list[Range], span: Range) -> None:
    missing = list(Ranges(added).missing(*span))
    assert numbers(missing) == numbers([span]) - numbers(added)
    assert missing == list(Ranges(missing))


@given(st.lists(spans), st.integers(1, 20), st.integers(1, 60))
def test_an_excerpt_is_the_lowest_range_that_is_held_and_then_the_newest(
    added: list[Range], at_most: int, base: int
) -> None:
    ranges = [(low, high) for low, high in Ranges(added) if high >= base]
    excerpt = Ranges(added).excerpt(at_most, base)
    assert len(excerpt) == min(at_most, len(ranges))
    assert excerpt[:1] == ranges[:1]
    assert excerpt[1:] == ranges[len(ranges) - len(excerpt) + 1 :]


def test_a_range_that_runs_downwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"5\.\.4"):
        Ranges().add(5, 4)
