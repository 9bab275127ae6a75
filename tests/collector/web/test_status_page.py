"""The status page: open incidents, then the sites by district."""

import re

import pytest

from collector.inventory import City, Link, Role, Site
from collector.web.lists.asked import BadParameter
from tests.collector.web.looking import seen, status_html, words
from tests.fakes.played_city import PlayedCity, sample_city


@pytest.fixture
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    return played


def test_an_incident_has_its_kind_its_time_its_size_and_its_reason(city: PlayedCity) -> None:
    city.cut.add("camat-utara")
    city.run(40)
    shown = words(status_html(city))
    assert "◆ Kantor Camat Pontianak Utara down since 14:00:40 WIB, 40 s warning" in shown
    assert "1 site, 35 users Evidence: no answer in time, seen from POP Pontianak Utara" in shown


def test_an_incident_names_the_person_who_has_it_in_hand(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    assert "not acknowledged" in words(status_html(city))
    city.acknowledge("pop-selatan", "Sari")
    assert "acknowledged by Sari at 14:01" in words(status_html(city))
    assert "ditangani Sari sejak 14:01" in words(status_html(city, language="id"))


def test_of_many_affected_sites_the_most_important_are_named(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    (incident,) = seen(city).incidents
    assert incident.affected.startswith("20 sites, 734 users: Dinas Kependudukan dan Pencatatan Sipil")
    assert incident.affected.endswith("and 16 more")


def test_the_gravest_incident_comes_first(city: PlayedCity) -> None:
    city.failing["", "antrean"] = "status"
    city.stopped.add("opd-dinkes")
    city.run(60)
    city.cut |= {"camat-utara", "pop-selatan"}
    city.run(60)
    incidents = seen(city).incidents
    assert [one.severity for one in incidents] == ["critical", "critical", "warning", "info"]
    assert [one.href for one in incidents] == [
        "/sites/pop-selatan",
        "/applications/antrean",
        "/sites/camat-utara",
        "/sites/opd-dinkes",
    ]


def test_each_site_is_shown_with_symbol_and_word_and_leads_to_its_page(city: PlayedCity) -> None:
    city.cut.add("camat-utara")
    city.stopped.add("opd-dinkes")
    city.run(90)
    html = status_html(city)
    shown = words(html)
    assert "● Kantor Camat Pontianak Timur up" in shown
    assert "▼ Kantor Camat Pontianak Utara down · since 14:00" in shown
    assert "● Dinas Kesehatan up · agent silent" in shown
    assert set(re.findall(r'href="/sites/([^"]*)"', html)) == city.city.sites.keys()


def test_a_site_cut_off_with_another_says_with_which(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    assert "▼ Kantor Lurah Akcaya down · with POP Pontianak Selatan" in words(status_html(city))


def test_districts_in_trouble_come_first_and_so_do_their_sites(city: PlayedCity) -> None:
    assert seen(city).tiles.districts[0].name == "Pontianak Barat"
    city.cut.add("pop-selatan")
    city.run(40)
    districts = seen(city).tiles.districts
    assert [one.name for one in districts][:2] == ["Pontianak Selatan", "Pontianak Barat"]
    assert districts[0].counts == {"down": 20, "up": 1}
    assert districts[0].tiles[0].id == "pop-selatan"
    assert districts[0].tiles[-1].state == "up"


def test_sites_are_found_by_name_and_district(city: PlayedCity) -> None:
    assert {one.name for one in seen(city, find="SELATAN").tiles.districts} == {"Pontianak Selatan"}
    assert [tile.id for one in seen(city, find="gradasi").tiles.districts for tile in one.tiles] == [
        "hotspot-gradasi"
    ]
    assert "No site’s id or name holds “nowhere”." in words(status_html(city, find="nowhere"))


def test_a_search_does_not_change_the_sentence(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    found = seen(city, find="utara")
    assert found.sentence.level == "critical"
    assert len(found.incidents) == 1
    assert sum(found.counts.values()) == 102


def test_a_blind_collector_shows_every_site_unknown_in_grey(city: PlayedCity) -> None:
    city.cut.add("pop-selatan")
    city.run(40)
    assert 'class="blind"' not in status_html(city)
    city.lose_broker()
    city.run(1)
    html = status_html(city)
    assert 'class="blind"' in html
    assert "○ 102 unknown" in words(html)
    assert "● " not in words(html)
    assert "What follows is what was last known." in words(html)
    assert "POP Pontianak Selatan down since" in words(html)


def test_the_page_says_how_old_it_is(city: PlayedCity) -> None:
    assert "as of 14:00:40 WIB" in words(status_html(city))


def test_the_title_tells_a_tab_in_the_background_how_many_sites_are_down(city: PlayedCity) -> None:
    assert "<title>● Pontianak – pantau</title>" in " ".join(status_html(city).split())
    city.cut.add("pop-selatan")
    city.run(40)
    assert "<title>▼ 20 Pontianak – pantau</title>" in status_html(city)


def test_the_chosen_language_stays(city: PlayedCity) -> None:
    html = status_html(city, language="id", lang="id")
    assert '<html lang="id">' in html
    assert 'href="/sites/pop-utara?lang=id"' in html
    assert '<input type="hidden" name="lang" value="id">' in html
    assert 'href="?lang=en"' in html


def test_names_are_text_and_never_markup() -> None:
    evil = '"><script>alert(1)</script>'
    sites = {
        "noc": Site(role="noc", name=evil, district=evil, subdistrict=evil),
        "pop": Site(role="pop", name=evil, district=evil, router="10.0.0.2"),
    }
    played = PlayedCity(City(name=evil, sites=sites, links={"up": Link(from_="pop", to="noc")}))
    played.run(40)
    played.cut.add("pop")
    played.run(40)
    played.acknowledge("pop", evil)
    html = status_html(played, find=evil)
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") > 8


def test_sites_are_found_by_district_and_state(city: PlayedCity) -> None:
    city.cut.add("camat-utara")
    city.run(40)
    tiles = seen(city, district="Pontianak Utara", state="down").tiles
    assert [tile.id for one in tiles.districts for tile in one.tiles] == ["camat-utara"]
    with pytest.raises(BadParameter):
        seen(city, state="broken")


@pytest.fixture(scope="module")
def big() -> PlayedCity:
    """A POP and its 20 sites are down, one agent of 400 is silent."""
    sites = {"noc": Site(role="noc", name="NOC")}
    links = {}
    for number in range(400):
        id, above = (f"pop-{number}", "noc") if number < 20 else (f"site-{number}", f"pop-{number % 20}")
        role: Role = "pop" if number < 20 else "office"
        router = f"10.0.{number // 200}.{number % 200 + 1}"
        sites[id] = Site(role=role, name=f"Site {number}", district=f"D {number % 3}", router=router)
        links[id] = Link(from_=id, to=above)
    played = PlayedCity(City(name="Big", sites=sites, links=links))
    played.run(20)
    played.cut.add("pop-1")
    played.stopped.add("site-200")
    played.run(60)
    return played


def test_a_big_city_shows_its_trouble_as_tiles_and_the_rest_as_counts(big: PlayedCity) -> None:
    city = big
    tiles = seen(city).tiles
    shown = {tile.id: tile for one in tiles.districts for tile in one.tiles}
    assert {"pop-1", "site-21", "site-200"} <= shown.keys()
    assert (len(shown), tiles.left_out) == (21, 0)
    counts = {one.name: one.counts for one in tiles.summaries}
    assert sum(sum(one.values()) for one in counts.values()) == 401
    assert sum(one.get("down", 0) for one in counts.values()) == 20
    html = status_html(city, lang="id", language="id")
    assert 'href="/?district=D+1&amp;lang=id"' in html
    assert len(re.findall(r'href="/sites/', html)) < 40


def test_a_list_of_a_big_citys_sites_comes_in_pages(big: PlayedCity) -> None:
    first, second = seen(big, state="up").tiles, seen(big, state="up", page="2").tiles
    assert (first.found, first.pager.said) == (381, "1–300 of 381")
    assert sum(len(one.tiles) for one in second.districts) == 81
    assert first.pager.after == "/?state=up&page=2"


def test_trouble_is_shown_up_to_a_bound_and_the_rest_is_counted(big: PlayedCity) -> None:
    city = big.copy()
    city.lose_broker()
    city.run(1)
    tiles = seen(city).tiles
    assert sum(len(one.tiles) for one in tiles.districts) == 100
    assert tiles.left_out == 301
    assert "and 301 more sites in trouble" in words(status_html(city))
