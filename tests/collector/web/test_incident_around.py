"""The page of an incident with all that the store has around it, as a browser gets it."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from collector.changes import Changes
from collector.incidents import Incident
from collector.notices.document import Letter, document
from tests.collector.web.looking import words
from tests.collector.web.serving import Served, serving
from tests.fakes.incidents import incident, notice, over
from tests.fakes.played_city import START, PlayedCity, sample_city

SITE = "camat-utara"
NUMBER = "+62 561 000000"


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    """One site is cut off, which is in memory; all else is in the store alone."""
    sample = sample_city()
    place = structs.replace(sample.sites[SITE], contact="Bu Rina 0812-3456-7890, rina@utara.example")
    city = PlayedCity(structs.replace(sample, sites={**sample.sites, SITE: place}))
    city.run(40)
    city.cut.add(SITE)
    city.run(80)
    served = Served(city.state, now=city.now)
    served.watch, served.past = city.watch, city.past
    with serving(served):
        yield served


def keep(web: Served, *incidents: Incident, letters: tuple[Letter, ...] = ()) -> None:
    web.store.commit(Changes(incidents={one.id: one for one in incidents}, letters=list(letters)))


def open_one(web: Served) -> Incident:
    return next(one for one in web.watch.incidents.open() if one.root == SITE)


def page(web: Served, id: str, query: str = "?lang=en", **headers: str) -> str:
    return web.get(f"/incidents/{id}{query}", **headers).text


def past(id: str, root: str = SITE, **changes: object) -> Incident:
    times = {"began_at": START - 90_000, "opened_at": START - 89_990, **changes}
    return over(incident(root=root, id=id, **times), START - 86_400)


def test_an_incident_that_left_memory_comes_from_the_store_and_takes_nothing(web: Served) -> None:
    keep(web, past("old23456"))
    html = page(web, "old23456")
    assert 'method="post"' not in html
    assert "It ended long ago" in words(html)
    assert "/ticket" not in html, "the report needs what memory has"
    assert "lasted" in words(html)


def test_the_page_leads_to_the_earlier_incidents_of_the_same_place(web: Served) -> None:
    keep(web, past("early234", weighed=structs.replace(open_one(web).weighed, cause="power_site")))
    html = page(web, open_one(web).id)
    assert 'href="/incidents/early234?lang=en"' in html
    assert "lasted 1 h, no power at the site" in words(html)


def test_a_power_cut_and_its_parts_lead_to_each_other(web: Served) -> None:
    whole = past("whole234", "feeder/KP-12")
    keep(web, structs.replace(whole, kind="power_cut"), past("part2345", part_of="whole234"))
    assert 'href="/incidents/part2345?lang=en">Kantor Camat Pontianak Utara (#part2345)' in page(
        web, "whole234"
    )
    assert 'href="/incidents/whole234?lang=en">feeder KP-12 (#whole234)' in page(web, "part2345")


def test_the_page_says_when_each_receiver_took_the_notice(web: Served) -> None:
    one = past("told2345")
    made = document(notice(one), web.state.city, "en")
    keep(web, one, letters=(Letter("shift", structs.replace(made, at=START - 89_000)),))
    (letter,) = web.store.outbox.waiting("shift")
    web.store.outbox.delivered(letter, at=START - 88_997)
    assert "shift took it at" in words(page(web, "told2345"))
    assert ", 3 s later" in words(page(web, "told2345"))


def test_numbers_and_addresses_are_links_and_numbers_of_people_need_permission(web: Served) -> None:
    html = page(web, open_one(web).id)
    for link in ("tel:081234567890", "mailto:rina@utara.example", "tel:+62561000000"):
        assert f'<a class="call" href="{link}">' in html
    public = page(web, open_one(web).id, **{"X-Forwarded-For": "192.0.2.7"})
    assert NUMBER not in public
    assert "Numbers of people on duty appear" in words(public)


def test_the_first_screen_has_it_all_before_anything_else(web: Served) -> None:
    html = page(web, open_one(web).id)
    main = words(html[html.index("<main") : html.index('class="columns"')])
    order = [
        "Kantor Camat Pontianak Utara",
        "down",
        "Siantan Hulu",
        "since 14:00",
        "Nobody has it",
        "Take in hand",
    ]
    places = [main.index(part) for part in order]
    assert places == sorted(places)


def test_the_picture_of_the_beginning_has_its_figures_in_words(web: Served) -> None:
    html = page(web, open_one(web).id)
    assert 'class="past course"' in html
    assert "down for" in words(html)


def test_both_languages_have_the_same_sections(web: Served) -> None:
    english, indonesian = (page(web, open_one(web).id, f"?lang={language}") for language in ("en", "id"))
    assert english.count("<h2>") == indonesian.count("<h2>") >= 7
    assert "<time datetime=" in indonesian
    assert "Urutan kejadian" in words(indonesian)


def test_no_text_of_the_inventory_or_of_a_person_is_markup(web: Served) -> None:
    odd = past("odd23456", seen_by=("<i>x",), cause_by="<b>", cause="other", planned="<script>")
    keep(web, structs.replace(odd, reason="<img>"))
    html = page(web, "odd23456")
    for text in ("<i>x", "<b>,", "<script>", "<img>"):
        assert text not in html.replace("<script src=", "")
