"""Each page in a real Chromium: on a phone, by day and by night, read aloud, and without its script."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page

from tests.collector.web.serving import Served, serving
from tests.fakes.city import city as fake_city
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.browser import Tab, browser, look, tab, violations, wider_than_the_window
from tests.servers.chromium import needs_chromium

pytestmark = needs_chromium

WALL = "/wall"
PAGES = (
    "/",
    "/?find=utara",
    "/sites/pop-utara",
    "/sites/pop-selatan",
    "/sites/nowhere",
    "/incidents",
    "/incidents/INCIDENT",
    "/incidents/INCIDENT/ticket",
    "/incidents/nowhere",
    "/applications",
    "/applications/adminduk",
    "/agents",
    "/agents?state=nonsense",
    "/links",
    "/weakest",
    "/links/noc-pontive-fiber",
    "/providers/isp-a",
    "/providers/nowhere",
    "/maintenance",
    "/search?q=pop",
    "/nothing",
    WALL,
)
"""INCIDENT stands for the id of the one that is open."""
ELEMENTS_AT_MOST = 20_000
"""A phone lays out so many within a second or two."""
WIDTHS = (1920, 1280, 360)
ONLY_FOR_SCRIPTS = "[data-copies]"
REFUSED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add("pop-selatan")
    played.run(40)
    return played


@pytest.fixture(scope="module")
def web(city: PlayedCity) -> Iterator[Served]:
    with serving(served_by(city)) as served:
        yield served


@pytest.fixture(scope="module")
def blind(city: PlayedCity) -> Iterator[Served]:
    unseen = city.copy()
    unseen.lose_broker()
    unseen.run(330)
    with serving(served_by(unseen)) as served:
        yield served


@pytest.fixture(scope="module")
def empty() -> Iterator[Served]:
    nothing = structs.replace(sample_city(), sites={}, links={}, applications={}, providers={})
    with serving(served_by(PlayedCity(nothing))) as served:
        yield served


@pytest.fixture(scope="module")
def big() -> Iterator[Served]:
    many = PlayedCity(fake_city(pops=50, sites_per_pop=99))
    many.run(20, round_seconds=20)
    with serving(served_by(many)) as served:
        yield served


def served_by(city: PlayedCity) -> Served:
    served = Served(city.state, now=city.now)
    served.watch, served.past = city.watch, city.past
    return served


@pytest.fixture(scope="module")
def readers(chromium: Browser, web: Served) -> Iterator[dict[str, Tab]]:
    """Three people read English by day, Indonesian by night, and English without any script.

    They leave before the collector stops.
    """
    with ExitStack() as stack:
        yield {
            "by day": stack.enter_context(tab(chromium, expects=[REFUSED])),
            "by night": stack.enter_context(tab(chromium, language="id", theme="dark", expects=[REFUSED])),
            "no script": stack.enter_context(tab(chromium, script=False, expects=[REFUSED])),
        }


@pytest.fixture(autouse=True)
def nobody_complains(readers: dict[str, Tab]) -> Iterator[None]:
    yield
    complaints = {name: list(one.complaints) for name, one in readers.items() if one.complaints}
    for one in readers.values():
        one.complaints.clear()
    assert not complaints


def visit(page: Page, web: Served, path: str) -> None:
    """An answer that goes on has come when there is something to read."""
    incident = next((one.id for one in web.watch.incidents.open()), "")
    page.goto(web.url + path.replace("INCIDENT", incident), wait_until="commit" if path == WALL else "load")
    page.wait_for_selector("main h1, main p.sentence")


@pytest.fixture(scope="module")
def facts() -> dict[str, str]:
    """The text of each page as the reader by day had it."""
    return {}


@pytest.mark.parametrize(("reader", "language", "width"), [("by day", "en", 1280), ("by night", "id", 360)])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_each_screen_and_can_be_read_aloud(
    readers: dict[str, Tab],
    web: Served,
    facts: dict[str, str],
    path: str,
    reader: str,
    language: str,
    width: int,
) -> None:
    """Both themes have the same elements: by night only the contrast may differ."""
    page = readers[reader].page
    visit(page, web, path)
    assert page.locator("html").get_attribute("lang") == language
    too_wide = {}
    for pixels in WIDTHS:
        look(page, width=pixels)
        too_wide[pixels] = wider_than_the_window(page)
    assert too_wide == dict.fromkeys(WIDTHS, 0)
    look(page, width=width)
    if reader == "by day":
        facts[path] = text_of(page)
    assert violations(page, *(["color-contrast"] if reader == "by night" else [])) == []


@pytest.mark.parametrize("path", ["/", "/sites/pop-utara", "/agents", "/nothing", WALL])
def test_a_page_that_shows_what_was_can_be_read_too(
    readers: dict[str, Tab], blind: Served, empty: Served, path: str
) -> None:
    found = {}
    for web, reader in ((blind, "by day"), (empty, "by night")):
        visit(readers[reader].page, web, path)
        found[reader] = violations(readers[reader].page)
        readers[reader].page.goto("about:blank")
    assert found == {"by day": [], "by night": []}


@pytest.mark.parametrize("path", ["/", "/agents", "/links", "/sites/pop-3", "/maintenance", WALL])
def test_a_page_of_five_thousand_sites_fits_a_phone(readers: dict[str, Tab], big: Served, path: str) -> None:
    page = readers["no script"].page
    visit(page, big, path)
    look(page, width=360)
    assert wider_than_the_window(page) == 0
    assert page.locator("*").count() < ELEMENTS_AT_MOST
    page.goto("about:blank")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_the_same_without_its_script(
    readers: dict[str, Tab], web: Served, facts: dict[str, str], path: str
) -> None:
    for reader in ("by day", "no script") if path not in facts else ("no script",):
        page = readers[reader].page
        look(page, width=1280)
        visit(page, web, path)
        facts.setdefault(path, text_of(page))
    assert text_of(page) == facts[path]


def text_of(page: Page) -> str:
    page.locator(ONLY_FOR_SCRIPTS).evaluate_all("all => all.forEach(one => one.remove())")
    return page.locator("main").first.inner_text()


def test_a_page_is_dark_for_who_asks_for_it(readers: dict[str, Tab], web: Served) -> None:
    grounds = {}
    for reader in ("by day", "by night"):
        page = readers[reader].page
        visit(page, web, "/")
        grounds[reader] = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    assert grounds == {"by day": "rgb(247, 248, 246)", "by night": "rgb(16, 21, 24)"}


def test_the_script_offers_to_copy_a_fault_report(readers: dict[str, Tab], web: Served) -> None:
    shown = {}
    for reader in ("by day", "no script"):
        page = readers[reader].page
        visit(page, web, "/incidents/INCIDENT/ticket")
        shown[reader] = page.locator(ONLY_FOR_SCRIPTS).is_visible()
    assert shown == {"by day": True, "no script": False}


def test_a_phone_can_keep_the_city_as_an_app(readers: dict[str, Tab], web: Served) -> None:
    page = readers["by night"].page
    visit(page, web, "/")
    session = page.context.new_cdp_session(page)
    kept = session.send("Page.getAppManifest")
    assert (kept["url"], kept["errors"]) == (f"{web.url}/manifest.webmanifest?lang=id", [])
    assert '"name":"Pontianak – pantau"' in kept["data"]
    hindered = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in hindered] == ["in-incognito"]  # as each tab of Playwright is
