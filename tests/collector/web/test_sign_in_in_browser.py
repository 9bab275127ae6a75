"""People sign in with a real Chromium: with and without its script, on a phone, read aloud."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from collector.access import AccessSettings
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import ADMIN, PASSWORD, add_account, done
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.browser import browser, look, tab, violations, wider_than_the_window
from tests.servers.chromium import needs_chromium

pytestmark = needs_chromium

REFUSED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    served = Served(city.state, now=None, token="s3cret", settings=AccessSettings(reading="signed-in"))
    served.watch = city.watch
    with serving(served):
        for name in ("sari", "tuti"):
            add_account(served, name, "admin")
        yield served


def sign_in(page: Page, name: str) -> None:
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button.first")


@pytest.mark.parametrize(("language", "script"), [("en", True), ("id", False)])
def test_a_person_signs_in_looks_and_signs_out(
    chromium: Chromium, web: Served, language: str, script: bool
) -> None:
    with tab(chromium, language=language, script=script) as reader:
        page = reader.page
        for path, heading in (("/account", "sari"), ("/audit", ""), ("/maintenance", "")):
            page.goto(f"{web.url}{path}")
            if path == "/account":
                assert page.locator("#password").get_attribute("type") == "password"
                if script:
                    assert violations(page) == []
                sign_in(page, "sari")
            assert page.url == f"{web.url}{path}"
            assert heading in page.locator("h1").inner_text()
            look(page, width=360)
            assert wider_than_the_window(page) == 0, path
            look(page, width=1280)
            if script:
                assert violations(page) == [], path
        page.click("form.person button")
        assert page.url == f"{web.url}/signin"
        page.goto(web.url)
        assert page.url.startswith(f"{web.url}/signin?")


def test_an_open_page_leads_to_the_sign_in_once_its_session_is_over(chromium: Chromium, web: Served) -> None:
    with tab(chromium, expects=[REFUSED]) as reader:
        page = reader.page
        page.goto(web.url)
        sign_in(page, "tuti")
        page.wait_for_selector("p.sentence")
        done(web.access.set_role("tuti", "viewer", ADMIN))
        page.wait_for_url(f"{web.url}/signin?**", timeout=60_000)
