"""Three rings of the internet: a path may be lost while no site is down."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from collector.causes import RingView, lost_paths
from collector.causes.rings import lost_ring
from collector.inventory import Ring
from tests.fakes.simulated_rings import Truth, drawn

ALL: dict[Ring, bool] = {"city": True, "national": True, "international": True}
ABROAD: dict[Ring, bool] = ALL | {"international": False}
COUNTRY: dict[Ring, bool] = ABROAD | {"national": False}


def views(**agents: tuple[int, Mapping[Ring, bool]]) -> list[RingView]:
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


@given(st.integers(0, 10**6))
def test_in_any_city_the_lost_path_is_found_and_no_other(seed: int) -> None:
    truth, seen = drawn(seed)
    found = {Truth(path.ring, path.provider) for path in lost_paths(seen)}
    assert found == ({truth} if truth is not None else set())
