"""Outages of sites: their detection time, their root, and their notices."""

from itertools import pairwise

import pytest

from collector.incidents import Incident, WatchedSite
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town

URGENT = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)


@pytest.fixture
def city() -> SimulatedCity:
    return SimulatedCity(town(TWO_POPS))


@pytest.fixture
def story() -> Story:
    return Story(town(TWO_POPS))


def only(city: SimulatedCity) -> Incident:
    (incident,) = city.incidents.values()
    return incident


def test_a_calm_day_has_no_incidents(city: SimulatedCity) -> None:
    city.run(24 * 3600)
    assert city.records == []


def test_a_cut_hotspot_is_found_in_three_seconds_and_told_after_a_minute(
    city: SimulatedCity,
) -> None:
    cut_at = city.now
    city.break_site("east-1")
    city.run(3.0)
    assert (only(city).kind, only(city).root, only(city).affected_now) == ("site_down", "east-1", ("east-1",))
    assert cut_at <= only(city).began_at <= cut_at + 1
    assert city.told == []

    city.run(60.0)
    assert [notice.kind for notice in city.told] == ["firing"]

    city.mend_site("east-1")
    city.run(300.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]
    assert only(city).status == "closed"


def test_an_outage_shorter_than_its_notice_delay_is_recorded_but_not_told(
    city: SimulatedCity,
) -> None:
    city.break_site("east-1")
    city.run(30.0)
    city.mend_site("east-1")
    city.run(300.0)
    assert only(city).status == "closed"
    assert city.told == []


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_pop_is_one_notice_in_four_seconds_and_one_recovery(
    seed: int,
) -> None:
    city = SimulatedCity(town(TWO_POPS), seed)
    city.break_site("pop-east")
    city.run(4.0)
    (firing,) = city.told
    assert (firing.incident.root, firing.incident.severity) == ("pop-east", "critical")
    assert set(firing.incident.affected_now) == {"pop-east", "east-1", "east-2", "east-3"}

    city.run(600.0)
    city.mend_site("pop-east")
    city.run(600.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]
    assert len(city.incidents) == 1


def test_a_child_that_stays_down_after_its_root_gets_its_own_incident(
    city: SimulatedCity,
) -> None:
    city.break_site("pop-east")
    city.run(100.0)
    city.break_site("east-1", power=True)
    city.run(100.0)
    city.mend_site("pop-east")
    city.run(20.0)
    assert city.open() == []

    city.run(30.0)
    (own,) = city.open()
    (first,) = (incident for incident in city.incidents.values() if incident.root == "pop-east")
    assert own.root == "east-1"
    assert first.ended_at is not None
    assert first.ended_at <= own.began_at < first.ended_at + 1.0


def test_a_child_that_fails_again_after_its_root_recovers_is_found_quickly(
    city: SimulatedCity,
) -> None:
    city.break_site("pop-east")
    city.run(100.0)
    city.mend_site("pop-east")
    city.run(20.0)
    city.break_site("east-1")
    city.run(3.0)
    assert [incident.root for incident in city.open()] == ["east-1"]


def test_the_last_uplink_to_fail_is_the_root_of_a_site_with_two(
    city: SimulatedCity,
) -> None:
    city.break_site("pop-west")
    city.run(60.0)
    assert all("both" not in incident.affected_now for incident in city.open())

    city.break_site("pop-east")
    city.run(60.0)
    affected = {incident.root: incident.affected_now for incident in city.open()}
    assert "both" in affected["pop-east"]
    assert "both" not in affected["pop-west"]

    city.mend_site("pop-west")
    city.run(60.0)
    (still_open,) = city.open()
    assert "both" not in still_open.affected_now


def test_a_site_that_reports_though_both_uplinks_seem_lost_is_not_affected() -> None:
    story = Story(town(TWO_POPS, noc_watches_all=False))
    story.at(100.0)
    story.silent = set(TWO_POPS) - {"noc", "both"}
    story.at(101.5)
    story.lost("noc", "pop-east", since=100.3)
    story.lost("noc", "pop-west", since=100.4)
    story.at(110.5)
    assert story.open() == [("site_down", "pop-east"), ("site_down", "pop-west")]
    assert all("both" not in incident.affected_now for incident in story.core.open())
    assert story.core.site_state("both") == "up"


def test_a_wider_outage_merges_earlier_ones_into_one_notice(city: SimulatedCity) -> None:
    city.break_site("east-1")
    city.run(100.0)
    city.break_site("pop-east")
    city.run(100.0)
    wider = next(incident for incident in city.open() if incident.root == "pop-east")
    earlier = next(incident for incident in city.incidents.values() if incident.root == "east-1")
    assert city.open() == [wider]
    assert (earlier.status, earlier.merged_into) == ("merged", wider.id)

    city.mend_site("east-1")
    city.mend_site("pop-east")
    city.run(300.0)
    told = [(notice.kind, notice.incident.root, notice.merged) for notice in city.told]
    assert told == [
        ("firing", "east-1", ()),
        ("firing", "pop-east", (earlier.id,)),
        ("recovered", "pop-east", ()),
    ]


def test_one_notice_of_the_root_names_a_child_that_was_told_before() -> None:
    urgent = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
    story = Story(town(TWO_POPS, sites={"east-1": urgent}))
    story.silent = {"pop-east"}  # its agent is dead; the NOC reports its loss of the POP late
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(101.5)
    story.lost("noc", "east-1", since=100.3)
    story.at(104.0)
    story.lost("noc", "pop-east", since=100.2)
    story.at(106.0)
    (child,) = (incident for incident in story.incidents.values() if incident.root == "east-1")
    fired, named = (notice for notice in story.told if notice.incident.kind == "site_down")
    assert (fired.kind, fired.incident.root) == ("firing", "east-1")
    assert (named.kind, named.incident.root) == ("firing", "pop-east")
    assert child.id in named.merged


def test_the_finding_of_the_parent_counts_more_than_one_from_further_away(story: Story) -> None:
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(101.5)
    story.lost("noc", "east-1", since=100.3)
    story.at(104.0)
    assert story.open() == []

    story.lost("pop-east", "east-1", since=100.4)
    assert story.open() == [("site_down", "east-1")]


def test_the_hold_ends_when_the_places_above_are_reached_after_the_loss(story: Story) -> None:
    story.at(101.2)
    story.lost("pop-east", "east-1", since=100.3)
    assert story.open() == [("site_down", "east-1")]


def test_the_hold_lasts_one_and_a_half_seconds_without_news_from_above() -> None:
    story = Story(town(TWO_POPS))
    story.silent = {"pop-east"}
    story.at(60.0)
    assert story.open() == [("agent_silent", "pop-east")]

    story.at(101.2)
    story.lost("noc", "east-1", since=100.3)
    assert ("site_down", "east-1") not in story.open()
    story.at(102.6)
    assert ("site_down", "east-1") not in story.open()
    story.at(102.8)
    assert ("site_down", "east-1") in story.open()


def test_a_report_of_a_sibling_after_the_loss_ends_the_hold() -> None:
    story = Story(town(TWO_POPS))
    story.silent = {"pop-east"}
    story.at(101.2)
    story.lost("noc", "east-1", since=100.3)
    story.at(101.5)
    story.heard("east-2")
    assert ("site_down", "east-1") in story.open()


def test_a_router_that_ignores_pings_is_no_outage_while_its_agent_reports(story: Story) -> None:
    story.at(100.5)
    story.heard("east-1")
    story.lost("pop-east", "east-1", since=100.2)
    story.at(140.0)
    assert story.open() == [("target_down", "east-1")]
    assert story.core.site_state("east-1") == "up"


def test_silence_shows_the_loss_of_a_site_whose_clock_is_ahead(
    story: Story,
) -> None:
    story.at(100.8)
    story.heard("east-1")
    story.silent = {"east-1"}
    story.at(101.2)
    story.lost("pop-east", "east-1", since=100.0)
    story.at(125.0)
    assert ("site_down", "east-1") not in story.open()
    story.at(135.0)
    assert story.open() == [("site_down", "east-1")]


def test_a_pop_is_not_down_while_a_site_reports_through_it(story: Story) -> None:
    story.silent = {"pop-east"}
    story.at(110.1)
    story.lost("noc", "pop-east", since=109.3)
    story.at(180.0)
    assert ("site_down", "pop-east") not in story.open()
    assert {("agent_silent", "pop-east"), ("target_down", "pop-east")} <= set(story.open())


def test_a_site_whose_router_nobody_probes_is_down_when_it_is_silent() -> None:
    city = SimulatedCity(town(TWO_POPS, silence_only=["east-1"]))
    city.break_site("east-1")
    city.run(19.0)
    assert city.open() == []
    city.run(13.0)
    assert (only(city).kind, only(city).root, only(city).reason) == ("site_down", "east-1", "silence")


def test_sites_lost_together_below_a_live_pop_have_their_own_incidents(
    city: SimulatedCity,
) -> None:
    for site in ("east-1", "east-2", "east-3"):
        city.break_site(site, power=True)
    city.run(5.0)
    assert sorted(incident.root for incident in city.open()) == ["east-1", "east-2", "east-3"]


def test_a_noc_that_reaches_no_target_is_itself_the_root(story: Story) -> None:
    story.at(100.0)
    story.silent = set(story.network.sites) - {"noc"}
    for at, (_, target) in enumerate(sorted(story.network.probes["noc"])):
        story.at(101.0 + at / 10)
        story.lost("noc", target, since=100.1 + at / 10)
    story.at(103.0)
    assert story.open() == [("site_down", "noc")]
    firing = [notice.incident.root for notice in story.told if notice.kind == "firing"]
    assert firing[-1] == "noc"
    assert len(firing) <= 2


def test_old_findings_of_an_agent_that_was_held_up_open_nothing(story: Story) -> None:
    story.at(120.0)
    story.lost("pop-east", "east-1", since=99.0, measured_at=100.0)
    story.at(120.5)
    story.found("pop-east", "east-1", measured_at=108.0)
    story.at(200.0)
    assert story.incidents == {}


def test_a_report_that_was_held_up_opens_nothing_before_the_next_finding(story: Story) -> None:
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(109.0)
    story.lost("pop-east", "east-1", since=100.5, measured_at=102.0)
    story.at(125.0)
    story.lost("pop-east", "east-1", since=100.5)
    story.at(127.0)
    assert story.open() == []
    story.at(140.0)
    story.lost("pop-east", "east-1", since=100.5)
    story.at(142.0)
    assert story.open() == [("site_down", "east-1")]


def test_a_target_lost_while_its_agent_was_cut_off_has_time_to_come_back() -> None:
    uplinks = {**TWO_POPS, "school": ("pop-east", "internet")}
    story = Story(town(uplinks, noc_watches_all=False))
    story.silent = {"school"}
    story.at(100.0)
    story.silent = {"school", "pop-east", "east-1", "east-2", "east-3"}
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    story.at(150.0)
    story.found("noc", "pop-east")
    story.silent = {"school"}
    story.at(152.0)
    story.lost("pop-east", "school", since=100.4)
    story.at(155.0)
    assert story.open() == [("agent_silent", "school")]
    story.at(185.0)
    story.lost("pop-east", "school", since=100.4)
    story.at(187.0)
    assert story.open() == [("site_down", "school")]


def test_nobody_is_told_twice_of_the_same_site(city: SimulatedCity) -> None:
    for _ in range(3):
        city.break_site("east-1")
        city.run(120.0)
        city.mend_site("east-1")
        city.run(120.0)
    entries = sorted(
        (entry.since, entry.until)
        for incident in city.incidents.values()
        for entry in incident.affected
        if incident.kind == "site_down"
    )
    assert len(entries) == 3
    for (_, until), (since, _) in pairwise(entries):
        assert until is not None
        assert until <= since


def test_an_outage_does_not_recover_because_the_agent_above_is_late(story: Story) -> None:
    story.at(600.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(601.4)
    story.lost("noc", "pop-east", since=600.2)
    story.at(604.0)
    story.silent |= {"noc"}
    for seconds in range(604, 616, 2):
        story.at(seconds)
        story.lost("noc", "pop-east", since=600.2, measured_at=seconds - 4.0)
    story.silent.discard("noc")
    for seconds in range(620, 700, 10):
        story.at(seconds + 0.1)
        story.lost("noc", "pop-east", since=600.2)
    assert story.notices() == [("firing", "site_down", "pop-east")]
    assert story.open() == [("site_down", "pop-east")]
    story.silent = set()
    story.found("noc", "pop-east")
    story.at(720.0)
    assert story.notices()[1:] == [("recovered", "site_down", "pop-east")]


def test_a_noc_that_is_isolated_recovers_no_pop_that_is_down() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    story.at(104.0)
    story.silent = set(TWO_POPS) - {"noc"}
    for site in sorted(TWO_POPS.keys() - {"noc"}):
        story.lost("noc", site, since=102.5)
    story.lost("noc", "gateway", since=102.5)
    story.at(130.0)
    assert ("recovered", "site_down", "pop-east") not in story.notices()
    assert ("site_down", "noc") in story.open()


def test_an_unpinged_dead_pop_is_told_and_not_the_sites_behind_it() -> None:
    east = ["pop-east", "east-1", "east-2", "east-3"]
    story = Story(town(TWO_POPS, silence_only=["pop-east"]))
    story.at(100.5)
    story.heard("east-1")
    story.silent = set(east)
    story.at(101.9)
    for site in east[1:]:
        story.lost("noc", site, since=100.7)
    story.at(200.0)
    assert story.notices() == [("firing", "site_down", "pop-east")]
    assert story.open() == [("site_down", "pop-east")]


def test_a_site_behind_an_unpinged_pop_is_told_once_the_pop_reports() -> None:
    story = Story(town(TWO_POPS, silence_only=["pop-east"], sites={"east-1": URGENT}))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(101.9)
    story.lost("noc", "east-1", since=100.7)
    story.lost("pop-east", "east-1", since=100.9)
    story.at(103.5)
    assert story.notices() == [("firing", "site_down", "east-1")]
