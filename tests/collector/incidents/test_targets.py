"""Targets and applications that are down everywhere, or from some sites only."""

import pytest

from collector.incidents import Connected, Disconnected, WatchedApplication
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

HTTP = ("http", "sehat")
INTERNET = ("icmp", "internet")
PROBES = {
    "east-1": [HTTP, INTERNET],
    "east-2": [HTTP, INTERNET],
    "west-1": [HTTP, INTERNET, ("dns", "resolver")],
}


@pytest.fixture
def story() -> Story:
    applications = {"sehat": WatchedApplication(priority=1, notify_after_seconds=0.0)}
    return Story(town(TWO_POPS, applications=applications, more_probes=PROBES))


def fails(story: Story, agent: str, at: float) -> None:
    story.at(at)
    story.lost(agent, "sehat", since=at, kind="http")


def test_one_failed_run_is_no_outage(story: Story) -> None:
    fails(story, "east-1", at=100.0)
    story.at(130.0)
    story.found("east-1", "sehat", kind="http")
    story.at(300.0)
    assert story.incidents == {}


def test_an_application_that_fails_from_one_place_is_down_from_here(story: Story) -> None:
    fails(story, "east-1", at=100.0)
    fails(story, "east-1", at=130.0)
    story.at(145.0)
    (incident,) = story.core.open()
    assert (incident.kind, incident.scope, incident.severity) == ("application_down", "here", "warning")
    assert incident.affected_now == ("east-1",)
    assert incident.began_at == pytest.approx(incident.opened_at - 40.0)


def test_an_application_that_nobody_finds_up_is_down_everywhere(story: Story) -> None:
    for agent in ("east-1", "east-2", "west-1"):
        fails(story, agent, at=100.0)
    story.at(115.0)
    (incident,) = story.core.open()
    assert (incident.scope, incident.severity) == ("everywhere", "critical")
    assert story.notices() == [("firing", "application_down", "sehat")]

    story.found("west-1", "sehat", kind="http")
    (incident,) = story.core.open()
    assert (incident.scope, set(incident.affected_now)) == ("here", {"east-1", "east-2"})

    for agent in ("east-1", "east-2"):
        story.found(agent, "sehat", kind="http")
    assert story.notices()[1:] == [("recovered", "application_down", "sehat")]


def test_the_internet_lost_from_three_places_is_one_incident(story: Story) -> None:
    story.at(102.0)
    for agent in ("east-1", "east-2", "west-1"):
        story.lost(agent, "internet", since=100.0)
    story.at(115.0)
    (incident,) = story.core.open()
    assert (incident.kind, incident.scope, len(incident.affected_now)) == ("target_down", "everywhere", 3)
    assert story.notices() == []
    story.at(165.0)
    assert story.notices() == [("firing", "target_down", "internet")]


def test_a_target_of_an_agents_own_is_an_incident_of_that_agent(story: Story) -> None:
    story.at(100.0)
    story.lost("west-1", "resolver", since=100.0, kind="dns")
    story.at(110.0)
    story.lost("west-1", "resolver", since=110.0, kind="dns")
    story.at(130.0)
    (incident,) = story.core.open()
    assert (incident.kind, incident.root, incident.probe, incident.agent) == (
        "target_down",
        "resolver",
        "dns",
        "west-1",
    )


def test_an_agent_whose_site_is_out_gives_no_evidence_about_others(story: Story) -> None:
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    story.lost("pop-east", "east-1", since=100.5)
    story.at(160.0)
    story.lost("east-1", "internet", since=101.0, measured_at=102.0)
    story.lost("east-1", "internet", since=101.0, measured_at=152.0)
    story.at(175.0)
    assert ("target_down", "internet") not in story.open()


def test_the_outage_of_a_site_merges_the_incident_of_a_lost_target(story: Story) -> None:
    story.at(102.0)
    story.lost("east-1", "gateway", since=100.0)
    story.at(120.0)
    assert story.open() == [("target_down", "gateway")]

    story.silent = {"east-1"}
    story.at(132.0)
    story.lost("pop-east", "east-1", since=130.5)
    assert story.open() == [("site_down", "east-1")]


def test_an_application_lost_from_a_dead_site_stays_open_until_news_come(
    story: Story,
) -> None:
    for agent in ("east-1", "east-2", "west-1"):
        fails(story, agent, at=100.0)
    story.at(115.0)
    story.restart()
    story.at(400.0)
    assert ("application_down", "sehat") in story.open()


def test_an_application_does_not_recover_because_its_observer_is_cut_off(story: Story) -> None:
    for at in (100.0, 110.0):
        fails(story, "east-1", at)
    story.at(125.0)
    (incident,) = story.core.open()
    story.silent = {"east-1"}
    story.at(132.0)
    story.lost("pop-east", "east-1", since=130.5)
    story.at(200.0)
    assert story.open() == [("application_down", "sehat"), ("site_down", "east-1")]

    story.silent = set()
    story.found("pop-east", "east-1")
    story.at(220.0)
    fails(story, "east-1", 221.0)
    story.at(250.0)
    assert [one.id for one in story.core.open()] == [incident.id]
    story.found("east-1", "sehat", kind="http")
    assert [notice.kind for notice in story.told if notice.incident.id == incident.id] == [
        "firing",
        "recovered",
    ]


def test_an_application_gets_no_worse_because_other_observers_are_cut_off(story: Story) -> None:
    for at in (100.0, 110.0):
        fails(story, "west-1", at)
    story.at(125.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(132.0)
    story.lost("noc", "pop-east", since=130.3)
    story.at(135.0)
    fails(story, "west-1", 140.0)
    incident = next(one for one in story.core.open() if one.kind == "application_down")
    assert (incident.scope, incident.severity, incident.affected_now) == ("here", "warning", ("west-1",))


def test_applications_probed_from_cut_sites_open_nothing_after_the_cut(
    story: Story,
) -> None:
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    story.at(200.0)
    story.silent = set()
    story.found("noc", "pop-east")
    for agent in ("east-1", "east-2"):  # their spooled findings, and those of their return
        for measured_at in (120.0, 150.0, 199.0):
            story.lost(agent, "sehat", since=measured_at, kind="http", measured_at=measured_at)
            story.lost(agent, "internet", since=100.4, measured_at=measured_at)
    story.at(203.0)
    for agent in ("east-1", "east-2"):
        story.found(agent, "internet")
    story.at(230.0)
    for agent in ("east-1", "east-2"):
        story.found(agent, "sehat", kind="http")
    story.at(400.0)
    assert story.open() == []
    told = [notice for notice in story.notices() if notice[1] != "site_down"]
    assert told == []


PROBED = {site: [("http", "sehat")] for site in ("east-1", "east-2", "west-1", "west-2")}


def seen_from_two_of_four() -> Story:
    """An application of priority 1 that is down from the east, and up from the west."""
    applications = {"sehat": WatchedApplication(priority=1, notify_after_seconds=0.0)}
    story = Story(town(TWO_POPS, applications=applications, more_probes=PROBED))
    story.at(100.0)
    for second in (1.0, 11.0):
        story.at(100.0 + second)
        for site in ("east-1", "east-2"):
            story.lost(site, "sehat", since=100.5, kind="http")
    story.at(125.0)
    (incident,) = story.core.open()
    assert (incident.scope, incident.severity) == ("here", "warning")
    return story


def test_an_application_is_not_down_everywhere_because_the_broker_is_away() -> None:
    story = seen_from_two_of_four()
    story.tell(Disconnected())
    story.at(200.0)
    (incident,) = (one for one in story.core.open() if one.kind == "application_down")
    assert (incident.scope, incident.severity) == ("here", "warning")


def test_an_application_is_not_down_everywhere_while_agents_come_back() -> None:
    story = seen_from_two_of_four()
    story.tell(Disconnected())
    story.at(130.5)
    story.tell(Connected())
    story.silent = {"west-1", "west-2"}
    for seconds in range(132, 190, 10):
        story.at(seconds)
        for site in ("east-1", "east-2"):
            story.lost(site, "sehat", since=100.5, kind="http")
    (incident,) = story.core.open()
    assert (incident.scope, incident.severity) == ("here", "warning")


def test_an_application_is_not_down_everywhere_because_agents_fall_silent() -> None:
    story = seen_from_two_of_four()
    story.silent = {"west-1", "pop-west", "west-2", "both"}
    story.at(131.0)
    story.lost("noc", "pop-west", since=130.0)
    for seconds in range(132, 230, 10):
        story.at(seconds)
        for site in ("east-1", "east-2"):
            story.lost(site, "sehat", since=100.5, kind="http")
    (incident,) = (one for one in story.core.open() if one.kind == "application_down")
    assert (incident.scope, incident.severity) == ("here", "warning")
    assert story.core.application_state("sehat") == "unknown"


def test_an_application_is_down_everywhere_once_all_agents_find_it_down() -> None:
    story = seen_from_two_of_four()
    for seconds in (126.0, 136.0):
        story.at(seconds)
        for site in ("west-1", "west-2"):
            story.lost(site, "sehat", since=125.5, kind="http")
    story.at(150.0)
    (incident,) = story.core.open()
    assert (incident.scope, incident.severity) == ("everywhere", "critical")


def test_a_site_is_not_down_because_the_pop_above_gives_no_more_findings() -> None:
    story = Story(town(TWO_POPS, noc_watches_all=False))
    story.silent = {"both"}  # it has no agent
    story.core = type(story.core)(story.network, START + story.now, (), set(TWO_POPS) - {"both"})
    story.tell(Connected())
    for agent in sorted(set(TWO_POPS) - {"both"}):
        story.heard(agent)
    story.found("pop-west", "both")
    story.at(100.0)
    story.lost("pop-east", "both", since=98.5)
    story.at(120.0)
    assert story.core.site_state("both") == "up"
    story.silent = {"both", "pop-west"}
    story.at(200.0)
    story.lost("pop-east", "both", since=98.5)
    story.at(210.0)
    assert ("site_down", "both") not in story.open()
    assert story.core.site_state("both") == "unknown"
