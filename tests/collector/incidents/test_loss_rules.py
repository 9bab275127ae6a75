"""The rules about losses hold for a link that loses packets, and each can fail."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from unittest.mock import patch

import pytest

from collector.incidents.paths.course import Courses, Path
from collector.incidents.paths.folding import Root, own_root
from tests.collector.incidents.losses import LossAccount
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import TWO_POPS, town


class LossyAfternoon(LossAccount):
    """The link of a POP loses packets, and nothing else happens. The site "both" has another POP too."""

    def __init__(self) -> None:
        self.network = town(TWO_POPS, limits={"icmp_loss_ratio": 0.05})
        self.city = SimulatedCity(self.network)
        self.agents_stopped, self.left, self.works = [], [], []
        self.city.lose_packets("pop-east")
        self.city.run(600.0)
        self.city.lose_packets("pop-east", lossy=False)
        self.city.run(1000.0)


def unfolded(courses: Courses, bad: AbstractSet[Path], *_: object) -> dict[Path, Root]:
    return {path: own_root(path) for path in bad}


MUTANTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "no loss is announced": lambda: patch("collector.incidents.paths.degraded.PATIENCE_SECONDS", 1e6),
    "paths do not fold": lambda: patch("collector.incidents.paths.troubles.fold", unfolded),
}


def test_a_loss_is_announced_once() -> None:
    afternoon = LossyAfternoon()
    assert sorted(notice.incident.root for notice in afternoon.city.firing) == ["both", "pop-east"]
    afternoon.each_loss_that_lasts_is_announced_once()
    afternoon.the_announcements_are_bounded_by_the_faults()


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_each_rule_about_losses_can_fail(mutant: str) -> None:
    with MUTANTS[mutant]():
        afternoon = LossyAfternoon()
    with pytest.raises(AssertionError):
        afternoon.each_loss_that_lasts_is_announced_once()


def test_the_bound_of_announcements_can_fail() -> None:
    with MUTANTS["paths do not fold"]():
        afternoon = LossyAfternoon()
    with pytest.raises(AssertionError):
        afternoon.the_announcements_are_bounded_by_the_faults()
