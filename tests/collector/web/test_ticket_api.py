"""The fault report of an incident by the API."""

from collections.abc import Iterator

import msgspec
import pytest

from collector.notices.ticket import Ticket
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

SITE, OWN_SITE, APPLICATION = "lurah-siantan-tengah", "camat-utara", "antrean"


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    """A site with a line of a provider and one without are cut off, and an application fails."""
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut |= {SITE, OWN_SITE}
    city.failing["", APPLICATION] = "status"
    city.run(80)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


def id_of(web: Served, root: str) -> str:
    return next(one.id for one in web.watch.incidents.open() if one.root == root)


def asked(web: Served, root: str, query: str = "") -> Answer:
    return web.get(f"/api/incidents/{id_of(web, root)}/ticket{query}")


def test_a_report_has_the_last_good_measurement_and_how_other_lines_are(web: Served) -> None:
    found = msgspec.json.decode(asked(web, SITE, "?language=en&provider=isp-a").body, type=Ticket)
    assert (found.provider, found.to, found.language) == ("isp-a", "https://ticket.isp-a.example/", "en")
    evidence = [line for line in found.text.splitlines() if line.startswith("- ")]
    assert evidence[0] == "- Seen from POP Pontianak Utara: no answer in time"
    assert evidence[1].startswith("- Last good measurement: 24-09-2026 14:00:29 WIB, from POP")
    assert ", from POP Pontianak Utara to Kantor Lurah Siantan Tengah by ping in " in evidence[1]
    assert any(line.startswith("- Other providers: ") and " of our sites" in line for line in evidence)
    assert any(line.startswith("- Your other lines: ") for line in evidence)
    assert "The contract promises 98.5 % availability." in found.text


def test_the_only_suspected_provider_and_indonesian_need_no_words(web: Served) -> None:
    found = msgspec.json.decode(asked(web, SITE).body, type=Ticket)
    assert (found.provider, found.language) == ("isp-a", "id")
    assert found.text.startswith("Laporan gangguan #")


def test_a_provider_that_is_not_suspected_is_refused_with_those_that_are(web: Served) -> None:
    refused = asked(web, SITE, "?provider=isp-b&language=en")
    id = id_of(web, SITE)
    line = f"isp-b has no line that may be at fault in incident {id}; choose one of isp-a"
    assert (refused.status, msgspec.json.decode(refused.body)) == (409, {"detail": line})


def test_an_incident_without_a_provider_has_a_report_without_a_contract(web: Served) -> None:
    for root in (OWN_SITE, APPLICATION):
        found = msgspec.json.decode(asked(web, root, "?language=en").body, type=Ticket)
        assert "Contract: none, since our records name no provider" in found.text
    assert found.doubt.startswith("The clues speak for another cause than the line: the application")


def test_a_report_needs_permission_and_an_incident(web: Served) -> None:
    assert web.get("/api/incidents/nonesuch/ticket").status == 404
    assert asked(web, SITE, "?language=fr").status == 422
    web.token = "s3cret"
    try:
        assert asked(web, SITE).status == 401
    finally:
        web.token = ""


def test_after_the_end_there_is_no_word_about_the_state_of_other_sites(web: Served) -> None:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add(SITE)
    city.run(80)
    city.cut.clear()
    city.run(60)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        (over,) = (one for one in city.watch.incidents.saved() if one.root == SITE)
        text = msgspec.json.decode(
            served.get(f"/api/incidents/{over.id}/ticket?language=en").body, type=Ticket
        ).text
    assert "Ended: 24-09-2026 14:0" in text
    assert "Other providers" not in text
    assert "Last good measurement" not in text, "the state has newer ones alone"
    assert "Not the power: the agent's box ran on" in text
