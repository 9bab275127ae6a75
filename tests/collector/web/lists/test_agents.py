"""The list of agents."""

import pytest

from tests.collector.web.lists.listing import agents, html
from tests.collector.web.looking import words
from tests.fakes.played_city import PlayedCity, sample_city


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.stopped.add("opd-dinkes")
    played.vitals["lurah-akcaya"] = {"agent_dropped_measurements_total": 7.0, "agent_spooled_reports": 3.0}
    played.state.agents["pop-utara"].conditions = ("held",)
    played.state.renumbered({"pop-selatan": 2})
    played.run(60)
    return played


def test_agents_in_trouble_come_first_and_say_which(city: PlayedCity) -> None:
    seen = agents(city)
    assert [(row.id, row.state) for row in seen.rows[:4]] == [
        ("opd-dinkes", "silent"),
        ("lurah-akcaya", "care"),
        ("pop-selatan", "care"),
        ("pop-utara", "care"),
    ]
    assert dict(seen.counts) == {"silent": 1, "care": 3, "fresh": 98}
    silent, dropping, old, held = seen.rows[:4]
    assert silent.heard.startswith("1 min")
    assert silent.spooled == "", "nobody knows what it holds now"
    assert (dropping.dropped, dropping.spooled) == ("7", "3")
    assert (old.assignment, held.assignment) == ("old", "current")
    assert held.conditions == ["its reports can’t be taken yet, and are kept"]


def test_the_page_has_names_as_links_in_both_languages(city: PlayedCity) -> None:
    assert '<a class="main" href="/sites/opd-dinkes">Dinas Kesehatan</a>' in html(
        "agents", agents(city), city
    )
    assert "▼ 1 diam" in words(html("agents", agents(city), city, "id"))


def test_agents_are_found_by_text_state_and_district(city: PlayedCity) -> None:
    assert [row.id for row in agents(city, q="dinas KESEHATAN").rows] == ["opd-dinkes"]
    assert {row.state for row in agents(city, state="care").rows} == {"care"}
    assert {row.district for row in agents(city, district="Pontianak Utara").rows} == {"Pontianak Utara"}
    assert agents(city, page="3").pager.said == "101–102 of 102"


def test_an_agent_whose_data_is_old_is_not_shown_as_reporting(city: PlayedCity) -> None:
    later = city.copy()
    later.now += 600
    assert dict(agents(later).counts) == {"silent": 102}
