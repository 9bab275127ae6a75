"""Late data is history: no notice follows from it."""

import pytest

from collector.incidents import Affected, Subject
from collector.incidents.register import Register
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START


@pytest.fixture
def story() -> Story:
    return Story(town(TWO_POPS, noc_watches_all=False, more_probes={"west-1": [("icmp", "internet")]}))


def test_an_outage_known_only_later_opens_and_closes_without_a_notice(
    story: Story,
) -> None:
    story.at(500.0)
    story.lost("pop-east", "east-1", since=200.0, measured_at=201.2)
    assert story.incidents == {}
    story.found("pop-east", "east-1", measured_at=240.0)
    (incident,) = story.incidents.values()
    assert (incident.kind, incident.root, incident.late, incident.status) == (
        "site_down",
        "east-1",
        True,
        "closed",
    )
    assert (incident.began_at, incident.ended_at) == (START + 200.0, START + 240.0)
    assert story.told == []


def test_late_evidence_of_a_known_outage_opens_no_second_incident(story: Story) -> None:
    story.at(100.0)
    story.silent = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    story.at(300.0)
    story.found("noc", "pop-east")
    story.silent = set()
    story.at(320.0)
    story.lost("pop-east", "east-1", since=150.0, measured_at=151.0)
    story.found("pop-east", "east-1", measured_at=200.0)
    story.lost("east-1", "gateway", since=110.0, measured_at=111.0)
    story.found("east-1", "gateway", measured_at=200.0)
    assert [incident.root for incident in story.incidents.values()] == ["pop-east"]


def test_late_evidence_corrects_the_begin_of_a_known_outage(story: Story) -> None:
    story.silent = {"pop-east"}
    story.at(100.0)
    story.silent = {"pop-east", "east-1"}
    story.at(140.0)
    (outage,) = (incident for incident in story.core.open() if incident.kind == "site_down")
    assert outage.began_at == START + 100.0

    story.heard("east-1")
    story.silent = set()
    story.at(200.0)
    story.lost("pop-east", "east-1", since=95.0, measured_at=96.2)
    story.found("pop-east", "east-1", measured_at=138.0)
    corrected = story.incidents[outage.id]
    assert corrected.began_at == START + 95.0
    assert corrected.affected[0].since == START + 95.0
    assert len([incident for incident in story.incidents.values() if incident.kind == "site_down"]) == 1


def test_a_corrected_begin_does_not_overlap_a_sites_earlier_outage() -> None:
    register = Register()
    first = register.opened(Subject("site_down", "east-1"), "warning", 100, 101, (Affected("east-1", 100),))
    register.closed(first, 150, 150)
    affected = Affected("east-1", 160), Affected("pop-east", 160)
    wider = register.opened(Subject("site_down", "pop-east"), "critical", 160, 190, affected)
    corrected = register.backdated(wider, 120, 200)
    assert corrected.began_at == 120
    assert corrected.affected == (Affected("east-1", 150), Affected("pop-east", 120))


def test_a_target_lost_in_the_past_is_late_too(story: Story) -> None:
    story.at(500.0)
    story.lost("west-1", "internet", since=200.0, measured_at=202.0)
    story.found("west-1", "internet", measured_at=300.0)
    (incident,) = story.incidents.values()
    assert (incident.kind, incident.root, incident.late) == ("target_down", "internet", True)


def test_a_late_loss_without_an_end_opens_nothing(story: Story) -> None:
    story.at(500.0)
    story.lost("pop-east", "east-1", since=200.0, measured_at=201.2)
    assert len(story.core.waiting) == 1
    story.at(5000.0)
    story.found("pop-east", "east-1", measured_at=4900.0)
    assert story.incidents == {}


def test_the_backlog_of_a_long_outage_pages_nobody() -> None:
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("pop-east")
    city.run(3600.0)
    city.mend_site("pop-east")
    city.run(600.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]
    assert len(city.incidents) == 1


def test_an_agent_that_sends_a_backlog_is_believed_about_the_present(story: Story) -> None:
    lost = {"pop-east", "east-1", "east-2", "east-3"}
    story.at(100.0)
    story.silent = lost
    story.at(102.0)
    story.lost("noc", "pop-east", since=100.3)
    story.at(1000.0)
    story.silent = set()
    story.found("noc", "pop-east")
    for seconds in range(1000, 1200):
        story.at(seconds)
        story.heard("pop-east", measured_at=seconds - 900.0)
    story.silent = {"east-1"}
    story.at(1201.5)
    story.heard("pop-east", measured_at=301.0)
    story.lost("pop-east", "east-1", since=1200.3)
    story.heard("pop-east", measured_at=302.0)
    assert story.open() == [("site_down", "east-1")]
