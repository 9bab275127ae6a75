"""A site or path that goes up and down is one flapping incident, in place of an outage at each change."""

import pytest

from collector.incidents import Connected, Disconnected, WatchedApplication
from tests.fakes.maintenance import plan, work
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

MINUTE = 60.0
PARENTS = {"east-1": "pop-east", "east-2": "pop-east", "west-1": "pop-west"}
PROBES = {site: [("icmp", "internet"), ("icmp", "uplink")] for site in PARENTS}
FLAPPING = ("firing", "flapping", "east-1")
RECOVERED = ("recovered", "flapping", "east-1")


@pytest.fixture
def story() -> Story:
    return Story(town(TWO_POPS, more_probes=PROBES, parents=PARENTS)).at(60.0)


def breaks(story: Story, at: float, seconds: float, site: str = "east-1") -> None:
    """The site's router is lost from above for so long, as a radio link that breaks."""
    goes_down(story, at, site)
    story.at(at + seconds)
    comes_back(story, site)


def goes_down(story: Story, at: float, site: str = "east-1") -> None:
    story.at(at + 1.0)
    for agent in (*story.network.uplinks[site], "noc"):
        story.lost(agent, site, since=at)
    story.silent |= {site}


def comes_back(story: Story, site: str = "east-1") -> None:
    for agent in (*story.network.uplinks[site], "noc"):
        story.found(agent, site)
    story.silent -= {site}
    story.heard(site)


def test_five_changes_in_half_an_hour_are_one_incident_announced_once(story: Story) -> None:
    for number in range(12):
        breaks(story, 100.0 + 120 * number, 20.0)
    assert story.notices() == [FLAPPING]
    flapping = story.told[0].incident
    assert flapping.changes == 5
    assert flapping.began_at == pytest.approx(START + 101.0, abs=2.0)
    assert flapping.affected_now == ("east-1",)


def test_four_changes_are_two_outages(story: Story) -> None:
    breaks(story, 100.0, 120.0)
    breaks(story, 400.0, 120.0)
    story.at(45 * MINUTE)
    kinds = [kind for kind, _, _ in story.notices()]
    assert kinds == ["firing", "recovered", "firing", "recovered"]
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())


def test_five_changes_over_more_than_half_an_hour_do_not_flap(story: Story) -> None:
    for number in range(4):
        breaks(story, 100.0 + 1000 * number, 20.0)
    story.at(80 * MINUTE)
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())


def test_it_ends_after_fifteen_quiet_minutes_and_says_so(story: Story) -> None:
    for number in range(6):
        breaks(story, 100.0 + 60 * number, 20.0)
    last = story.now
    story.at(last + 14.9 * MINUTE)
    assert story.notices() == [FLAPPING]
    story.at(last + 15.5 * MINUTE)
    assert story.notices() == [FLAPPING, RECOVERED]
    assert story.told[1].incident.ended_at == pytest.approx(START + last, abs=1.0)
    assert story.open() == []


def test_outages_of_a_flapping_site_are_records_without_notices(story: Story) -> None:
    for number in range(4):
        breaks(story, 100.0 + 30 * number, 10.0)
    breaks(story, 300.0, 200.0)
    breaks(story, 700.0, 200.0)
    story.at(45 * MINUTE)
    assert story.notices() == [FLAPPING, RECOVERED]
    outages = [incident for incident in story.incidents.values() if incident.kind == "site_down"]
    assert len([outage for outage in outages if outage.status == "closed"]) >= 2
    assert all(outage.announced_at is None for outage in outages)


def test_an_outage_that_stays_is_announced_when_the_flapping_ends(story: Story) -> None:
    for number in range(4):
        breaks(story, 100.0 + 30 * number, 10.0)
    goes_down(story, 300.0)
    story.at(302.0 + 15 * MINUTE)
    assert story.notices() == [FLAPPING, ("firing", "site_down", "east-1"), RECOVERED]
    outage = story.told[1].incident
    assert outage.began_at == pytest.approx(START + 300.0, abs=1.0)
    comes_back(story)
    story.at(30 * MINUTE)
    assert story.notices()[3:] == [("recovered", "site_down", "east-1")]


def test_an_outage_that_was_announced_before_gets_its_one_recovery(story: Story) -> None:
    breaks(story, 100.0, 90.0)
    assert [kind for kind, _, _ in story.notices()] == ["firing", "recovered"]
    goes_down(story, 250.0)
    story.at(340.0)
    assert story.notices()[2:] == [("firing", "site_down", "east-1")]
    comes_back(story)
    for number in range(3):
        breaks(story, 400.0 + 30 * number, 10.0)
    story.at(50 * MINUTE)
    about = [kind for kind, about, _ in story.notices() if about == "site_down"]
    assert about == ["firing", "recovered", "firing", "recovered"]
    assert [kind for kind, about, _ in story.notices() if about == "flapping"] == ["firing", "recovered"]


def test_a_flapping_pop_is_one_incident_and_not_one_of_each_site(story: Story) -> None:
    for number in range(6):
        at = 100.0 + 60 * number
        story.at(at + 1.0)
        for site in ("pop-east", "east-1", "east-2", "east-3"):
            story.lost("noc", site, since=at)
        story.at(at + 15.0)
        for site in ("pop-east", "east-1", "east-2", "east-3"):
            story.found("noc", site)
    story.at(40 * MINUTE)
    flapping = [notice for notice in story.notices() if notice[1] == "flapping"]
    assert flapping == [("firing", "flapping", "pop-east"), ("recovered", "flapping", "pop-east")]


def test_another_site_is_announced_while_one_flaps(story: Story) -> None:
    for number in range(6):
        breaks(story, 100.0 + 30 * number, 10.0)
    goes_down(story, 300.0, "west-1")
    story.at(400.0)
    assert story.notices() == [FLAPPING, ("firing", "site_down", "west-1")]


def test_a_broker_that_comes_and_goes_is_no_flapping(story: Story) -> None:
    for number in range(8):
        story.at(100.0 + 100 * number)
        story.tell(Disconnected())
        story.silent = set(story.network.sites)
        story.at(140.0 + 100 * number)
        story.tell(Connected())
        story.silent = set()
    story.at(45 * MINUTE)
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())


def test_changes_that_come_late_are_no_flapping(story: Story) -> None:
    story.at(20 * MINUTE)
    for number in range(10):
        story.lost("noc", "east-1", since=300.0 + 60 * number, measured_at=301.0 + 60 * number)
        story.found("noc", "east-1", measured_at=320.0 + 60 * number)
    story.at(45 * MINUTE)
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())


def test_a_blind_time_is_no_quiet_time(story: Story) -> None:
    for number in range(6):
        breaks(story, 100.0 + 30 * number, 10.0)
    story.at(5 * MINUTE)
    story.tell(Disconnected())
    story.silent = set(story.network.sites)
    story.at(30 * MINUTE)
    story.tell(Connected())
    story.silent = set()
    story.at(44 * MINUTE)
    assert ("flapping", "east-1") in story.open()
    story.at(47 * MINUTE)
    assert ("flapping", "east-1") not in story.open()


def test_flapping_outlasts_a_restart_and_has_one_end(story: Story) -> None:
    for number in range(6):
        breaks(story, 100.0 + 30 * number, 10.0)
    story.restart()
    story.tell(Connected())
    story.at(10 * MINUTE)
    breaks(story, 610.0, 100.0)
    story.at(50 * MINUTE)
    assert story.notices() == [FLAPPING, RECOVERED]


def test_a_site_that_only_its_silence_shows_flaps_too() -> None:
    story = Story(town({**TWO_POPS, "lte": ("internet",), "internet": ("noc",)}, silence_only={"lte"}))
    for number in range(4):
        story.at(100.0 + 300 * number)
        story.silent = {"lte"}
        story.at(200.0 + 300 * number)
        story.silent = set()
        story.at(300.0 + 300 * number)
    assert ("firing", "flapping", "lte") in story.notices()
    story.at(60 * MINUTE)
    assert story.open() == []


def test_an_application_that_comes_and_goes_flaps() -> None:
    probes = {site: [("http", "sehat")] for site in ("east-1", "east-2", "west-1")}
    story = Story(town(TWO_POPS, applications={"sehat": WatchedApplication()}, more_probes=probes))
    for number in range(4):
        at = 100.0 + 200 * number
        for seconds in (0.0, 30.0, 60.0):
            story.at(at + seconds)
            for agent in probes:
                story.lost(agent, "sehat", since=at + seconds, kind="http")
        story.at(at + 100.0)
        for agent in probes:
            story.found(agent, "sehat", kind="http")
    assert [notice for notice in story.notices() if notice[1] == "flapping"] == [
        ("firing", "flapping", "sehat")
    ]
    story.at(60 * MINUTE)
    assert story.open() == []


def test_changes_within_planned_work_are_no_flapping(story: Story) -> None:
    story.core.follow(plan(work(0.0, 20 * MINUTE, "pop-east")), START + story.now)
    for number in range(10):
        breaks(story, 100.0 + 60 * number, 20.0)
    story.at(60 * MINUTE)
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())
    assert story.notices() == []


def test_changes_with_an_outage_of_the_pop_above_are_not_the_sites_own(story: Story) -> None:
    breaks(story, 100.0, 20.0)
    breaks(story, 300.0, 20.0)
    story.at(501.0)
    for site in ("pop-east", "east-1", "east-2", "east-3"):
        story.lost("noc", site, since=500.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(560.0)
    for site in ("pop-east", "east-1", "east-2", "east-3"):
        story.found("noc", site)
    story.silent = set()
    story.at(700.0)
    assert not any(incident.kind == "flapping" for incident in story.incidents.values())
