"""The cause by the clues, on an incident's page and by the API."""

import re
from collections.abc import Iterator
from html import unescape
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from collector.causes import Clue, WeighedCause
from collector.notices.texts import Language
from collector.web.incident import Around, incident_page
from collector.web.words import Speaker
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import START, PlayedCity, sample_city

APPLICATION, SITE = "antrean", "camat-utara"


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    """All agents get a wrong status from an application, and one site is cut off."""
    city = PlayedCity(sample_city())
    city.run(40)
    city.failing["", APPLICATION] = "status"
    city.cut.add(SITE)
    city.run(80)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


def id_of(web: Served, root: str) -> str:
    return next(one.id for one in web.watch.incidents.open() if one.root == root)


def cause(web: Served, root: str) -> WeighedCause:
    answer = web.get(f"/api/incidents/{id_of(web, root)}/cause")
    return msgspec.json.decode(answer.body, type=WeighedCause)


def page(web: Served, root: str, query: str = "") -> str:
    html = web.get(f"/incidents/{id_of(web, root)}{query}").text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_server_that_answers_with_an_error_is_the_applications_fault(web: Served) -> None:
    weighed = cause(web, APPLICATION)
    assert weighed.cause == "application"
    assert "server_answered" in [clue.name for clue in weighed.clues]


def test_the_page_shows_the_cause_and_its_clues_in_both_languages(web: Served) -> None:
    english = page(web, APPLICATION, "?lang=en")
    assert "By the clues: the application (" in english
    assert "the server answered, with an error" in english
    assert "Menurut petunjuk: aplikasi (" in page(web, APPLICATION, "?lang=id")


def test_one_weak_clue_is_no_cause(web: Served) -> None:
    assert cause(web, SITE).cause == "unknown"
    assert "By the clues" not in page(web, SITE, "?lang=en")


def test_an_incident_that_nobody_knows_has_no_cause(web: Served) -> None:
    assert web.get("/api/incidents/nonesuch/cause").status == 404


def test_a_clue_about_a_group_names_the_group_once(web: Served) -> None:
    clues = Clue("feeder_lost", "KP-12", lost=3, known=4), Clue("provider_lost", "isp-a", lost=2, known=2)
    weighed = WeighedCause("power_area", "likely", 0.9, "KP-12", clues)
    (incident,) = (one for one in web.watch.incidents.open() if one.root == SITE)
    city = web.state.city
    speakers = (Speaker(language, ZoneInfo(city.timezone), START) for language in get_args(Language))
    indonesian, english = (
        incident_page(Around(incident, weighed=weighed), city, say).why for say in speakers
    )
    assert english.weighed == "By the clues: no power in the area (likely)."
    assert english.clues == [
        "3 of 4 sites of feeder KP-12 were lost",
        f"2 of 2 sites of provider {city.providers['isp-a'].name} were lost",
    ]
    assert indonesian.clues[0] == "3 dari 4 lokasi di penyulang KP-12 putus"
