"""The list of applications, and the page of one."""

import pytest

from collector.web.lists.application import ApplicationPage, application_page
from tests.collector.web.lists.listing import applications, html
from tests.collector.web.looking import speaker, words
from tests.fakes.played_city import PlayedCity, sample_city


@pytest.fixture(scope="module")
def calm() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.ends["pajak"] = played.now + 40 * 86400
    played.run(70)
    return played


@pytest.fixture
def city(calm: PlayedCity) -> PlayedCity:
    return calm.copy()


def page(id: str, city: PlayedCity, **params: str) -> ApplicationPage:
    found = application_page(id, city.state, city.watch.incidents, params, speaker(city.state, city.now))
    assert found is not None
    return found


def test_applications_are_shown_also_when_all_is_well(city: PlayedCity) -> None:
    rows = applications(city)
    assert rows.keys() == city.city.applications.keys()
    assert {row.state for row in rows.values()} == {"up"}
    assert rows["pajak"].said == "3 of 3 places reach it"
    assert rows["pajak"].certificate == "until 03-11-2026, 39 d 23 h left"
    owner = rows["pajak"].owner
    assert owner is not None
    assert owner.href == "/sites/opd-bapenda"


def test_an_application_that_some_places_lose_is_down_from_some(city: PlayedCity) -> None:
    city.failing["hotspot-gradasi", "pajak"] = "timeout"
    city.run(70)
    rows = applications(city)
    assert (rows["pajak"].state, rows["pajak"].said) == ("partly", "2 of 3 places reach it, 1 does not")
    assert next(iter(rows)) == "pajak", "trouble first"


def test_the_page_has_the_view_from_each_place_trouble_first(city: PlayedCity) -> None:
    city.failing["", "pajak"] = "status"
    city.run(70)
    seen = page("pajak", city)
    assert seen.state == "down"
    assert [incident.what for incident in seen.incidents] == ["application down everywhere"]
    assert {row.reason for row in seen.rows} == {"unexpected status (503)"}
    assert seen.rows[0].place.href.startswith("/sites/")
    assert "▼ down: unexpected status (503)" in words(html("application", seen, city))


def test_nothing_old_is_shown_as_up(city: PlayedCity) -> None:
    city.now += 4 * 3600
    assert {row.state for row in applications(city).values()} == {"unknown"}
    seen = page("pajak", city)
    assert {(row.state, row.response, row.certificate) for row in seen.rows} == {("unknown", "", "")}


def test_a_blind_collector_knows_no_application(city: PlayedCity) -> None:
    city.lose_broker()
    city.run(1)
    assert {row.state for row in applications(city).values()} == {"unknown"}
    assert 'class="blind"' in html("application", page("pajak", city), city, "id")


def test_many_places_come_in_pages(city: PlayedCity) -> None:
    first, second = page("antrean", city), page("antrean", city, page="2")
    assert (len(first.rows), first.pager.said) == (50, "1–50 of 96")
    assert (len(second.rows), second.pager.after) == (46, "")
    assert first.pager.after == "/applications/antrean?page=2"
