"""The policy of notices: their time and their content."""

from collections.abc import Mapping

import pytest

from collector.incidents import Acknowledged, Notice, WatchedSite
from collector.incidents.announce import REMIND_SECONDS
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

URGENT = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
PRIORITY_ONE: Mapping[str, WatchedSite] = {"east-1": URGENT}


def told_after(network_sites: Mapping[str, WatchedSite], site: str) -> float:
    """Seconds from the first lost echo to the notice."""
    city = SimulatedCity(town(TWO_POPS, sites=network_sites))
    city.break_site(site)
    city.run(300.0)
    (firing,) = city.firing
    return firing.at - firing.incident.began_at


def test_a_pop_or_a_site_of_priority_one_is_told_at_once() -> None:
    assert told_after({}, "pop-east") < 3.0
    assert told_after(PRIORITY_ONE, "east-1") < 3.0


def test_a_hotspot_is_told_after_a_minute_and_another_after_its_own_time() -> None:
    assert told_after({}, "east-1") == pytest.approx(60.0)
    own = {"east-1": WatchedSite(role="hotspot", notify_after_seconds=120.0)}
    assert told_after(own, "east-1") == pytest.approx(120.0)


def test_an_outage_is_as_urgent_as_the_most_urgent_site_that_it_affects() -> None:
    uplinks = {**TWO_POPS, "school": ("east-2",)}
    sites = {"school": WatchedSite(role="office", priority=1, notify_after_seconds=0.0)}
    city = SimulatedCity(town(uplinks, sites=sites))
    city.break_site("east-2")
    city.run(5.0)
    (firing,) = city.firing
    assert (firing.incident.root, firing.incident.severity) == ("east-2", "critical")


def test_reminders_of_an_open_incident_stop_when_someone_acknowledges_it() -> None:
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("pop-east")
    city.run(2.5 * REMIND_SECONDS)
    assert [notice.kind for notice in city.told] == ["firing", "reminder", "reminder"]

    incident = city.told[0].incident
    city.tell(Acknowledged(incident.id, "Budi"))
    assert city.incidents[incident.id].acknowledged_by == "Budi"
    city.run(3 * REMIND_SECONDS)
    city.mend_site("pop-east")
    city.run(60.0)
    assert [notice.kind for notice in city.told] == ["firing", "reminder", "reminder", "recovered"]


def test_an_acknowledgement_of_an_unknown_or_closed_incident_does_nothing() -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.tell(Acknowledged("nonesuch", "Budi"))
    assert story.incidents == {}


def test_the_same_decision_gives_a_notice_the_same_id() -> None:
    def ids() -> list[str]:
        city = SimulatedCity(town(TWO_POPS), seed=5)
        city.break_site("pop-east")
        city.run(100.0)
        city.mend_site("pop-east")
        city.run(100.0)
        return [notice.id for notice in city.told]

    assert ids() == ids()
    assert len(set(ids())) == 2


def test_a_recovery_names_the_outages_that_a_short_wider_one_merged() -> None:
    sites = {
        "east-2": WatchedSite(role="hotspot", notify_after_seconds=300.0),
        "school": WatchedSite(role="hotspot", notify_after_seconds=10.0),
    }
    story = Story(town({**TWO_POPS, "school": ("east-2",)}, sites=sites))
    story.at(100.0)
    story.silent = {"school"}
    story.at(102.0)
    story.lost("east-2", "school", since=100.5)
    story.at(120.0)
    assert [(notice.kind, notice.incident.root) for notice in story.told] == [("firing", "school")]
    school = story.told[0].incident

    sites["school"] = WatchedSite(role="hotspot", notify_after_seconds=300.0)
    story.network = town({**TWO_POPS, "school": ("east-2",)}, sites=sites)
    story.core.rearrange(story.network, START + story.now)
    story.silent = {"school", "east-2"}
    story.at(132.0)
    story.lost("pop-east", "east-2", since=130.5)
    story.at(140.0)
    story.found("pop-east", "east-2")
    told = [notice for notice in story.told if notice.incident.root == "east-2"]
    assert [(notice.kind, notice.merged) for notice in told] == [("recovered", (school.id,))]


def test_every_notice_carries_the_incident_as_it_was_told() -> None:
    city = SimulatedCity(town(TWO_POPS))
    city.break_site("pop-east")
    city.run(10.0)
    (firing,) = city.told
    assert isinstance(firing, Notice)
    assert firing.incident == city.incidents[firing.incident.id]
    assert firing.incident.announced_at == firing.at
