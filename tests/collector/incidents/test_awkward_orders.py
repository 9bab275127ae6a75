"""Faults that come together, in the wrong order, or while something else changes."""

import pytest

from collector.incidents import Connected, Disconnected, WatchedSite
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

CHAIN = {
    "noc": (),
    "pop-near": ("noc",),
    "pop-far": ("pop-near",),
    "near-1": ("pop-near",),
    "far-1": ("pop-far",),
    "far-2": ("pop-far",),
}
URGENT = {"east-1": WatchedSite(role="office", priority=1, notify_after_seconds=0.0)}
SEEDS = pytest.mark.parametrize("seed", range(10))


def told(city: SimulatedCity) -> list[tuple[str, str]]:
    return [(notice.kind, notice.incident.root) for notice in city.told]


@SEEDS
def test_a_pop_and_a_site_below_it_fail_together_as_one_outage(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS, sites=URGENT), seed)
    city.break_site("east-1", power=True)
    city.break_site("pop-east")
    city.run(120.0)
    assert [incident.root for incident in city.open()] == ["pop-east"]
    assert told(city) == [("firing", "pop-east")]

    city.mend_site("pop-east")
    city.run(120.0)
    assert told(city) == [("firing", "pop-east"), ("recovered", "pop-east"), ("firing", "east-1")]
    city.mend_site("east-1")
    city.run(120.0)
    assert told(city)[3:] == [("recovered", "east-1")]
    assert city.open() == []


@SEEDS
def test_a_pop_and_a_site_of_another_that_fail_at_once_are_two_outages(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS, sites=URGENT), seed)
    city.break_site("pop-west")
    city.break_site("east-1")
    city.run(10.0)
    assert sorted(told(city)) == [("firing", "east-1"), ("firing", "pop-west")]
    city.mend_site("east-1")
    city.mend_site("pop-west")
    city.run(120.0)
    assert sorted(told(city)[2:]) == [("recovered", "east-1"), ("recovered", "pop-west")]


def test_a_site_that_answers_again_while_it_is_held_was_never_down() -> None:
    story = Story(town(TWO_POPS, sites=URGENT))
    story.at(101.2)
    story.lost("noc", "east-1", since=100.3)  # the POP's agent has not reported it yet
    story.silent = {"pop-east"}
    story.at(101.9)
    story.found("noc", "east-1")
    story.at(125.0)
    assert story.incidents == {}


@SEEDS
def test_the_nearer_of_two_pops_in_a_chain_explains_the_farther(seed: int) -> None:
    city = SimulatedCity(town(CHAIN), seed)
    city.break_site("pop-far")
    city.run(60.0)
    city.break_site("pop-near")
    city.run(60.0)
    (wider,) = city.open()
    assert (wider.root, set(wider.affected_now)) == ("pop-near", set(CHAIN) - {"noc"})
    assert told(city) == [("firing", "pop-far"), ("firing", "pop-near")]

    city.mend_site("pop-near")
    city.run(60.0)
    (own,) = city.open()
    assert (own.root, set(own.affected_now)) == ("pop-far", {"pop-far", "far-1", "far-2"})
    city.mend_site("pop-far")
    city.run(60.0)
    assert told(city)[2:] == [("recovered", "pop-near"), ("firing", "pop-far"), ("recovered", "pop-far")]


@SEEDS
def test_two_pops_in_a_chain_that_fail_at_once_are_one_notice(seed: int) -> None:
    city = SimulatedCity(town(CHAIN), seed)
    city.break_site("pop-far")
    city.break_site("pop-near")
    city.run(60.0)
    assert told(city) == [("firing", "pop-near")]
    city.mend_site("pop-far")
    city.mend_site("pop-near")
    city.run(120.0)
    assert told(city) == [("firing", "pop-near"), ("recovered", "pop-near")]


@SEEDS
def test_a_site_that_loses_both_uplinks_in_turn_gets_no_notice_of_its_own(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    for pop in ("pop-east", "pop-west", "pop-east", "pop-west"):
        city.break_site(pop)
        city.run(60.0)
        city.mend_site(pop)
        city.run(60.0)
    assert not any(notice.incident.root == "both" for notice in city.told)
    assert [kind for kind, _ in told(city)] == ["firing", "recovered"] * 4


@SEEDS
def test_an_outage_goes_on_over_a_loss_of_the_broker_and_is_told_once(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    city.break_site("pop-east")
    city.run(10.0)
    for away_seconds in (2.0, 40.0):
        city.disconnect()
        city.run(away_seconds)
        city.connect()
        city.run(100.0)
    assert [one for one in told(city) if one[1] != "collector"] == [("firing", "pop-east")]
    city.mend_site("pop-east")
    city.run(100.0)
    assert told(city)[-1] == ("recovered", "pop-east")
    assert told(city).count(("firing", "collector")) == told(city).count(("recovered", "collector")) == 1


def test_an_outage_that_ended_while_the_broker_was_away_pages_nobody() -> None:
    city = SimulatedCity(town(TWO_POPS, sites=URGENT))
    city.disconnect()
    city.break_site("pop-east")
    city.break_site("east-1", power=True)
    city.run(60.0)
    city.mend_site("east-1")
    city.mend_site("pop-east")
    city.connect()
    city.run(300.0)
    assert told(city) == [("firing", "collector"), ("recovered", "collector")]


def test_a_restart_during_the_hold_still_announces_the_outage() -> None:
    story = Story(town(TWO_POPS, sites=URGENT))
    story.silent = {"east-1", "pop-east"}
    story.at(101.2)
    story.lost("noc", "east-1", since=100.3)
    story.restart()
    story.tell(Connected())
    for seconds in range(110, 230, 10):
        story.at(seconds)
        story.lost("noc", "east-1", since=100.3)
    assert ("firing", "site_down", "east-1") in story.notices()


def test_a_connection_that_is_lost_at_once_again_judges_nothing() -> None:
    story = Story(town(TWO_POPS, sites=URGENT))
    story.at(100.0)
    story.silent = set(TWO_POPS)
    for seconds in range(100, 160, 5):
        story.at(seconds)
        story.tell(Disconnected())
        story.tell(Connected())
    assert story.incidents == {}


def test_sites_get_a_grace_period_if_their_dead_pop_leaves_the_inventory() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    for site in ("east-1", "east-2", "east-3"):
        story.lost("noc", site, since=100.4)
    story.at(200.0)
    assert story.notices() == [("firing", "site_down", "pop-east")]

    moved = {site: above if site != "pop-east" else () for site, above in TWO_POPS.items()}
    moved = {site: ("noc",) if "pop-east" in above else above for site, above in moved.items()}
    del moved["pop-east"]
    story.rearrange(town(moved))
    story.at(225.0)
    assert story.open() == []
    for site in ("east-2", "east-3"):
        story.found("noc", site)
    story.silent = {"east-1"}
    story.at(300.0)
    assert story.open() == [("site_down", "east-1")]
    assert story.notices()[1:] == [("recovered", "site_down", "pop-east"), ("firing", "site_down", "east-1")]


def test_a_site_that_moves_from_a_dead_pop_to_a_live_one_is_judged_afresh() -> None:
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("pop-east")
    city.run(30.0)
    assert city.core is not None
    moved = town({**TWO_POPS, "east-1": ("pop-west",)})
    records = city.core.rearrange(moved, city.now)
    (incident,) = (record.incident for record in records)
    assert "east-1" not in incident.affected_now
    assert city.core.site_state("east-1") == "unknown"


def test_a_new_pop_above_a_site_that_is_down_changes_nothing_for_it() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    for watcher in ("noc", "pop-east"):
        story.lost(watcher, "east-1", since=100.5)
    story.rearrange(town({**TWO_POPS, "pop-new": ("pop-east",), "east-1": ("pop-new",)}))
    story.at(170.0)
    assert story.open() == [("site_down", "east-1")]
    assert story.notices() == [("firing", "site_down", "east-1")]


@SEEDS
def test_links_that_lose_a_fifth_of_their_packets_open_no_incident(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    city.lossy |= set(TWO_POPS)
    city.run(600.0)
    assert city.records == []


@SEEDS
def test_an_outage_behind_a_lossy_link_is_one_notice_and_one_recovery(seed: int) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    city.lossy |= set(TWO_POPS)
    city.break_site("pop-east")
    city.run(120.0)
    city.mend_site("pop-east")
    city.run(300.0)
    assert told(city) == [("firing", "pop-east"), ("recovered", "pop-east")]
    assert city.open() == []


def test_a_dead_site_that_leaves_the_inventory_and_returns_is_told_anew() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    story.lost("pop-east", "east-1", since=100.5)
    story.at(170.0)
    story.rearrange(town({site: above for site, above in TWO_POPS.items() if site != "east-1"}))
    story.at(200.0)
    assert story.open() == []
    story.rearrange(town(TWO_POPS))
    story.at(210.0)
    story.lost("pop-east", "east-1", since=201.5)
    story.at(300.0)
    told = story.notices()
    assert told == [(kind, "site_down", "east-1") for kind in ("firing", "recovered", "firing")]
    assert story.told[-1].incident.began_at > START + 200
