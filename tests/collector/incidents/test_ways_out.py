"""The rings of the internet: a path that is lost is one incident, and no site is down."""

import pytest

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
from tests.fakes.story import Story


def test_a_cut_cable_abroad_is_one_incident_and_no_site_is_down() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    story.at(300.0)
    assert story.open() == [("path_lost", "internet/international")]
    assert story.notices() == [("firing", "path_lost", "internet/international")]
    assert opened(story).affected_now == tuple(sorted(ALL))
    assert opened(story).weighed.cause == "international_path"
    assert {story.core.site_state(site) for site in ALL} == {"up"}


def test_the_notice_of_a_lost_path_comes_after_a_minute() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    story.at(159.0)
    assert story.notices() == []
    story.at(161.0)
    assert len(story.notices()) == 1


def test_the_path_is_back_when_most_agents_reach_it_again() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    find(story, ["noc", *A, *B[:1]], ABROAD, at=400.0)
    story.at(420.0)
    find(story, B[1:], ABROAD, at=430.0)
    story.at(900.0)
    assert story.open() == []
    assert story.notices() == [
        ("firing", "path_lost", "internet/international"),
        ("recovered", "path_lost", "internet/international"),
    ]
    assert story.told[-1].incident.ended_at == pytest.approx(story.told[0].incident.began_at + 300.0)


def test_a_lost_national_path_includes_the_international_one() -> None:
    story = Story(city())
    lose(story, ALL, OUTSIDE, at=100.0)
    find(story, ALL, OUTSIDE, at=400.0)
    story.at(900.0)
    assert story.notices() == [
        ("firing", "path_lost", "internet/national"),
        ("recovered", "path_lost", "internet/national"),
    ]


def test_a_national_path_takes_in_the_international_one_of_before() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    lose(story, ALL, ("internet", "internet2"), at=300.0)
    story.at(500.0)
    assert story.open() == [("path_lost", "internet/national")]
    firing, national = story.told
    assert (national.kind, national.incident.root) == ("firing", "internet/national")
    assert national.merged == (firing.incident.id,)


def test_abroad_alone_is_a_new_incident_when_the_country_is_back() -> None:
    story = Story(city())
    lose(story, ALL, OUTSIDE, at=100.0)
    find(story, ALL, ("internet", "internet2"), at=400.0)
    story.at(450.0)
    assert story.open() == [("path_lost", "internet/international")]
    assert opened(story).began_at == pytest.approx(story.told[0].incident.began_at + 300.0, abs=2.0)
    story.at(600.0)
    assert [root for _, _, root in story.notices()] == [
        "internet/national",
        "internet/national",
        "internet/international",
    ]


def test_one_provider_that_loses_a_ring_is_one_incident_about_that_provider() -> None:
    story = Story(city())
    lose(story, B, ABROAD, at=100.0)
    find(story, B, ABROAD, at=400.0)
    story.at(900.0)
    assert story.notices() == [
        ("firing", "path_lost", "provider/isp-b"),
        ("recovered", "path_lost", "provider/isp-b"),
    ]
    assert story.told[0].incident.weighed.cause == "provider"
    assert story.told[0].incident.affected_now == tuple(B)


def test_a_provider_that_loses_more_rings_later_is_the_same_incident() -> None:
    story = Story(city())
    lose(story, B, ABROAD, at=100.0)
    lose(story, B, ("internet", "internet2"), at=300.0)
    find(story, B, ("internet", "internet2"), at=400.0)
    story.at(420.0)
    assert story.open() == [("path_lost", "provider/isp-b")]
    find(story, B, ABROAD, at=500.0)
    story.at(900.0)
    assert [kind for kind, _, _ in story.notices()] == ["firing", "recovered"]


def test_one_agent_alone_misses_a_target_as_before() -> None:
    story = Story(city())
    lose(story, B[:1], ABROAD, at=100.0)
    story.at(300.0)
    assert story.open() == [("target_down", "internet3"), ("target_down", "internet4")]


def test_a_city_with_one_provider_says_what_it_said_before() -> None:
    story = Story(city(dict.fromkeys(ALL, "isp-a")))
    lose(story, ALL, ABROAD, at=100.0)
    story.at(300.0)
    assert story.open() == [("target_down", "internet3"), ("target_down", "internet4")]


def test_the_core_without_internet_is_no_path_and_no_provider() -> None:
    """Agents behind the internet cannot report then, so nobody knows whether their provider has it."""
    story = Story(city())
    story.at(99.0)
    story.silent |= set(B)
    lose(story, ["noc", *A], RINGS, at=100.0)
    story.at(300.0)
    assert story.open() == [("target_down", "internet")]
    assert {story.core.site_state(site) for site in B} == {"unknown"}


def test_a_restart_in_the_middle_makes_no_second_notice() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    story.at(200.0)
    story.restart()
    story.connect()
    lose(story, ALL, ABROAD, at=210.0)
    for agent in ALL:
        for target in ("internet", "internet2", "internet5"):
            story.found(agent, target)
    story.at(300.0)
    assert story.open() == [("path_lost", "internet/international")]
    find(story, ALL, ABROAD, at=400.0)
    story.at(900.0)
    assert [kind for kind, _, _ in story.notices()] == ["firing", "recovered"]


def test_a_path_that_comes_and_goes_within_seconds_stays_one_incident() -> None:
    story = Story(city())
    lose(story, ALL, ABROAD, at=100.0)
    for at in (200.0, 215.0):
        find(story, ALL, ABROAD, at=at)
        lose_once(story, ALL, ABROAD, at=at + 1.0, said_at=at + 3.0)
    find(story, ALL, ABROAD, at=300.0)
    story.at(900.0)
    assert [one for one in story.notices() if one[1] == "path_lost"] == [
        ("firing", "path_lost", "internet/international"),
        ("recovered", "path_lost", "internet/international"),
    ]
