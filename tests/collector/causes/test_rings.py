"""Three rings of the internet: a path may be lost while no site is down."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from collector.causes import RingView, lost_paths
from collector.causes.rings import lost_ring
from collector.inventory import Ring
from tests.fakes.simulated_rings import Truth, drawn

ALL: dict[Ring, bool | None] = {"city": True, "national": True, "international": True}
ABROAD: dict[Ring, bool | None] = ALL | {"international": False}
COUNTRY: dict[Ring, bool | None] = ABROAD | {"national": False}


def views(**agents: tuple[int, Mapping[Ring, bool | None]]) -> list[RingView]:
    return [
        RingView(f"{provider}-{number}", provider, reached)
        for provider, (count, reached) in agents.items()
        for number in range(count)
    ]


def test_a_cut_cable_abroad_is_one_path_of_all_providers() -> None:
    (path,) = lost_paths(views(a=(5, ABROAD), b=(4, ABROAD)))
    assert (path.ring, path.provider, path.cause.cause) == ("international", "", "international_path")
    assert len(path.sites) == 9


def test_a_lost_national_ring_is_not_the_international_path_too() -> None:
    (path,) = lost_paths(views(a=(5, COUNTRY), b=(4, COUNTRY)))
    assert path.cause.cause == "national_path"


def test_one_provider_that_lost_a_ring_is_that_providers_way_out() -> None:
    (path,) = lost_paths(views(a=(5, ABROAD), b=(4, ALL)))
    assert (path.ring, path.provider, path.cause.cause) == ("international", "a", "provider")


def test_a_city_with_one_provider_cannot_tell_the_path_from_the_provider() -> None:
    assert lost_paths(views(a=(9, ABROAD))) == []


def test_a_few_agents_that_lost_a_ring_are_no_path() -> None:
    assert lost_paths(views(a=(20, ALL), b=(20, ALL)) + views(c=(2, ABROAD)) * 0 + views(a=(2, ABROAD))) == []


def test_an_agent_that_reaches_the_farther_ring_lost_none() -> None:
    assert lost_ring(RingView("x", "a", {"national": False, "international": True})) is None


def test_an_agent_without_a_measurement_lost_none() -> None:
    assert lost_ring(RingView("x", "a", {})) is None


def test_agents_that_are_not_believed_yet_neither_lost_a_ring_nor_reach_it() -> None:
    waiting: dict[Ring, bool | None] = {"national": True, "international": None}
    assert lost_paths(views(a=(2, ABROAD), b=(2, ABROAD)) + views(c=(6, waiting))) == []
    assert lost_paths(views(a=(5, ABROAD), b=(4, waiting))) == []


def test_a_ring_that_is_reached_though_a_nearer_one_is_not_known_is_reached() -> None:
    assert lost_ring(RingView("x", "a", {"national": None, "international": True})) is None
    assert lost_ring(RingView("x", "a", {"city": True, "national": None, "international": False})) is None
    assert (
        lost_ring(RingView("x", "a", {"city": True, "national": False, "international": None})) == "national"
    )


def test_another_provider_shows_nothing_by_what_it_reached_before_the_loss() -> None:
    lost = [RingView(f"a-{number}", "a", ABROAD, {"international": 100.0}) for number in range(4)]
    before = [RingView("b-1", "b", ALL, as_of=99.0)]
    after = [RingView("b-1", "b", ALL, as_of=110.0)]
    assert lost_paths(lost + before) == []
    assert [path.provider for path in lost_paths(lost + after)] == ["a"]


def test_a_path_is_lost_when_its_last_provider_lost_it() -> None:
    first = [RingView(f"a-{number}", "a", ABROAD, {"international": 100.0 + number}) for number in range(3)]
    second = [RingView(f"b-{number}", "b", ABROAD, {"international": 200.0}) for number in range(3)]
    (path,) = lost_paths(first + second)
    assert path.began_at == 200.0


def test_a_provider_that_lost_more_counts_for_the_path_of_all_too() -> None:
    both = lost_paths(views(a=(6, ABROAD), b=(4, COUNTRY)))
    assert [(path.ring, path.provider, len(path.sites)) for path in both] == [
        ("national", "b", 4),
        ("international", "", 10),
    ]


def test_one_agent_is_no_way_out_of_its_provider() -> None:
    assert lost_paths(views(a=(1, ABROAD), b=(6, ALL))) == []


def test_an_unknown_provider_is_no_second_one() -> None:
    unknown = [RingView(f"x-{number}", "", ABROAD) for number in range(4)]
    assert lost_paths(views(a=(4, ABROAD)) + unknown) == []


@given(st.integers(0, 10**6))
def test_in_any_city_the_lost_path_is_found_and_no_other(seed: int) -> None:
    truth, seen = drawn(seed)
    found = {Truth(path.ring, path.provider) for path in lost_paths(seen)}
    assert found == ({truth} if truth is not None else set())
