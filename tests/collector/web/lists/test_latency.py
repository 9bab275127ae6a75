"""The working latency of a link in words: in the list, on its page, on the site's page and for programs."""

import json

import pytest
from msgspec import structs

from collector.city.taken import Taken
from collector.inventory import Link
from collector.latency import WorkingLatency
from collector.notices.texts import Language
from collector.prometheus.exposition import Exposition
from collector.web.lists.link import link_page
from collector.web.lists.ways import Ways
from tests.collector.latency.loaded_link import CITY, LINK, MINUTE, latency, minutes, port, taken
from tests.collector.web.lists.listing import html, links
from tests.collector.web.looking import site_html, speaker, words
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity
from tests.fakes.small_city import NOW

LOADS = [*[(0.1, 0.012)] * 25, *[(0.9, 0.180)] * 25]


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    return PlayedCity(CITY, now=NOW)


def link_html(city: PlayedCity, made: WorkingLatency, language: Language = "en") -> str:
    say = speaker(city.state, city.now, language)
    seen = link_page(LINK, Ways(city.city), city.state, city.watch.incidents, made, say)
    return words(html("link", seen, city, language))


def measured(*some: Taken) -> WorkingLatency:
    made = latency()
    made.take(some or minutes(LOADS), NOW)
    return made


def test_the_page_of_a_link_says_how_much_a_full_link_adds(city: PlayedCity) -> None:
    shown = link_html(city, measured())
    assert "idle 12 ms, busy 180 ms, +168 ms when full" in shown
    assert "95 % below" in shown
    assert "21-09-2026, until now" in shown
    assert "49 %, at most 90 %" in shown or "50 %, at most 90 %" in shown
    assert "sepi 12 ms, padat 180 ms, +168 ms saat penuh" in link_html(city, measured(), language="id")


@pytest.mark.parametrize(
    ("loads", "said"),
    [
        ([(0.1, 0.012)] * 9, "idle 12 ms, was never busy"),
        ([(0.9, 0.012)] * 9, "was never idle, busy 12 ms"),
        ([(0.1, 0.012)] * 3, "idle for too short a time to tell, was never busy"),
        ([(0.1, None)] * 9, "not measured while idle, was never busy"),
        ([*[(0.1, 0.2)] * 9, *[(0.9, 0.1)] * 9], "no slower when full"),
    ],
)
def test_a_figure_that_is_not_known_is_no_zero(
    city: PlayedCity, loads: list[tuple[float, float | None]], said: str
) -> None:
    assert said in link_html(city, measured(*minutes(loads)))


def test_a_link_without_a_figure_says_why(city: PlayedCity) -> None:
    assert "Write “radio” as the description of the port" in link_html(city, latency())
    assert "must be polled at least every five minutes" in link_html(
        city, measured(taken(port(0.0), at=MINUTE))
    )
    backup = structs.replace(CITY, links={LINK: Link(from_="gradasi", to="pop-selatan", backup=True)})
    assert "no ping crosses it" in link_html(PlayedCity(backup, now=NOW), latency(city=backup))


def test_the_list_and_the_site_have_the_week_in_one_line(city: PlayedCity) -> None:
    city.latency.take(minutes(LOADS), NOW)
    row = next(row for row in links(city).rows if row.id == LINK)
    assert row.latency == "idle 12 ms, busy 180 ms, +168 ms when full"
    shown = words(html("links", links(city), city))
    assert "+168 ms when full" in shown
    assert "not known" in shown
    site = words(site_html("gradasi", city.state, city.watch.incidents, city.now, latency=city.latency))
    assert "Working latency, 7 days : idle 12 ms" in site or "Working latency, 7 days: idle 12 ms" in site


def test_prometheus_gets_the_figures_of_today_and_nothing_without_them(city: PlayedCity) -> None:
    made = latency()

    def text() -> str:
        exposition = Exposition(city.state, city.watch.incidents, "0", made)
        return b"".join(exposition.render(NOW)).decode()

    assert "working_rtt" not in text()
    made.take(minutes(LOADS), NOW)
    found = text()
    for load, quantile in (("idle", "0.5"), ("idle", "0.95"), ("busy", "0.5"), ("busy", "0.95")):
        line = f'pantau_link_working_rtt_seconds{{link="radio",load="{load}",quantile="{quantile}"}} 0.'
        assert line in found
    assert 'pantau_link_load_minutes{link="radio",load="busy"} 25' in found
    assert made.today(LINK, NOW + 86400) is None


def test_a_program_gets_the_days_of_a_link(city: PlayedCity) -> None:
    with serving(Served(city.state, latency=measured())) as served:
        found = json.loads(served.get(f"/api/links/{LINK}/latency").body)
        assert served.get("/api/links/nowhere/latency").status == 404
    assert found["port"] == {"agent": "gradasi", "device": "router", "interface": "ether1"}
    (day,) = found["days"]
    assert day["day"] == "2026-09-21"
    assert (day["idle"]["minutes"], day["busy"]["minutes"]) == (25, 25)
    assert day["added_seconds"] == pytest.approx(0.168, rel=0.1)
