"""The pages in a real Chromium."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.chromium import DARK, colours, load, needs_chromium, screenshot

pytestmark = needs_chromium

DOWN_GROUND = (253, 236, 234)
DARK_DOWN_GROUND = (58, 27, 25)


@dataclass
class Later(Served):
    """An hour passes between two looks, and after `looks` of them it answers with errors only."""

    looks: int = 1000

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        assert self.now is not None
        if self.looks == 0:
            raise ConnectionError("no more")
        self.looks -= 1
        self.now += 3600
        yield


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add("pop-selatan")
    played.run(40)
    return played


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Later]:
    served = Later(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


@pytest.mark.parametrize("path", ["/", "/?lang=id&find=utara", "/sites/pop-selatan", "/sites/nowhere"])
def test_the_page_loads_and_the_console_stays_silent(web: Later, path: str, tmp_path: Path) -> None:
    loaded = load(f"{web.url}{path}", tmp_path)
    assert "</main>" in loaded.html
    assert loaded.console == []


def test_the_script_offers_to_copy_a_fault_report(web: Later, tmp_path: Path) -> None:
    (incident,) = (one.id for one in web.watch.incidents.open() if one.root == "pop-selatan")
    loaded = load(f"{web.url}/incidents/{incident}/ticket?lang=en", tmp_path)
    assert re.findall(r'<button [^>]*data-copies="text"[^>]*>', loaded.html)
    assert not re.findall(r"<button [^>]*hidden", loaded.html)
    assert loaded.console == []


def test_the_page_renews_itself_every_five_seconds(web: Later, tmp_path: Path) -> None:
    loaded = load(web.url, tmp_path, lived_seconds=12)
    assert re.findall("as of .*? WIB", loaded.html) == ["as of 17:01:20 WIB"]
    assert loaded.console == []


def test_a_page_that_is_not_renewed_turns_grey(web: Later, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    screenshot(web.url, tmp_path, picture, size="500,400")
    assert DOWN_GROUND in colours(picture)
    web.looks = 1
    screenshot(web.url, tmp_path, picture, size="500,400", lived_seconds=40)
    assert DOWN_GROUND not in colours(picture)


def test_the_page_is_dark_in_a_browser_that_asks_for_it(web: Later, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    screenshot(web.url, tmp_path, picture, DARK, size="500,400")
    assert DARK_DOWN_GROUND in colours(picture)
    assert (255, 255, 255) not in colours(picture)


def test_the_title_of_a_page_that_is_not_renewed_says_so(web: Later, tmp_path: Path) -> None:
    web.looks = 1
    loaded = load(web.url, tmp_path, lived_seconds=40)
    assert "<title>○ The collector does not answer: this is what was last known.</title>" in loaded.html
