"""The list of links, the page of one, and the page of a provider."""

import pytest

from collector.inventory import City, Link, Site
from collector.inventory.city import Provider
from collector.inventory.internet import Internet
from collector.web.lists.asked import BadParameter
from collector.web.lists.link import LinkPage, ProviderPage, link_page, provider_page
from collector.web.lists.ways import Ways
from tests.collector.web.lists.listing import html, links
from tests.collector.web.looking import speaker, words
from tests.fakes.played_city import PlayedCity, sample_city

INTERNET = Internet(international=["192.0.2.1"])
MAIN = Link(from_="pop", to="noc", provider="isp", contract="K-7", down_mbps=100, sla_percent=99.5)
SITES = {
    "noc": Site(role="noc", name="NOC", router="10.0.0.1"),
    "pop": Site(role="pop", name="POP Utara", router="10.0.0.2"),
}
LINKS = {
    "exit": Link(from_="noc", to="internet", provider="isp"),
    "main": MAIN,
    "spare": Link(from_="pop", to="internet", medium="lte", provider="cell", backup=True, metered=True),
}
PROVIDERS = {
    "isp": Provider(name="ISP <A>", phone="+62 561 1", ticket="noc@isp.example"),
    "cell": Provider(name="Cell"),
}


@pytest.fixture
def small() -> PlayedCity:
    played = PlayedCity(City(name="Kota", internet=INTERNET, sites=SITES, links=LINKS, providers=PROVIDERS))
    played.run(70)
    return played


def states(city: PlayedCity) -> dict[str, str]:
    return {row.id: row.state for row in links(city).rows}


def one(id: str, city: PlayedCity) -> LinkPage:
    say = speaker(city.state, city.now)
    found = link_page(id, Ways(city.city), city.state, city.watch.incidents, city.latency, say)
    assert found is not None
    return found


def provider(id: str, city: PlayedCity) -> ProviderPage:
    say = speaker(city.state, city.now)
    found = provider_page(id, Ways(city.city), city.state, city.watch.incidents, city.latency, {}, say)
    assert found is not None
    return found


def test_a_link_has_its_ends_by_name_its_provider_and_its_contract(small: PlayedCity) -> None:
    (row,) = (row for row in links(small).rows if row.id == "main")
    assert row.named == ("POP Utara → NOC", "/links/main")
    assert (row.contract, row.bandwidth, row.promised) == ("K-7", "↓ 100 Mbit/s", "99.5 %")
    assert row.provider == ("ISP <A>", "/providers/isp")
    assert row.measured.endswith("ms")


def test_the_state_is_from_what_crosses_the_link(small: PlayedCity) -> None:
    assert states(small) == {"exit": "up", "main": "up", "spare": "standby"}
    small.cut.add("pop")
    small.run(150)
    assert states(small)["main"] == "down"
    (row,) = (row for row in links(small).rows if row.id == "main")
    assert [what for _, what in row.incidents] == ["site down"]


def test_a_main_link_that_its_backup_replaces_is_down(small: PlayedCity) -> None:
    small.cut_mains.add("pop")
    small.run(120)
    assert states(small) == {"main": "down", "spare": "in_use", "exit": "up"}
    assert [incident.what for incident in one("main", small).incidents] == ["on the backup"]


def test_nothing_old_and_nothing_blind_is_shown_as_up(small: PlayedCity) -> None:
    small.now += 600
    assert "up" not in states(small).values()
    small.now -= 600
    small.lose_broker()
    small.run(1)
    assert set(states(small).values()) == {"unknown"}


def test_the_page_names_both_ends_of_each_measurement(small: PlayedCity) -> None:
    seen = one("main", small)
    assert {(row.agent.name, row.to.name, row.state) for row in seen.rows} == {
        ("POP Utara", "NOC", "up"),
        ("NOC", "POP Utara", "up"),
    }
    assert "No agent measures across it" in words(html("link", one("spare", small), small))


def test_a_provider_has_its_links_and_a_way_to_reach_it(small: PlayedCity) -> None:
    seen = provider("isp", small)
    assert {row.id for row in seen.rows} == {"exit", "main"}
    shown = html("provider", seen, small, "id")
    assert 'href="tel:+625611"' in shown
    assert 'href="mailto:noc@isp.example"' in shown
    assert "ISP &lt;A&gt;" in shown


def test_links_are_found_by_text_provider_medium_and_state() -> None:
    city = PlayedCity(sample_city())
    city.run(20)
    every = len(city.city.links)
    assert sum(number for _, number in links(city).counts) == every
    assert links(city).pager.said == f"1–50 of {every}"
    assert links(city, page="9").pager.before == "/links?page=2"
    gradasi = links(city, q="GRADASI").rows
    assert gradasi
    assert all("Gradasi" in row.named.name for row in gradasi)
    for params in ({"provider": "isp-b"}, {"medium": "radio"}):
        assert 0 < sum(number for _, number in links(city, **params).counts) < every
    assert links(city, state="down").rows == []
    with pytest.raises(BadParameter):
        links(city, medium="wet string")
    with pytest.raises(BadParameter):
        links(city, page="-1")
