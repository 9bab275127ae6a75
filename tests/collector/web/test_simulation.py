"""With the setting `simulation` each page says that it shows a simulation; without it, none does."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.collector.web.serving import Served, serving

SENTENCES = {
    "en": "The city, its people and its faults are invented.",
    "id": "Kota, orang-orang, dan gangguan di halaman ini rekaan.",
}
PAGES = ["/", "/sites/gradasi", "/sites/none", "/maintenance", "/nowhere"]
PERSON = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def simulated() -> Iterator[Served]:
    with serving(Served(simulation=True)) as served:
        yield served


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_a_simulation_says_so(simulated: Served, path: str, language: str) -> None:
    page = simulated.get(f"{path}?lang={language}", **PERSON).text
    assert SENTENCES[language] in page
    assert f"<title>{ {'en': 'Simulation', 'id': 'Simulasi'}[language] }: " in page


def test_a_page_says_so_while_nothing_can_be_stored(simulated: Served) -> None:
    simulated.trouble = "store: disk full"
    try:
        assert SENTENCES["en"] in simulated.get("/", **PERSON).text
    finally:
        simulated.trouble = ""


def test_no_page_of_a_real_city_says_so() -> None:
    with serving(Served()) as served:
        assert not [path for path in PAGES if "imulation" in served.get(path, **PERSON).text]


def test_every_whole_page_has_a_place_for_it() -> None:
    """A page that is not made from page.html has its own."""
    templates = Path(str(files("collector.web") / "templates")).rglob("*.html")
    texts = {one.name: one.read_text() for one in templates}
    assert not [name for name, text in texts.items() if "<html" in text and "simulation" not in text]
