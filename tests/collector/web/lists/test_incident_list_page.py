"""The page of all incidents."""

import re
from collections.abc import Iterator

import pytest

from collector.changes import Changes
from tests.collector.web.looking import words
from tests.collector.web.serving import Served, serving
from tests.fakes.incidents import incident, over
from tests.fakes.played_city import PlayedCity, sample_city

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add("camat-utara")
    city.run(60)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    past = [
        over(
            incident(
                id=f"past{number:04}",
                root="opd-dinkes",
                began_at=city.now - 4e5 - 1000 * number,
                acknowledged_by="Sari",
            ),
            city.now - 4e5 - 1000 * number + 90,
        )
        for number in range(60)
    ]
    with serving(served):
        known = [*city.watch.incidents.open(), *past]
        served.store.commit(Changes(incidents={one.id: one for one in known}))
        yield served


def test_open_and_past_incidents_are_listed_with_names_as_links(web: Served) -> None:
    html = web.get("/incidents", **BROWSER).text
    shown = words(html)
    assert "▼ Kantor Camat Pontianak Utara: site down" in shown or "◆ Kantor Camat Pontianak Utara" in shown
    assert "not acknowledged" in shown
    assert "✓ Dinas Kesehatan: site down" in shown
    assert "1 min 30 s" in shown
    assert '<a href="/sites/opd-dinkes">Dinas Kesehatan</a>' in html
    assert len(re.findall(r'class="main" href="/incidents/', html)) == 50


def test_the_pages_follow_each_other_and_keep_filter_and_language(web: Served) -> None:
    first = web.get("/incidents?state=over&lang=id", **BROWSER).text
    (older,) = re.findall(r'href="([^"]*)" rel="next"', first)
    second = web.get(older.replace("&amp;", "&"), **BROWSER).text
    assert '<html lang="id">' in second
    assert len(re.findall(r'class="main" href="/incidents/past', second)) == 10
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=sari", 50),
        ("q=past0007", 1),
        ("district=Pontianak Utara", 1),
        ("kind=site_down&state=open", 1),
        ("severity=info", 0),
        ("to=2026-09-17", 0),
        ("from=2026-09-24", 1),
    ],
)
def test_the_list_is_filtered(web: Served, query: str, found: int) -> None:
    html = web.get(f"/incidents?{query.replace(' ', '%20')}", **BROWSER).text
    assert len(re.findall(r'class="main" href="/incidents/', html)) == found


@pytest.mark.parametrize("query", ["kind=fire", "state=x", "from=yesterday", "after=1-x-y", "to=9999-12-31"])
def test_a_bad_parameter_is_a_page_for_a_person_and_json_for_a_program(web: Served, query: str) -> None:
    key, _, value = query.partition("=")
    page = web.get(f"/incidents?{query}&lang=id", **BROWSER)
    assert (page.status, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert f"“{key}” tidak boleh “{value}”" in page.text
    answer = web.get(f"/incidents?{query}")
    assert (answer.status, answer.headers["content-type"]) == (422, "application/json")


def test_an_answer_that_refuses_is_a_page_for_a_person(web: Served) -> None:
    page = web.ask("PUT", "/maintenance?lang=id", b"", **BROWSER)
    assert page.status == 405
    assert page.headers["allow"]
    assert "tidak dapat diminta dengan cara ini" in page.text
    assert web.ask("PUT", "/maintenance").headers["content-type"] == "application/json"


def test_the_programs_list_stays_as_it_is(web: Served) -> None:
    assert web.get("/api/incidents", **BROWSER).headers["content-type"] == "application/json"
