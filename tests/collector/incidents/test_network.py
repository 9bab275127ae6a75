"""The city as the incidents see it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.assignments.compile import assignments, watched
from collector.incidents import Network, Subject, network_of
from collector.incidents.orientation import oriented
from collector.inventory import load
from tests.fakes.towns import TWO_POPS, town

CITY = Path(__file__).parents[3] / "demo/city"


@pytest.fixture(scope="module")
def pontianak() -> Network:
    city = load(CITY)
    return network_of(city, assignments(city, version=1))


def test_the_sample_city_becomes_a_network(pontianak: Network) -> None:
    assert len(pontianak.sites) == 102
    assert pontianak.nocs == ["noc-pontive"]
    assert pontianak.above("pop-kota") == ["noc-pontive"]
    assert pontianak.sites["pop-kota"].notify_after_seconds == 0
    assert pontianak.applications["adminduk"].notify_after_seconds == 0
    assert pontianak.applications["perizinan"].notify_after_seconds == 60
    assert pontianak.shared == {"internet", "internet2"}


def test_each_watched_site_of_the_sample_city_is_probed_from_above(pontianak: Network) -> None:
    for site, how in watched(load(CITY)).items():
        assert pontianak.sites[site].silence_seconds == how.silence_seconds
        for watcher in how.by:
            assert pontianak.probes_it(watcher, pontianak.subject(watcher, "icmp", site))


def test_a_target_is_the_same_thing_for_all_or_each_agents_own(pontianak: Network) -> None:
    subject = pontianak.subject
    assert subject("pop-kota", "icmp", "internet") == Subject("target_down", "internet", "icmp")
    assert subject("pop-kota", "icmp", "gateway") == Subject("target_down", "gateway", "icmp", "pop-kota")
    assert subject("pop-kota", "http", "adminduk") == Subject("application_down", "adminduk")
    assert subject("noc-pontive", "icmp", "pop-kota") == Subject("target_down", "pop-kota", "icmp")


def test_sites_without_another_way_depend_on_a_pop() -> None:
    assert town(TWO_POPS).depending("pop-east") == {"pop-east", "east-1", "east-2", "east-3"}
    assert town(TWO_POPS).depending("noc") == set(TWO_POPS)


def test_a_noc_below_a_pop_is_the_root_all_the_same() -> None:
    uplinks = {"noc": ["pop-core"], "pop-core": ["internet"], "pop-east": ["pop-core"], "lte-1": ["internet"]}
    assert oriented(uplinks, ["noc"]) == {
        "noc": [],
        "pop-core": ["noc"],
        "internet": ["pop-core"],
        "pop-east": ["pop-core"],
        "lte-1": ["internet"],
    }


def test_the_upper_of_two_nocs_is_the_root_and_the_other_stays_below() -> None:
    uplinks = {"noc": ["internet"], "pop-east": ["noc"], "noc-2": ["pop-east"]}
    assert oriented(uplinks, ["noc", "noc-2"]) == {
        "noc": [],
        "internet": ["noc"],
        "pop-east": ["noc"],
        "noc-2": ["pop-east"],
    }


def test_a_city_without_a_noc_is_as_its_links_say() -> None:
    uplinks = {"pop-east": ["internet"], "east-1": ["pop-east"]}
    assert oriented(uplinks, []) == uplinks


def test_the_internet_is_below_the_noc_of_the_sample_city(pontianak: Network) -> None:
    assert pontianak.above("internet") == ["noc-pontive"]
    assert pontianak.above("noc-pontive") == []
    assert pontianak.parents["pop-kota"] == "noc-pontive"
    assert "vsat-darurat" not in pontianak.parents


def test_a_ring_has_two_ways_round() -> None:
    ring = town({"noc": (), "pop-a": ("noc", "pop-b"), "pop-b": ("noc", "pop-a"), "leaf": ("pop-b",)})
    assert ring.cut_off({"pop-a"}) == set()
    assert ring.cut_off({"pop-b"}) == {"leaf"}
    assert ring.cut_off({"pop-a", "noc"}) == {"pop-b", "leaf"}


@st.composite
def meshes(draw: st.DrawFn) -> Network:
    uplinks: dict[str, tuple[str, ...]] = {"noc": ()}
    for number in range(draw(st.integers(1, 8))):
        above = st.sampled_from([*sorted(uplinks), "internet"])
        uplinks[f"site-{number}"] = tuple(draw(st.lists(above, min_size=1, max_size=3, unique=True)))
    return town(uplinks)


@given(meshes(), st.data())
def test_a_place_is_cut_off_if_all_its_ways_pass_failed_places(network: Network, data: st.DataObject) -> None:
    failed = data.draw(st.sets(st.sampled_from(sorted(network.sites))))

    def reaches(site: str) -> bool:
        if site in failed:
            return False
        above = network.above(site)
        return not above or any(up == "internet" or reaches(up) for up in above)

    cut_off = network.cut_off(failed)
    assert cut_off == {site for site in network.sites.keys() - failed if not reaches(site)}
    for site in cut_off:
        causes = network.causes(site, failed, failed | cut_off)
        assert causes
        assert causes <= failed
        assert not any(network.explained(cause, failed | cut_off) for cause in causes)
