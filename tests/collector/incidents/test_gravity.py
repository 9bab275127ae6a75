"""An incident that becomes graver than people know rings again, once for each step."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.incidents import (
    Acknowledged,
    Affected,
    Connected,
    Disconnected,
    Gravity,
    Incident,
    WatchedApplication,
    graver,
)
from collector.incidents.gravity import LASTS_SECONDS, announced_as, rung
from tests.fakes.incidents import incident
from tests.fakes.maintenance import plan, work
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

AGENTS = ("east-1", "east-2", "west-1")
APPLICATION = {"sehat": WatchedApplication(priority=1, notify_after_seconds=0.0)}
PROBES = {agent: [("http", "sehat"), ("icmp", "internet")] for agent in AGENTS}


@pytest.fixture
def story() -> Story:
    """One place has lost the application, and people know it."""
    story = Story(town(TWO_POPS, applications=APPLICATION, more_probes=PROBES))
    _fail(story, ["east-1"], at=100.0)
    _fail(story, ["east-1"], at=130.0)
    story.at(200.0)
    assert story.notices() == [("firing", "application_down", "sehat")]
    return story


def _fail(story: Story, agents: Sequence[str], at: float) -> None:
    story.at(at)
    for agent in agents:
        story.lost(agent, "sehat", since=at, kind="http")


def _kinds(story: Story) -> list[str]:
    return [notice.kind for notice in story.told]


def test_an_application_that_is_lost_everywhere_rings_again(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(220.0 + LASTS_SECONDS)
    assert _kinds(story) == ["firing", "worsened"]
    worsened = story.told[-1]
    assert worsened.before == Gravity("warning", everywhere=False, sites=1)
    assert worsened.incident.severity == "critical"
    story.at(2000.0)
    assert _kinds(story) == ["firing", "worsened"]


def test_an_application_that_is_lost_everywhere_for_a_moment_does_not_ring(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(230.0)
    story.found("west-1", "sehat", kind="http")
    story.at(2000.0)
    assert _kinds(story) == ["firing"]


def test_each_step_rings_once_however_often_it_is_taken(story: Story) -> None:
    for at in (210.0, 610.0, 1010.0):
        _fail(story, AGENTS, at=at)
        story.at(at + 200.0)
        story.found("west-1", "sehat", kind="http")
    assert _kinds(story) == ["firing", "worsened"]


def test_a_restart_in_between_neither_loses_nor_doubles_the_ring(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(250.0)
    story.restart()
    story.tell(Connected())
    story.at(260.0)
    _fail(story, AGENTS, at=270.0)
    story.at(500.0)
    assert _kinds(story) == ["firing", "worsened"]
    story.restart()
    story.tell(Connected())
    story.at(900.0)
    assert _kinds(story) == ["firing", "worsened"]


def test_blind_time_does_not_count_as_lasting(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(215.0)
    story.tell(Disconnected())
    story.at(400.0)
    story.tell(Connected())
    _fail(story, AGENTS, at=405.0)
    _fail(story, AGENTS, at=435.0)
    story.at(400.0 + LASTS_SECONDS - 1.0)
    assert "worsened" not in _kinds(story)
    story.at(400.0 + LASTS_SECONDS + 1.0)
    assert _kinds(story)[-1] == "worsened"


def test_planned_time_does_not_count_as_lasting(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(215.0)
    story._take(story.core.follow(plan(work(215.0, 600.0, *AGENTS)), START + 215.0))
    _fail(story, AGENTS, at=620.0)
    story.at(640.0)
    assert _kinds(story) == ["firing"]


def test_the_person_who_has_it_in_hand_is_called_for_a_higher_severity(story: Story) -> None:
    story.tell(Acknowledged(story.told[0].incident.id, "Sari"))
    _fail(story, AGENTS, at=210.0)
    story.at(400.0)
    assert _kinds(story) == ["firing", "worsened"]


def test_an_outage_that_ends_before_it_rang_has_its_recovery_alone(story: Story) -> None:
    _fail(story, AGENTS, at=210.0)
    story.at(230.0)
    for agent in AGENTS:
        story.found(agent, "sehat", kind="http")
    story.at(500.0)
    assert _kinds(story) == ["firing", "recovered"]


def _of(severity: str, sites: int, **more: object) -> Incident:
    affected = tuple(Affected(f"site-{number}", 0.0) for number in range(sites))
    return replace(incident(severity=severity, affected=affected), **more)


@pytest.mark.parametrize(
    ("known", "sites", "expected"),
    [(1, 5, False), (1, 6, True), (5, 9, False), (5, 10, True), (20, 39, False), (20, 40, True)],
)
def test_twice_as_many_sites_and_five_more_are_graver(known: int, sites: int, expected: bool) -> None:
    assert graver(_of("critical", sites), Gravity("critical", False, known)) == expected


def test_more_sites_do_not_ring_for_the_person_who_deals_with_it() -> None:
    assert not graver(_of("critical", 40, acknowledged_at=1.0), Gravity("critical", False, 2))


def test_incidents_of_severity_info_ring_only_if_they_become_more_than_that() -> None:
    assert not graver(_of("info", 40), Gravity("info", False, 2))
    assert graver(_of("warning", 2), Gravity("info", False, 2))


def test_incidents_of_an_earlier_release_do_not_ring() -> None:
    assert not graver(_of("critical", 40), None)


@given(
    st.lists(st.tuples(st.sampled_from(["info", "warning", "critical"]), st.integers(0, 5000)), max_size=60)
)
def test_any_wave_rings_a_few_times_at_most(wave: list[tuple[str, int]]) -> None:
    rings = rung(_of("info", 1), "firing", 0.0)
    for severity, sites in wave:
        now = _of(severity, sites, rings=rings)
        if graver(now, announced_as(rings)):
            rings = rung(now, "worsened", 1.0)
    assert len(rings) <= 1 + 2 + 11
