"""The list of agents."""

import pytest

from collector.authority.membership import Membership
from collector.incidents.upkeep.look import DAY_SECONDS as DAY
from collector.incidents.upkeep.look import OWN_EXPIRY
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
    played.vitals["opd-bapenda"] = {OWN_EXPIRY: played.now + 3.5 * DAY, "agent_clock_synchronized": 0.0}
    played.run(60)
    return played


def test_agents_in_trouble_come_first_and_say_which(city: PlayedCity) -> None:
    seen = agents(city)
    assert [(row.id, row.state, row.worries) for row in seen.rows[:5]] == [
        ("opd-dinkes", "silent", ["silent"]),
        ("opd-bapenda", "care", ["certificate_ends_soon", "clock"]),
        ("pop-utara", "care", ["condition"]),
        ("lurah-akcaya", "care", ["dropped"]),
        ("pop-selatan", "care", ["assignment"]),
    ]
    assert dict(seen.counts) == {"silent": 1, "care": 4, "fresh": 97}
    silent, ending, held, dropping, old = seen.rows[:5]
    assert silent.heard.startswith("1 min")
    assert silent.spooled == "", "nobody knows what it holds now"
    assert ending.certificate == "3 days"
    assert (dropping.dropped, dropping.spooled) == ("7", "3")
    assert old.conditions == ["works by an old assignment"]
    assert held.conditions == ["its reports can’t be taken yet, and are kept"]


def test_an_agent_shows_the_bytes_that_it_sent_today_and_since_when(city: PlayedCity) -> None:
    seen = agents(city)
    assert seen.bytes_since == "14:00", "the city began to play then"
    sent = {row.id: row.bytes for row in seen.rows}
    assert sent["opd-dinkes"].endswith("kB")
    assert f"{seen.bytes} from these agents since 14:00" in words(html("agents", seen, city))


def test_an_invited_agent_is_told_apart_from_a_lost_and_a_revoked_one(city: PlayedCity) -> None:
    later = city.copy()
    later.state.agents["pop-utara"].received = later.state.agents["pop-utara"].measured = 0.0
    later.now += 600
    book = {
        "pop-utara": Membership("invited", None, later.now + 3600),
        "opd-dinkes": Membership("revoked", later.now - 5 * DAY),
        "opd-bapenda": Membership("joined", later.now - 60),
    }
    rows = agents(later, book, page="1").rows
    assert (rows[0].id, rows[0].worries) == ("opd-bapenda", ["certificate_ended", "silent"])
    last = agents(later, book, page="3").rows
    assert [(row.id, row.joining) for row in last[-2:]] == [
        ("pop-utara", "invited until 15:11"),
        ("opd-dinkes", "revoked"),
    ]


def test_an_agent_that_floods_comes_first_and_says_so(city: PlayedCity) -> None:
    first = agents(city, flooding=["pop-selatan"]).rows[0]
    assert (first.id, first.worries[0]) == ("pop-selatan", "floods")
    assert first.conditions[0].startswith("floods: it is denied")


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
