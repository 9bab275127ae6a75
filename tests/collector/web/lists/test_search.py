"""The search box of every page."""

from collections.abc import Iterator

import pytest

from collector.changes import Changes
from tests.collector.web.looking import words
from tests.collector.web.serving import Served, serving
from tests.fakes.incidents import incident, over
from tests.fakes.played_city import PlayedCity, sample_city

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add("camat-utara")
    city.run(60)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        gone = over(incident(id="past2345", root="opd-dinkes"))
        served.store.commit(Changes(incidents={gone.id: gone}))
        yield served


@pytest.mark.parametrize(
    ("find", "href", "name"),
    [
        ("camat%20pontianak%20UTARA", "/sites/camat-utara", "Kantor Camat Pontianak Utara"),
        ("lokapasar", "/applications/lokapasar", "Lokapasar UMKM"),
        (
            "camat-utara-fiber",
            "/links/camat-utara-fiber",
            "Kantor Camat Pontianak Utara → POP Pontianak Utara",
        ),
        ("isp-a", "/providers/isp-a", "ISP A"),
        ("past2345", "/incidents/past2345", "Dinas Kesehatan: site down"),
        ("10.61.1.1", "/sites/", ""),
    ],
)
def test_each_thing_is_found_by_its_name_or_id(web: Served, find: str, href: str, name: str) -> None:
    html = web.get(f"/search?q={find}", **BROWSER).text
    assert f'href="{href}' in html
    assert name in words(html)


def test_an_open_incident_and_a_sites_agent_are_found_by_name(web: Served) -> None:
    html = web.get("/search?q=camat-utara&lang=id", **BROWSER).text
    (open_one,) = web.watch.incidents.open()
    assert f'href="/incidents/{open_one.id}?lang=id"' in html
    assert 'href="/agents?q=camat-utara&amp;lang=id"' in html


def test_a_search_without_a_hit_says_so_in_the_readers_language(web: Served) -> None:
    evil = "%3Cscript%3Ealert(1)%3C/script%3E"
    page = web.get(f"/search?q={evil}&lang=id", **BROWSER)
    assert "Tidak ada lokasi, aplikasi" in page.text
    assert "<script>alert" not in page.text
    assert web.get("/search", **BROWSER).status == 200


def test_each_page_has_the_search_box(web: Served) -> None:
    for path in ("/", "/incidents", "/agents", "/sites/camat-utara", "/nowhere"):
        assert 'action="/search" role="search"' in web.get(path, **BROWSER).text
