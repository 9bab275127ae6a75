"""A path with values above their limits is one incident, and so is a place that many such paths share."""

import pytest

from collector.incidents import Connected, Disconnected, ReportedValues
from collector.incidents.paths.degradation import Degradation
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START
from wire.report import Table

LIMITS = {"icmp_loss_ratio": 0.05, "icmp_rtt_median_seconds": 0.1}
PARENTS = dict.fromkeys(("east-1", "east-2", "east-3"), "pop-east")
PARENTS |= dict.fromkeys(("west-1", "west-2"), "pop-west")
PROVIDERS = {"east-1": "isp-a", "west-1": "isp-a", "west-2": "isp-b"}
PROBES = {site: [("icmp", "internet"), ("icmp", "uplink")] for site in PARENTS}
PROBES |= {site: [("icmp", "internet")] for site in ("pop-east", "pop-west", "noc")}
MINUTE = 60.0


@pytest.fixture
def story() -> Story:
    story = Story(town(TWO_POPS, more_probes=PROBES, parents=PARENTS, limits=LIMITS, providers=PROVIDERS))
    for agent, pairs in story.network.probes.items():
        story.measures(agent, *(target for _, target in pairs), loss_ratio=0.0, rtt_median_seconds=0.02)
    return story.at(5 * MINUTE)


def loses(story: Story, ratio: float, *paths: tuple[str, str]) -> None:
    for agent, target in paths:
        story.measures(agent, target, loss_ratio=ratio)


RADIO = (("noc", "east-1"), ("pop-east", "east-1"), ("east-1", "uplink"), ("east-1", "internet"))
"""All paths across the radio link of east-1."""
ONE = ("east-2", "internet")


def test_a_path_above_its_limit_for_five_minutes_is_announced_as_degraded(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(9.5 * MINUTE)
    assert story.incidents == {}
    story.at(12 * MINUTE)
    assert story.notices() == [("firing", "degraded", "internet")]
    (incident,) = story.core.open()
    assert (incident.probe, incident.agent, incident.severity) == ("icmp", "east-2", "warning")
    assert incident.affected_now == ("east-2",)
    assert incident.began_at == pytest.approx(START + 5 * MINUTE, abs=15.0)
    assert incident.excess is not None
    assert (incident.excess.metric, incident.excess.limit) == ("icmp_loss_ratio", 0.05)
    assert incident.excess.value == pytest.approx(0.12)


def test_it_ends_when_it_was_under_eighty_percent_for_as_long(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(15 * MINUTE)
    loses(story, 0.045, ONE)
    story.at(30 * MINUTE)
    assert story.open() == [("degraded", "internet")]
    loses(story, 0.03, ONE)
    story.at(31 * MINUTE)
    assert story.open() == [("degraded", "internet")]
    story.at(37 * MINUTE)
    assert story.notices() == [("firing", "degraded", "internet"), ("recovered", "degraded", "internet")]


def test_one_bad_minute_is_no_degradation(story: Story) -> None:
    loses(story, 0.6, ONE)
    story.at(6 * MINUTE)
    loses(story, 0.0, ONE)
    story.at(30 * MINUTE)
    assert story.incidents == {}


def test_a_path_that_loses_one_echo_now_and_then_is_no_degradation(story: Story) -> None:
    for minute in range(5, 60):
        loses(story, 0.1, ONE)
        story.at(minute * MINUTE + 10)
        loses(story, 0.0, ONE)
        story.at((minute + 1) * MINUTE)
    assert story.incidents == {}


def test_a_radio_link_that_loses_packets_is_one_incident_of_its_site(story: Story) -> None:
    loses(story, 0.2, *RADIO)
    story.at(12 * MINUTE)
    assert story.notices() == [("firing", "degraded", "east-1")]
    (incident,) = story.core.open()
    assert (incident.probe, incident.agent, incident.affected_now) == ("", "", ("east-1",))
    loses(story, 0.0, *RADIO)
    story.at(20 * MINUTE)
    assert story.notices()[1:] == [("recovered", "degraded", "east-1")]


def behind(*sites: str) -> list[tuple[str, str]]:
    """All paths across the way up of these sites, and from them to the internet."""
    paths = [("noc", site) for site in sites]
    return paths + [(site, "internet") for site in sites]


EAST = ("pop-east", "east-1", "east-2", "east-3")


def test_a_pop_whose_link_loses_packets_is_one_incident_with_its_sites(story: Story) -> None:
    loses(story, 0.2, *behind(*EAST))
    story.at(12 * MINUTE)
    assert story.notices() == [("firing", "degraded", "pop-east")]
    (incident,) = story.core.open()
    assert set(incident.affected_now) == set(EAST)


def test_an_announced_path_merges_into_the_place_that_explains_it(story: Story) -> None:
    loses(story, 0.2, ("east-1", "internet"))
    story.at(12 * MINUTE)
    loses(story, 0.2, *behind(*EAST))
    story.at(20 * MINUTE)
    assert story.notices() == [("firing", "degraded", "internet"), ("firing", "degraded", "pop-east")]
    assert story.told[1].merged == (story.told[0].incident.id,)
    loses(story, 0.0, *behind(*EAST))
    story.at(30 * MINUTE)
    assert story.notices()[2:] == [("recovered", "degraded", "pop-east")]
    assert story.open() == []


def test_a_path_that_is_well_later_than_its_pop_begins_no_incident(story: Story) -> None:
    """The path loses an echo a minute longer, so it is still over its limit when the POP's incident ends."""
    loses(story, 0.2, *behind(*EAST))
    story.at(12 * MINUTE)
    loses(story, 0.0, *behind(*EAST))
    loses(story, 0.06, ONE)
    story.at(14 * MINUTE + 30)
    loses(story, 0.0, ONE)
    story.at(30 * MINUTE)
    assert story.notices() == [("firing", "degraded", "pop-east"), ("recovered", "degraded", "pop-east")]


def test_a_site_that_stays_bad_after_its_pop_is_announced_then(story: Story) -> None:
    loses(story, 0.2, *RADIO, *behind(*EAST))
    story.at(12 * MINUTE)
    loses(story, 0.0, *behind(*EAST))
    loses(story, 0.2, *RADIO)
    story.at(30 * MINUTE)
    assert ("recovered", "degraded", "pop-east") in story.notices()
    assert story.open() == [("degraded", "east-1")]


def test_the_sites_of_one_provider_are_one_incident(story: Story) -> None:
    loses(story, 0.2, *behind("east-1", "west-1"), ("pop-east", "east-1"), ("pop-west", "west-1"))
    loses(story, 0.2, ("east-1", "uplink"), ("west-1", "uplink"))
    story.at(12 * MINUTE)
    assert story.notices() == [("firing", "degraded", "provider/isp-a")]
    (incident,) = story.core.open()
    assert set(incident.affected_now) == {"east-1", "west-1"}


def test_a_slow_internet_is_one_incident_from_all_sites(story: Story) -> None:
    sites = [site for site in story.network.sites if ("icmp", "internet") in story.network.probes[site]]
    for site in sites:
        story.measures(site, "internet", rtt_median_seconds=0.4)
    story.at(12 * MINUTE)
    assert story.notices() == [("firing", "degraded", "internet")]
    (incident,) = story.core.open()
    assert set(incident.affected_now) == set(sites)
    assert incident.excess is not None
    assert incident.excess.metric == "icmp_rtt_median_seconds"


def test_a_site_that_goes_down_takes_its_degradation_over(story: Story) -> None:
    loses(story, 0.2, *RADIO)
    story.at(12 * MINUTE)
    degraded = story.told[0].incident.id
    story.silent = {"east-1"}
    for at in (722.0, 723.0):
        story.at(at)
        story.lost("pop-east", "east-1", since=720.5)
        story.lost("noc", "east-1", since=720.5)
    story.at(14 * MINUTE)
    assert story.notices()[1:] == [("firing", "site_down", "east-1")]
    assert story.told[1].merged == (degraded,)
    assert story.open() == [("site_down", "east-1")]


def test_a_target_that_goes_down_takes_its_degradation_over(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(12 * MINUTE)
    for at in (722.0, 732.0, 742.0, 800.0):
        story.at(at)
        story.lost("east-2", "internet", since=720.0)
    assert story.open() == [("target_down", "internet")]
    story.at(15 * MINUTE)
    assert story.told[1].merged == (story.told[0].incident.id,)


def test_a_path_without_values_is_neither_degraded_nor_well(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(8 * MINUTE)
    story.measures("east-2", "internet", loss_ratio=None, rtt_median_seconds=None)
    story.at(30 * MINUTE)
    assert story.incidents == {}
    loses(story, 0.12, ONE)
    story.at(40 * MINUTE)
    assert story.open() == [("degraded", "internet")]
    story.measures("east-2", "internet", loss_ratio=None)
    story.at(80 * MINUTE)
    assert story.open() == [("degraded", "internet")]


def test_a_silent_agent_and_a_blind_collector_end_no_degradation(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(12 * MINUTE)
    story.silent = {"east-2"}
    story.at(40 * MINUTE)
    assert ("degraded", "internet") in story.open()
    story.silent = set()
    story.at(45 * MINUTE)
    story.tell(Disconnected())
    story.silent = set(story.network.sites)
    story.at(80 * MINUTE)
    assert ("degraded", "internet") in story.open()
    story.tell(Connected())
    story.silent = set()
    story.at(90 * MINUTE)
    assert [notice for notice in story.notices() if notice[1] == "degraded"] == [
        ("firing", "degraded", "internet")
    ]


def test_nothing_begins_out_of_the_values_of_before_a_blind_time(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(9 * MINUTE)
    story.tell(Disconnected())
    story.silent = set(story.network.sites)
    story.at(14 * MINUTE)
    story.tell(Connected())
    story.silent = set()
    story.at(18 * MINUTE)
    assert ("degraded", "internet") not in story.open()
    story.at(22 * MINUTE)
    assert ("degraded", "internet") in story.open()


@pytest.mark.parametrize("heard_again_at", [14, 40, 75])
def test_nothing_begins_out_of_the_values_of_before_a_silence(story: Story, heard_again_at: int) -> None:
    """The path is over its limit, but its agent falls silent before the incident opens."""
    loses(story, 0.25, ONE)
    story.at(10 * MINUTE - 5)
    assert story.open() == []
    story.silent = {"east-2"}
    loses(story, 0.0, ONE)
    story.at(heard_again_at * MINUTE)
    story.silent = set()
    story.at((heard_again_at + 15) * MINUTE)
    assert [notice for notice in story.notices() if notice[1] == "degraded"] == []


def test_a_degradation_after_a_silence_does_not_begin_before_it(story: Story) -> None:
    loses(story, 0.25, ONE)
    story.at(8 * MINUTE)
    story.silent = {"east-2"}
    story.at(40 * MINUTE)
    story.silent = set()
    story.at(50 * MINUTE)
    (incident,) = (one for one in story.core.open() if one.kind == "degraded")
    assert incident.began_at >= START + 40 * MINUTE


def test_a_restart_keeps_a_degradation_until_it_is_seen_to_be_over(story: Story) -> None:
    loses(story, 0.2, *RADIO)
    story.at(12 * MINUTE)
    story.restart()
    story.tell(Connected())
    story.at(30 * MINUTE)
    assert story.notices() == [("firing", "degraded", "east-1")]
    story.restart()
    story.tell(Connected())
    loses(story, 0.0, *RADIO)
    story.at(34 * MINUTE)
    assert story.open() == [("degraded", "east-1")]
    story.at(40 * MINUTE)
    assert story.notices()[1:] == [("recovered", "degraded", "east-1")]


def test_a_limit_that_leaves_the_inventory_ends_the_degradation(story: Story) -> None:
    loses(story, 0.12, ONE)
    story.at(12 * MINUTE)
    story.rearrange(town(TWO_POPS, more_probes=PROBES, parents=PARENTS))
    assert story.notices()[1:] == [("recovered", "degraded", "internet")]
    assert story.told[1].incident.removed


def test_a_bad_path_keeps_its_worst_value_until_it_is_well(story: Story) -> None:
    """A value may fall under the limit before the incident opens. A notice with such a value misleads."""
    found = Degradation(story.network)
    for second in range(0, 12 * 60, 10):
        lost = 0.055 if second < 6 * 60 else 0.0
        table = Table("icmp", ["internet"], [0], {"icmp_loss_ratio": [lost]})
        found.take(ReportedValues("east-2", START + second, table))
        if 8 * 60 < second < 9 * 60:
            (bad,) = found.bad.values()
            assert bad.excess is not None
            assert bad.excess.value == pytest.approx(0.055)
    assert not found.bad


def test_a_site_leaves_the_inventory_while_its_pop_is_degraded(story: Story) -> None:
    """While the collector is blind, nobody looks at degraded places, but their incidents lose the site."""
    loses(story, 0.2, *behind(*EAST))
    story.at(12 * MINUTE)
    story.tell(Disconnected())
    left = {site: ways for site, ways in TWO_POPS.items() if site != "east-1"}
    probes = {site: pairs for site, pairs in PROBES.items() if site != "east-1"}
    story.rearrange(town(left, more_probes=probes, parents=PARENTS, limits=LIMITS, providers=PROVIDERS))
    story.at(20 * MINUTE)
    (incident,) = (one for one in story.core.open() if one.kind == "degraded")
    assert set(incident.affected_now) == set(EAST) - {"east-1"}
