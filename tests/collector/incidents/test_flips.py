"""A flapping path that has been quiet for long begins no incident of its own."""

from collector.incidents.paths.course import Path
from collector.incidents.paths.flips import CHANGES, LATELY_SECONDS, QUIET_SECONDS, PathFlips
from tests.fakes.towns import TWO_POPS, town

PATH = Path("pop-east", "icmp", "east-1")


def flapping() -> PathFlips:
    flips = PathFlips(town(TWO_POPS), lambda *_: False)
    for number in range(CHANGES):
        flips.count(PATH, 100.0 * number)
    return flips


def test_a_path_that_changed_lately_may_begin_an_incident() -> None:
    flips = flapping()
    flips.settle(400.0 + LATELY_SECONDS, lambda _: 0.0)

    assert flips.bad[PATH].lately


def test_a_path_whose_last_change_is_hours_ago_begins_none() -> None:
    """The incident of its POP may be over some seconds before the path has had its quiet time."""
    flips = flapping()
    flips.settle(9000.0, lambda _: 9000.0 - QUIET_SECONDS / 2)

    assert not flips.bad[PATH].lately


def test_another_change_makes_it_count_again() -> None:
    flips = flapping()
    flips.settle(9000.0, lambda _: 9000.0)
    flips.count(PATH, 9001.0)

    assert flips.bad[PATH].lately
