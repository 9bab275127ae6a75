"""Certificates that end, and agents that need care: incidents for office hours."""

import pytest

from collector.incidents import Connected, Disconnected, Incident, Subject, UpkeepSeen, WatchedApplication
from collector.incidents.announce import REMIND_SECONDS
from collector.incidents.network import MANY
from collector.incidents.upkeep.look import STEPS, Look
from collector.incidents.upkeep.upkeep import MANY_AT_LEAST
from tests.fakes.played_city import PlayedCity, sample_city
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

DAY = 86400.0
MINUTE = 60.0
APPLICATION = Subject("certificate_expiry", "sehat")
CLOCK = "clock"
SITES = [f"site-{number}" for number in range(MANY_AT_LEAST + 2)]


@pytest.fixture
def story() -> Story:
    applications = {"sehat": WatchedApplication(priority=1, notify_after_seconds=0.0)}
    uplinks = {**TWO_POPS, **dict.fromkeys(SITES, ("pop-east",))}
    return Story(town(uplinks, applications=applications, more_probes={"east-1": [("http", "sehat")]}))


def look(story: Story, *subjects: Subject, bad: bool = True, minutes: int = 1, **more: object) -> None:
    """The same is seen each minute from now on."""
    for _ in range(minutes):
        seen = [UpkeepSeen(one, START + story.now, bad, **more) for one in subjects]  # type: ignore[arg-type]
        story.tell(*seen)
        story.at(story.now + MINUTE)


def trouble(what: str, *sites: str) -> list[Subject]:
    return [Subject("agent_trouble", site, what) for site in sites]


def kinds(story: Story) -> list[str]:
    return [notice.kind for notice in story.told]


def only(story: Story) -> Incident:
    (incident,) = story.core.open()
    return incident


def test_a_certificate_rings_at_its_three_steps_and_when_it_is_renewed(story: Story) -> None:
    for _, severity in reversed(STEPS):
        look(story, APPLICATION, minutes=20, severity=severity, not_after=START + 20 * DAY)
        assert only(story).severity == severity
        assert only(story).not_after == START + 20 * DAY
    assert kinds(story) == ["firing", "worsened", "worsened"]
    look(story, APPLICATION, bad=False, minutes=3)
    assert kinds(story) == ["firing", "worsened", "worsened", "recovered"]
    assert story.open() == []


def test_a_certificate_has_no_reminders(story: Story) -> None:
    for _ in range(3):
        look(story, APPLICATION, minutes=20, severity="warning")
        story.at(story.now + REMIND_SECONDS)
    assert kinds(story) == ["firing"]


def test_a_clock_that_is_wrong_for_some_minutes_ends_no_certificate(story: Story) -> None:
    look(story, APPLICATION, minutes=5, severity="critical")
    look(story, APPLICATION, bad=False, minutes=20)
    assert story.incidents == {}


def test_a_clock_that_is_wrong_for_some_minutes_makes_nothing_graver(story: Story) -> None:
    look(story, APPLICATION, minutes=20, severity="info", not_after=START + 20 * DAY)
    look(story, APPLICATION, minutes=5, severity="critical", not_after=START - DAY)
    look(story, APPLICATION, minutes=20, severity="info", not_after=START + 20 * DAY)
    assert kinds(story) == ["firing"]


def test_an_agents_clock_is_an_incident_after_half_an_hour_without_ntp(story: Story) -> None:
    look(story, *trouble(CLOCK, "east-1"), minutes=29)
    assert story.incidents == {}
    look(story, *trouble(CLOCK, "east-1"), minutes=4)
    incident = only(story)
    assert (incident.severity, incident.reason, incident.affected_now) == ("info", CLOCK, ("east-1",))
    look(story, *trouble(CLOCK, "east-1"), bad=False, minutes=12)
    assert kinds(story) == ["firing", "recovered"]


def test_an_agent_that_drops_is_an_incident_until_an_hour_after_its_last_drop(story: Story) -> None:
    look(story, *trouble("dropping", "east-1"))
    look(story, *trouble("dropping", "east-1"), bad=False, minutes=59)
    assert story.open() == [("agent_trouble", "east-1")]
    look(story, *trouble("dropping", "east-1"), bad=False, minutes=3)
    assert kinds(story) == ["firing", "recovered"]


def test_an_invitation_used_twice_is_critical_also_while_the_agent_is_silent(story: Story) -> None:
    story.silent.add("east-1")
    story.at(story.now + 10 * MINUTE)
    look(story, *trouble("used_twice", "east-1"), severity="critical")
    (incident,) = [one for one in story.incidents.values() if one.kind == "agent_trouble"]
    assert (incident.severity, incident.reason, incident.affected_now) == (
        "critical",
        "used_twice",
        ("east-1",),
    )
    look(story, *trouble("used_twice", "east-1"), bad=False)
    assert ("agent_trouble", "east-1") not in story.open()


def test_the_look_names_sites_in_doubt_until_a_box_has_joined() -> None:
    city, subject = PlayedCity(sample_city()), Subject("agent_trouble", "pop-utara", "used_twice")
    look_at = Look()
    seen = [one for one in look_at(city.state, {}, (), city.now, {"pop-utara", "gone"}) if one.bad]
    assert [(one.subject, one.severity) for one in seen] == [(subject, "critical")]
    (well,) = look_at(city.state, {}, {subject}, city.now)
    assert (well.subject, well.bad) == (subject, False)


def test_ten_agents_with_the_same_trouble_are_one_incident(story: Story) -> None:
    look(story, *trouble(CLOCK, *SITES), minutes=40)
    assert only(story).root == MANY
    assert set(only(story).affected_now) == set(SITES)
    assert kinds(story) == ["firing"]
    look(story, *trouble(CLOCK, *SITES[1:]), minutes=5)
    look(story, *trouble(CLOCK, SITES[0]), bad=False, minutes=12)
    assert set(only(story).affected_now) == set(SITES[1:])
    look(story, *trouble(CLOCK, *SITES[1:]), bad=False, minutes=12)
    assert story.open() == []
    assert kinds(story) == ["firing", "recovered"]


def test_sites_leave_the_inventory_while_the_collector_is_blind(story: Story) -> None:
    look(story, *trouble(CLOCK, *SITES), minutes=40)
    story.tell(Disconnected())
    story.at(story.now + 60)
    story.rearrange(town(TWO_POPS))
    assert ("agent_trouble", MANY) not in story.open()
    assert [kind for kind in kinds(story) if kind == "recovered"]


def test_a_site_that_is_out_begins_nothing(story: Story) -> None:
    story.silent = {"east-1"}
    story.at(100.0)
    story.lost("noc", "east-1", since=100.0)
    look(story, *trouble(CLOCK, "east-1"), minutes=40)
    assert not any(one.kind == "agent_trouble" for one in story.incidents.values())


def test_trouble_that_nobody_can_see_any_more_stays_as_it_is(story: Story) -> None:
    look(story, *trouble(CLOCK, "east-1"), minutes=40)
    story.at(story.now + DAY / 4)
    assert story.open() == [("agent_trouble", "east-1")]


def test_a_restart_keeps_an_incident_of_upkeep_and_its_end(story: Story) -> None:
    look(story, *trouble(CLOCK, *SITES), minutes=40)
    story.restart()
    story.tell(Connected())
    look(story, *trouble(CLOCK, *SITES), minutes=5)
    assert [kind for kind in kinds(story) if kind == "firing"] == ["firing"]
    assert set(trouble(CLOCK, *SITES)) <= set(story.core.tended)
    look(story, *trouble(CLOCK, *SITES), bad=False, minutes=12)
    assert ("agent_trouble", MANY) not in story.open()


@pytest.mark.parametrize(
    ("days", "expected"),
    [(22.0, None), (20.9, "info"), (7.1, "info"), (6.9, "warning"), (0.9, "critical"), (-3.0, "critical")],
)
def test_the_look_finds_a_certificates_step(days: float, expected: str | None) -> None:
    city = PlayedCity(sample_city())
    city.run(20)
    own = {"ca": city.now + days * DAY}
    found = Look()(city.state, own, (), city.now)
    assert [one.severity for one in found] == ([expected] if expected else [])


def test_the_look_finds_an_application_s_certificate_and_an_agent_s_vitals() -> None:
    city, look = PlayedCity(sample_city()), Look()
    city.ends["antrean"] = city.now + 5 * DAY
    city.vitals["hotspot-gradasi"] = {
        "agent_clock_synchronized": 0.0,
        "agent_spooled_reports": 9000.0,
        "agent_dropped_measurements_total": 3.0,
    }
    city.run(60)
    look(city.state, {}, (), city.now)
    city.vitals["hotspot-gradasi"]["agent_dropped_measurements_total"] = 4.0
    city.run(60)
    found = {one.subject for one in look(city.state, {}, (), city.now)}
    assert found == {
        Subject("certificate_expiry", "antrean"),
        *trouble("clock", "hotspot-gradasi"),
        *trouble("spool", "hotspot-gradasi"),
        *trouble("dropping", "hotspot-gradasi"),
    }


def test_the_look_says_nothing_of_an_agent_that_is_silent() -> None:
    city, look = PlayedCity(sample_city()), Look()
    city.vitals["hotspot-gradasi"] = {"agent_clock_synchronized": 0.0}
    city.run(60)
    city.stopped.add("hotspot-gradasi")
    city.run(60)
    assert look(city.state, {}, trouble(CLOCK, "hotspot-gradasi"), city.now) == []
