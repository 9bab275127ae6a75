"""The parts of a site's page in a city where something goes wrong."""

import re

import pytest
from msgspec import structs

from collector.changes import Changes
from collector.past import Past
from collector.web.grafana import GrafanaLinks
from collector.web.lists.named import Named
from collector.web.lists.ways import Ways
from collector.web.site import Sight, SitePage, recent_incidents, site_page
from collector.web.site.family import CHILDREN_SHOWN
from collector.web.site.seen import SEEN_SHOWN, UNKNOWN_SHOWN
from tests.collector.web.looking import site_html, speaker, words
from tests.collector.web.serving import Served, serving
from tests.fakes.incidents import incident, over
from tests.fakes.played_city import PlayedCity, sample_city

LEAF, POP = "lurah-akcaya", "pop-selatan"
WITH_UPS = "camat-selatan"


@pytest.fixture(scope="module")
def calm() -> PlayedCity:
    city = PlayedCity(sample_city())
    city.run(70)
    return city


@pytest.fixture
def city(calm: PlayedCity) -> PlayedCity:
    return calm.copy()


def sight_of(city: PlayedCity, grafana: str = "") -> Sight:
    ways = Ways(city.city)
    return Sight(city.state, city.watch.incidents, ways, city.past, city.latency, GrafanaLinks(grafana))


def page(city: PlayedCity, site: str, grafana: str = "") -> SitePage:
    seen = site_page(site, sight_of(city, grafana), speaker(city.state, city.now))
    assert seen is not None
    return seen


def shown(city: PlayedCity, site: str) -> str:
    return words(site_html(site, city.state, city.watch.incidents, city.now, past=city.past))


def test_a_dead_pop_shows_that_its_neighbour_does_not_reach_it(city: PlayedCity) -> None:
    city.cut.add(POP)
    city.run(60)
    seen = page(city, POP).seen
    first = seen.rows[0]
    assert (first.agent.href, first.state, first.reason) == (
        "/sites/noc-pontive",
        "down",
        "no answer in time",
    )
    assert seen.counts["down"] == 1
    assert seen.counts["unknown"] == len(seen.rows) - 1 + seen.left_out > len(seen.rows)
    assert {row.state for row in seen.rows[1:]} == {"unknown"}
    assert all(row.response == row.loss == "" for row in seen.rows[1:])
    assert all(row.as_uplink for row in seen.rows[1:])


def test_an_agent_that_can_tell_comes_before_those_that_can_not(city: PlayedCity) -> None:
    city.stopped |= {site for site in city.city.sites if site != "noc-pontive"}
    city.run(50)
    states = [row.state for row in page(city, POP).seen.rows]
    assert states == ["up", *["unknown"] * UNKNOWN_SHOWN]


def test_no_agent_is_named_twice_for_one_kind(city: PlayedCity) -> None:
    for site in (POP, LEAF):
        rows = page(city, site).seen.rows
        named = [(row.agent, row.kind, row.as_uplink) for row in rows]
        assert len(set(named)) == len(named) > 0
        assert site_named_of(city, site) not in [row.agent for row in rows]


def site_named_of(city: PlayedCity, site: str) -> Named:
    return Named(city.city.sites[site].name, f"/sites/{site}")


def test_a_pop_with_many_children_shows_those_in_trouble_and_counts_the_rest(city: PlayedCity) -> None:
    sites = {
        f"leaf-{number:03}": structs.replace(city.city.sites[LEAF], name=f"Leaf {number:03}")
        for number in range(60)
    }
    links = {id: structs.replace(city.city.links[main_of(LEAF, city)], from_=id) for id in sites}
    large = structs.replace(city.city, sites={**city.city.sites, **sites}, links={**city.city.links, **links})
    grown = PlayedCity(large)
    grown.run(20)
    grown.cut.add("leaf-059")
    grown.run(40)
    its = page(grown, POP)
    family = its.family
    assert (family.children[0].named.name, family.children[0].state) == ("Leaf 059", "down")
    assert len(family.children) == CHILDREN_SHOWN
    assert family.left_out == sum(family.counts.values()) - CHILDREN_SHOWN > 40
    assert family.rest_href == "/links?q=POP+Pontianak+Selatan"
    assert len(its.seen.rows) == SEEN_SHOWN


def main_of(site: str, city: PlayedCity) -> str:
    return Ways(city.city).main[site]


def test_a_site_leads_to_the_site_above_and_to_the_link(city: PlayedCity) -> None:
    (way,) = page(city, LEAF).family.ways_up
    assert way.to == site_named_of(city, POP)
    assert (way.state, way.link_state) == ("up", "up")
    assert way.link.href == f"/links/{main_of(LEAF, city)}"
    assert way.provider is not None
    assert way.provider.href.startswith("/providers/")


def test_a_value_over_its_limit_comes_first_with_both_figures(city: PlayedCity) -> None:
    city.losing[LEAF] = 0.2
    city.run(20)
    quality = page(city, LEAF).quality
    first = quality.rows[0]
    (loss,) = [one for one in first.values if one.over]
    assert (first.state, loss.metric, loss.value, loss.limit) == ("over", "packet loss", "20 %", "5 %")
    assert {row.inward for row in quality.rows} == {True, False}
    assert sum(quality.counts.values()) == len(quality.rows) + quality.left_out
    assert "packet loss 20 % of at most 5 %" in shown(city, LEAF)


def test_old_values_are_neither_over_nor_within_a_limit(city: PlayedCity) -> None:
    city.losing[LEAF] = 0.2
    city.run(20)
    city.now += 100
    rows = page(city, LEAF).quality.rows
    assert {(row.state, one.value, one.over) for row in rows for one in row.values} == {
        ("unknown", "", False)
    }


def test_a_ups_says_whether_it_is_on_battery_and_for_how_long(city: PlayedCity) -> None:
    (ups,) = [one for one in page(city, WITH_UPS).devices if one.name == "ups"]
    assert (ups.power, ups.power_said) == ("up", "on mains")
    city.batteries[WITH_UPS] = (city.now - 60, city.now + 1800)
    city.run(10)
    (ups,) = [one for one in page(city, WITH_UPS).devices if one.name == "ups"]
    assert ups.power == "warning"
    assert re.fullmatch(r"on battery for 1 min.*, (29|30) min.* left", ups.power_said)


def test_a_ups_that_is_out_of_reach_shows_its_last_values_as_old_ones(city: PlayedCity) -> None:
    city.batteries[WITH_UPS] = (city.now - 300, city.now + 1800)
    city.run(10)
    city.now += 400
    (ups,) = [one for one in page(city, WITH_UPS).devices if one.name == "ups"]
    assert (ups.state, ups.power) == ("unknown", "unknown")
    assert ups.power_said.startswith("on battery for")
    assert re.fullmatch(r"Last known, 6 min.* ago\.", ups.as_of)


def test_the_doctor_says_for_each_trouble_what_to_do(city: PlayedCity) -> None:
    assert page(city, LEAF).agent.advice == []
    city.vitals[LEAF] = {
        "agent_dropped_measurements_total": 12.0,
        "agent_rejected_measurements_total": 1.0,
        "agent_spooled_reports": 400.0,
        "agent_clock_synchronized": 0.0,
        "agent_certificate_expiry_timestamp_seconds": city.now + 5 * 86400,
    }
    city.run(10)
    advice = page(city, LEAF).agent.advice
    assert [one.trouble.split(":")[0] for one in advice] == [
        "Its certificate ends",
        "It dropped 12 measurements.",
        "The collector could never take 1 of its measurements.",
        "400 reports wait to go out.",
        "NTP does not keep its clock.",
    ]
    assert all(one.to_do for one in advice)


@pytest.mark.parametrize("ends", [253_402_300_799.0, 1e308, -1e308])
def test_a_certificate_may_end_at_any_time(city: PlayedCity, ends: float) -> None:
    city.vitals[LEAF] = {"agent_certificate_expiry_timestamp_seconds": ends}
    city.run(1)
    assert re.search(
        r"(until 30-12-9999|expired on 01-01-1970)", dict(page(city, LEAF).agent.facts)["certificate"]
    )


def test_the_doctor_of_a_silent_agent_asks_first_whether_its_site_is_down(city: PlayedCity) -> None:
    city.stopped.add(LEAF)
    city.cut.add(POP)
    city.run(60)
    (alone,) = page(city, POP).agent.advice
    assert "mend its line" in alone.to_do
    city.cut.clear()
    city.run(40)
    (alone,) = page(city, LEAF).agent.advice
    assert "journalctl" in alone.to_do


def test_a_site_that_is_up_again_says_when_its_last_outage_ended(city: PlayedCity) -> None:
    assert page(city, POP).since == ""
    city.cut.add(POP)
    city.run(60)
    assert page(city, POP).since.startswith("since 14:01:")
    city.cut.clear()
    city.run(60)
    assert re.match(r"the last outage ended at 14:0\d, .* ago", page(city, POP).since)


def test_the_recent_incidents_come_from_memory_and_from_the_store(city: PlayedCity) -> None:
    city.cut.add(POP)
    city.run(60)
    (opened,) = city.watch.incidents.open()
    older = structs.replace(opened, id="older", began_at=opened.began_at - 9000, ended_at=opened.began_at)
    older = structs.replace(older, status="closed")
    say = speaker(city.state, city.now)
    rows = recent_incidents(POP, [opened], [older, opened], city.city, say)
    assert [(row.named.href, row.symbol) for row in rows] == [
        (f"/incidents/{opened.id}", "▼"),
        ("/incidents/older", "✓"),
    ]
    assert [row.symbol for row in recent_incidents(LEAF, [opened], [], city.city, say)] == ["▼"]
    assert recent_incidents("camat-utara", [opened], [], city.city, say) == []


def test_the_served_page_has_the_incidents_of_the_store(city: PlayedCity) -> None:
    served = Served(city.state, now=city.now, grafana=GrafanaLinks("https://grafana.example"))
    served.watch, served.past = city.watch, city.past
    past = over(incident(root=LEAF, id="longago2", began_at=city.now - 9e6))
    with serving(served) as web:
        web.store.commit(Changes(incidents={past.id: past}))
        page = web.get(f"/sites/{LEAF}?lang=id").text
        assert 'href="/incidents/longago2?lang=id"' in page
        assert f'href="/sites/{POP}?lang=id"' in page
        assert "https://grafana.example/d/pantau-site" in page
        missing = web.get("/sites/%3Cscript%3E%00")
    assert missing.status == 404
    assert "<script>" not in missing.text.replace('<script src="/static', "")


def test_a_site_on_battery_says_so_at_the_top(city: PlayedCity) -> None:
    city.batteries[WITH_UPS] = (city.now - 60, city.now + 1800)
    city.run(10)
    assert "ups : on battery for 1 min" in shown(city, WITH_UPS).partition("plan work here")[0]


def test_the_own_measurements_name_their_targets_and_lead_to_them(city: PlayedCity) -> None:
    named = {line.target for line in page(city, LEAF).measured.lines}
    assert Named("Uplink: POP Pontianak Selatan", f"/sites/{POP}") in named
    assert Named("Antrean Puskesmas", "/applications/antrean") in named or any(
        one.href.startswith("/applications/") for one in named
    )
    assert Named("Gateway", "") in named


def test_the_page_leads_to_grafana_where_it_is_known(city: PlayedCity) -> None:
    assert list(page(city, LEAF).grafana) == []
    links = page(city, LEAF, "https://grafana.example").grafana
    assert [one.href.partition("?")[0].rpartition("/")[2] for one in links] == [
        "pantau-site",
        "pantau-city",
        "pantau-link",
        "pantau-provider",
    ]


def test_the_page_has_the_strips_of_both_sides(city: PlayedCity) -> None:
    strips = page(city, POP).strips
    assert strips.own
    assert {strip.link for strip in strips.seen} >= {"/sites/noc-pontive"} or strips.seen_left_out
    assert "As others see this site" in shown(city, POP)


def test_an_unknown_site_has_no_page(city: PlayedCity) -> None:
    sight = sight_of(city)._replace(past=Past(city.now))
    assert site_page("nowhere", sight, speaker(city.state, city.now)) is None


def test_each_text_of_the_page_is_there_in_indonesian(city: PlayedCity) -> None:
    city.cut.add(POP)
    city.run(60)
    html = site_html(POP, city.state, city.watch.incidents, city.now, "id", "id", city.past)
    text = words(html)
    for english in ("How others see", "Above and below", "Quality against", "Devices", "Recent incidents"):
        assert english not in text
    assert "Dilihat dari lokasi lain" in text
    assert 'href="/links?q=POP+Pontianak+Selatan&lang=id"' in html.replace("&amp;", "&")
