"""Open incidents go on over a restart of the collector and a change of the inventory."""

import pytest

from collector.incidents import Acknowledged, Connected, WatchedSite
from collector.incidents.announce import REMIND_SECONDS
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START


@pytest.fixture
def city() -> SimulatedCity:
    return SimulatedCity(town(TWO_POPS))


def restart(city: SimulatedCity, away_seconds: float = 5.0) -> None:
    city.kill_collector()
    city.run(away_seconds)
    city.start_collector()


def test_an_open_incident_keeps_its_acknowledgement_over_a_restart(
    city: SimulatedCity,
) -> None:
    city.break_site("pop-east")
    city.run(10.0)
    (firing,) = city.told
    city.tell(Acknowledged(firing.incident.id, "Budi"))
    restart(city)
    city.run(2 * REMIND_SECONDS)
    (incident,) = city.open()
    assert (incident.id, incident.acknowledged_by) == (firing.incident.id, "Budi")
    assert city.told == [firing]

    city.mend_site("pop-east")
    city.run(100.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


def test_a_recovery_while_the_collector_was_away_is_told(city: SimulatedCity) -> None:
    city.break_site("pop-east")
    city.run(10.0)
    city.kill_collector()
    city.run(30.0)
    city.mend_site("pop-east")
    city.run(30.0)
    city.start_collector()
    city.run(60.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


def test_an_incident_that_became_due_meanwhile_waits_for_new_evidence() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    story.lost("pop-east", "east-1", since=100.5)
    assert story.open() == [("site_down", "east-1")]

    story.at(120.0)
    story.restart()
    story.silent = set(story.network.sites)
    story.at(300.0)
    assert not any(notice.incident.kind == "site_down" for notice in story.told)


def test_an_incident_that_became_due_meanwhile_is_told_on_new_evidence(
    city: SimulatedCity,
) -> None:
    city.break_site("east-1")
    city.run(40.0)
    restart(city, away_seconds=60.0)
    city.run(90.0)
    assert [(notice.kind, notice.incident.root) for notice in city.told] == [("firing", "east-1")]


def test_a_site_stays_with_the_outage_that_covers_it(city: SimulatedCity) -> None:
    for pop in ("pop-west", "pop-east"):
        city.break_site(pop)
        city.run(60.0)
    covering = {incident.root: incident.affected for incident in city.open()}
    restart(city)
    city.run(100.0)
    assert {incident.root: incident.affected for incident in city.open()} == covering


def test_a_restart_on_a_calm_day_is_not_noticed(city: SimulatedCity) -> None:
    for _ in range(5):
        restart(city)
        city.run(100.0)
    assert city.records == []


def test_a_slow_agent_has_time_to_report_after_a_restart() -> None:
    slow = WatchedSite(role="hotspot", report_interval_seconds=60.0, silence_seconds=180.0)
    story = Story(town(TWO_POPS, sites={"east-1": slow}))
    story.at(100.5)
    story.heard("east-1")
    story.lost("pop-east", "east-1", since=100.2)
    story.silent = {"east-1"}
    story.restart()
    story.tell(Connected())
    for at in range(110, 160, 10):
        story.at(at)
        story.lost("pop-east", "east-1", since=100.2)
    assert ("site_down", "east-1") not in story.open()
    story.heard("east-1")
    story.at(180.0)
    assert ("site_down", "east-1") not in story.open()


def test_the_incident_of_a_site_that_left_the_inventory_ends_with_a_notice() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    story.lost("pop-east", "east-1", since=100.5)
    story.at(170.0)
    smaller = town({site: above for site, above in TWO_POPS.items() if site != "east-1"})
    records = story.core.rearrange(smaller, START + story.now)
    assert [type(record).__name__ for record in records] == ["Transition", "Notice"]
    assert records[0].incident.removed
    assert story.core.open() == []


def test_an_inventory_change_keeps_open_incidents_and_findings() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = {"east-1"}
    story.at(102.0)
    story.lost("pop-east", "east-1", since=100.5)
    larger = town({**TWO_POPS, "east-4": ("pop-east",)})
    assert story.core.rearrange(larger, START + story.now) == []
    assert story.open() == [("site_down", "east-1")]
    assert story.core.site_state("west-1") == "up"
    assert story.core.site_state("east-4") == "unknown"
