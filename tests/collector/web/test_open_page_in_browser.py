"""A page left open in a real Chromium renews itself under a reader's hands, and nothing old stays green."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from collector.web import live
from tests.collector.web.serving import Served, serving
from tests.fakes.city import PONTIANAK
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.browser import browser, green_pixels, tab
from tests.servers.chromium import needs_chromium

pytestmark = needs_chromium

WALL = "/wall"
GREEN_PAGES = (
    "/",
    "/sites/pop-utara",
    "/applications",
    "/applications/adminduk",
    "/agents",
    "/links",
    "/links/noc-pontive-fiber",
    "/providers/isp-a",
    WALL,
)
"""Each page that has green while all is well."""
GONE = ("Failed to load resource", "WebSocket", "The collector")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(PONTIANAK)
    played.run(40)
    return played


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with tab(chromium, expects=GONE) as opened:
        opened.page.clock.install()
        yield opened.page


@contextmanager
def served_by(city: PlayedCity) -> Iterator[Served]:
    served = Served(city.state, now=city.now)
    served.watch, served.past = city.watch, city.past
    with serving(served):
        yield served


def run(web: Served, city: PlayedCity, seconds: int) -> None:
    """Time passes for the city."""
    city.run(seconds)
    web.now = city.now


def opened(page: Page, url: str) -> None:
    """The page listens to the collector."""
    with page.expect_response("**/live"):
        page.goto(url)
        page.clock.run_for(1000)


def lives(page: Page, seconds: int) -> None:
    """Time passes for the page, in no time."""
    page.clock.run_for(seconds * 1000)
    page.evaluate("ms => document.getAnimations().forEach(one => { one.currentTime += ms; })", seconds * 1000)


def is_grey(page: Page) -> bool:
    grey: bool = page.evaluate("getComputedStyle(document.querySelector('#live > *')).filter !== 'none'")
    return grey


def test_an_outage_shows_itself_and_a_reader_stays_where_they_were(city: PlayedCity, page: Page) -> None:
    with served_by(city) as web:
        opened(page, web.url)
        link = page.locator('.tiles a[href="/sites/dinkes"]')
        link.focus()
        page.set_viewport_size({"width": 1280, "height": 200})
        page.evaluate("scrollTo(0, 100)")
        city.cut.add("gradasi")
        run(web, city, 60)
        expect(page.locator(".sentence")).to_have_class("sentence warning", timeout=15_000)
        expect(link).to_be_focused()
        assert page.evaluate("scrollY") >= 100


def test_a_page_asks_by_itself_where_it_cannot_listen(
    city: PlayedCity, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTENERS_AT_MOST", 0)
    with served_by(city) as web:
        opened(page, web.url)
        city.cut.add("gradasi")
        run(web, city, 60)
        page.clock.run_for(6_000)
        expect(page.locator(".sentence")).to_have_class("sentence warning", timeout=15_000)


def test_a_form_in_use_is_the_writers(city: PlayedCity, page: Page) -> None:
    city.cut.add("gradasi")
    city.run(60)
    (incident,) = city.watch.incidents.open()
    with served_by(city) as web:
        opened(page, f"{web.url}/incidents/{incident.id}")
        note = page.locator("input[name=note]").first
        note.press_sequentially("The cable is cut")
        note.press("ArrowLeft")
        city.acknowledge("gradasi", "Sari")
        run(web, city, 10)
        expect(page.locator("#live")).to_contain_text("Sari", timeout=15_000)
        expect(note).to_have_value("The cable is cut")
        expect(note).to_be_focused()
        assert note.evaluate("one => one.selectionStart") == 15


def test_a_page_grows_old_where_the_collector_is_gone(city: PlayedCity, page: Page) -> None:
    with served_by(city) as web:
        opened(page, web.url)
        lives(page, 10)
        page.wait_for_timeout(50)
        assert not is_grey(page)
        assert green_pixels(page)
    lives(page, 25)
    assert is_grey(page)
    assert green_pixels(page) == 0
    assert page.title() == "○ The collector does not answer: this is what was last known."
    assert page.locator("#live").evaluate("one => getComputedStyle(one, '::before').fontSize") != "0px"


@pytest.fixture(scope="module")
def played() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    return played


@pytest.fixture(params=["well", "the broker is gone", "nothing is judged"])
def situation(request: pytest.FixtureRequest, played: PlayedCity) -> Iterator[tuple[str, Served]]:
    city, name = played.copy(), str(request.param)
    if name == "the broker is gone":
        city.lose_broker()
        city.run(330)
    with served_by(city) as web:
        if name == "nothing is judged":
            web.now = city.now + 600
        yield name, web


def test_nothing_is_green_without_fresh_measurements(
    chromium: Browser, situation: tuple[str, Served]
) -> None:
    name, web = situation
    with tab(chromium) as opened:
        green = {}
        for path in GREEN_PAGES:
            look_at(opened.page, f"{web.url}{path}")
            green[path] = green_pixels(opened.page) > 0
        opened.page.goto("about:blank")
    assert green == dict.fromkeys(GREEN_PAGES, name == "well")


def test_nothing_stays_green_on_any_page_where_the_collector_is_gone(
    chromium: Browser, played: PlayedCity
) -> None:
    with served_by(played) as web, tab(chromium, expects=GONE) as opened:
        page, green = opened.page, {}
        page.clock.install()
        for path in GREEN_PAGES:
            look_at(page, f"{web.url}{path}")
            page.context.set_offline(True)
            lives(page, 130 if path == WALL else 25)
            green[path] = green_pixels(page)
            page.context.set_offline(False)
        page.goto("about:blank")
    assert green == dict.fromkeys(GREEN_PAGES, 0)


def look_at(page: Page, url: str) -> None:
    """An answer that goes on has come when there is something to read."""
    page.goto(url, wait_until="commit" if url.endswith(WALL) else "load")
    page.wait_for_selector("main h1, main p.sentence, main .counts")
