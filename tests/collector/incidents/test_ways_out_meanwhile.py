"""A lost path of the internet and its surroundings: late agents, other providers, planned work."""

import pytest

from collector.planned import PlannedWork
from tests.collector.incidents.ringed_city import (
    ABROAD,
    ALL,
    OUTSIDE,
    RINGS,
    A,
    B,
    city,
    find,
    lose,
    lose_once,
    opened,
)
from tests.fakes.maintenance import plan, work
from tests.fakes.story import Story
from tests.fakes.virtual_time import START


def test_the_last_agents_that_come_back_late_make_no_notice() -> None:
    """A metered agent pings each 20 s: it finds the ring again after the path is back."""
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    find(story, ALL[2:], ABROAD, at=400.0)
    find(story, ALL[:2], ABROAD, at=440.0)
    story.at(900.0)
    assert [(kind, root) for kind, _, root in story.notices()] == [
        ("firing", "internet/international"),
        ("recovered", "internet/international"),
    ]


def test_an_agent_that_stays_cut_off_is_announced_a_minute_later() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    find(story, ALL[:-1], ABROAD, at=400.0)
    story.at(455.0)
    assert len(story.told) == 2
    story.at(480.0)
    left = [notice.incident for notice in story.told[2:]]
    assert [(one.root, one.affected_now) for one in left] == [
        ("internet3", ("b-4",)),
        ("internet4", ("b-4",)),
    ]
    assert left[0].began_at == pytest.approx(START + 400.0, abs=2.0)


def test_a_path_lost_to_a_second_provider_takes_in_the_first_providers_incident() -> None:
    story = Story(city())
    lose(story, B, ABROAD, at=100.0)
    story.at(200.0)
    lose(story, ["noc", *A], ABROAD, at=300.0)
    story.at(400.0)
    assert story.open() == [("path_lost", "internet/international")]
    first, second = story.told
    assert (first.incident.root, second.merged) == ("provider/isp-b", (first.incident.id,))
    assert second.incident.began_at == pytest.approx(START + 300.0)


def test_a_provider_that_stays_without_the_path_is_an_incident_from_then_on() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    find(story, ["noc", *A], ABROAD, at=400.0)
    story.at(600.0)
    assert [(kind, root) for kind, _, root in story.notices()] == [
        ("firing", "internet/international"),
        ("recovered", "internet/international"),
        ("firing", "provider/isp-b"),
    ]
    assert opened(story).began_at == pytest.approx(START + 400.0, abs=2.0)


def test_no_incident_opens_while_the_agents_of_others_have_yet_to_report() -> None:
    """Agents of isp-b report each minute: until then they may have lost it too."""
    story = Story(city())
    story.at(90.0)
    story.silent |= set(B)
    lose_once(story, ["noc", *A], ABROAD, at=91.0, said_at=93.0)
    story.at(110.0)
    assert story.open() == []
    for agent in B:
        story.heard(agent)
    story.silent.clear()
    story.at(125.0)
    assert story.open() == [("path_lost", "provider/isp-a")]


def test_what_fails_together_with_the_path_is_a_part_of_it() -> None:
    story = Story(city(mail_from=A))
    lose(story, ALL, ABROAD, at=100.0)
    for agent in A:
        story.lost(agent, "mail", since=110.0, kind="http")
    story.at(170.0)
    for agent in A:
        story.lost(agent, "mail", since=110.0, kind="http")
    story.at(400.0)
    assert story.notices() == [("firing", "path_lost", "internet/international")]


def test_an_application_that_fails_later_is_an_incident_of_its_own() -> None:
    story = Story(city(mail_from=A))
    lose(story, ALL, ABROAD, at=100.0)
    story.at(300.0)
    for said_at in (300.0, 310.0):
        story.at(said_at)
        for agent in A:
            story.lost(agent, "mail", since=295.0, kind="http")
    story.at(400.0)
    assert ("application_down", "mail") in story.open()


def test_a_site_that_goes_out_meanwhile_does_not_end_the_incident() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    story.at(200.0)
    story.silent |= {"a-1"}
    story.lost("noc", "a-1", since=199.0)
    story.at(300.0)
    assert story.open() == [("path_lost", "internet/international"), ("site_down", "a-1")]


def test_a_provider_that_leaves_the_inventory_takes_its_incident_along() -> None:
    story = Story(city())
    lose(story, B, ABROAD, at=100.0)
    story.at(200.0)
    story.rearrange(city(exits=dict.fromkeys(ALL, "isp-a")))
    story.at(300.0)
    assert ("path_lost", "provider/isp-b") not in story.open()
    assert story.told[1].kind == "recovered"
    assert story.told[1].incident.removed


def test_a_ring_that_leaves_the_inventory_takes_its_incident_along() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    story.rearrange(city(rings={name: ring for name, ring in RINGS.items() if name not in ABROAD}))
    assert story.open() == []


def test_a_provider_is_back_when_it_reaches_the_rings_that_are_left() -> None:
    story = Story(city())
    lose(story, B, OUTSIDE, at=100.0)
    story.rearrange(city(rings={name: ring for name, ring in RINGS.items() if ring != "national"}))
    assert story.open() == [("path_lost", "provider/isp-b")]
    find(story, B, ABROAD, at=300.0)
    story.at(320.0)
    assert story.open() == []


def test_a_path_that_flaps_for_long_stops_ringing() -> None:
    story = Story(city())
    for at in range(100, 1000, 100):
        lose_once(story, ALL, ABROAD, at=float(at), said_at=at + 2.0)
        find(story, ALL, ABROAD, at=at + 75.0)
    story.at(1000.0)
    rings = [one for one in story.notices() if one[1] == "path_lost" and one[0] == "firing"]
    assert len(rings) <= 3
    assert any(kind == "flapping" for kind, _ in story.open())


PROVIDERS_WORK = work(0, 3600)._replace(providers=frozenset({"isp-b"}))


@pytest.mark.parametrize("window", [PROVIDERS_WORK, work(0, 3600, *B)], ids=["provider", "sites"])
def test_planned_work_of_a_provider_or_its_sites_makes_no_notice(window: PlannedWork) -> None:
    story = Story(city())
    story.follow(plan(window))
    lose(story, B, ABROAD, at=100.0)
    story.at(400.0)
    assert story.open() == [("path_lost", "provider/isp-b")]
    assert story.told == []


def test_a_site_that_is_out_does_not_count() -> None:
    story = Story(city())
    story.silent |= set(B[:2])
    lose(story, ["noc"], [], at=60.0)
    story.at(120.0)
    assert len(story.open()) == 2
    lose(story, B[2:], ABROAD, at=150.0)
    story.at(250.0)
    assert ("path_lost", "provider/isp-b") in story.open()
