"""A site's page: what its agent says of itself, and what it measures."""

import pytest

from agent.delivery.outbox import REMEDIES
from collector.city.state import State
from collector.incidents import Incidents, network_of
from collector.inventory import City, Link, Site
from collector.web.site import MAX_PROBES
from collector.web.words import CONDITIONS
from tests.collector.web.looking import site_html, words
from tests.fakes.played_city import PlayedCity, sample_city
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, report, table
from wire.messages import Presence

RTT = "icmp_rtt_median_seconds"


@pytest.fixture
def state() -> State:
    return State(CITY, EXPECTED, ASSIGNMENTS)


def html(state: State, now: float = NOW, site: str = "gradasi") -> str:
    """Of a city of which no incident is known."""
    return site_html(site, state, Incidents(network_of(state.city, ASSIGNMENTS), now), now)


def test_each_probe_is_shown_with_its_figures(state: State) -> None:
    values = {RTT: 0.00043, "icmp_loss_ratio": 0.025}
    state.apply("gradasi", report(table("icmp", "gateway", values), at=NOW - 4), NOW)
    shown = words(html(state))
    assert "Gateway @gateway icmp ● up 0.43 ms 2.5 % 4 s" in shown
    assert "reported 4 s ago" in shown


def test_the_page_says_why_something_is_down_or_unknown(state: State) -> None:
    tables = table("icmp", "gateway", reason="timeout"), table("icmp", "internet", reason="permission")
    state.apply("gradasi", report(*tables), NOW)
    shown = words(html(state))
    assert "▼ down: no answer in time" in shown
    assert "○ unknown: the agent may not" in shown
    assert "○ unknown: not measured yet" in shown


def test_a_reason_of_a_newer_agent_says_itself(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", reason="gremlins")), NOW)
    assert "▼ down: gremlins" in words(html(state))


def test_an_old_value_is_unknown_even_before_the_next_tick(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.00043})), NOW)
    assert '<tr class="unknown"><td>Gateway' in html(state, NOW + 31)
    assert "○ unknown: no fresh data" in words(html(state, NOW + 31))


def test_the_page_says_since_when_an_agent_is_silent(state: State) -> None:
    state.listen(NOW - 1000)
    state.apply("gradasi", report(), NOW)
    state.presence("gradasi", Presence(online=True), NOW)
    state.presence("gradasi", Presence(online=False), NOW + 60)
    assert "silent: last report 10 min ago, disconnected 9 min ago" in words(html(state, NOW + 600))
    assert "silent: has never reported" in words(html(state, NOW + 600, "dinkes"))


def test_the_page_names_an_agent_that_can_not_date_its_reports(state: State) -> None:
    state.apply("gradasi", report(dated=False), NOW)
    assert "reports, but can’t date them yet" in words(html(state))


def test_an_agent_tells_its_clock_its_spool_its_version_and_its_troubles(state: State) -> None:
    vitals = table("agent", "self", {"agent_spooled_reports": 12.0})
    state.apply("gradasi", report(vitals, clock="collector"), NOW)
    state.presence("gradasi", Presence(online=True, version="1.2", conditions=["the disk is full"]), NOW)
    shown = words(html(state))
    assert "version 1.2" in shown
    assert "Clock by the collector" in shown
    assert "Spool 12 reports to send" in shown
    assert "the disk is full" in shown


def test_the_page_shows_a_ledger_that_the_agent_reports_whole(state: State) -> None:
    counts = {"taken": 100.0, "stored": 80.0, "dropped": 9.0, "rejected": 1.0}
    values = {f"agent_{fate}_measurements_total": count for fate, count in counts.items()}
    state.apply("gradasi", report(table("agent", "self", values)), NOW)
    assert "Ledger" not in words(html(state))
    values["agent_spooled_measurements"] = 10.0
    state.apply("gradasi", report(table("agent", "self", values), at=NOW + 1), NOW + 1)
    told = "Ledger 100 measurements: 80 stored, 9 dropped, 1 rejected, 10 to send"
    assert told in words(html(state))


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_the_conditions_of_an_agent_are_shown_in_words(state: State, code: str) -> None:
    state.presence("gradasi", Presence(online=True, conditions=[code]), NOW)
    assert CONDITIONS[code][0] in words(html(state))


def test_the_page_says_when_two_agents_have_the_same_id(state: State) -> None:
    for number in range(5):
        state.presence("gradasi", Presence(online=True, stream="ab"[number % 2]), NOW + number)
    assert "two agents say that they are this one" in words(html(state, NOW + 10))
    assert "two agents" not in words(html(state, NOW + 1000))


def test_the_site_is_shown_as_the_inventory_has_it() -> None:
    link = Link(from_="gradasi", to="noc", medium="radio", provider="isp-a")
    state = State(City(name="Pontianak", sites=CITY.sites, links={"radio": link}), EXPECTED, ASSIGNMENTS)
    shown = words(html(state))
    assert "Role hotspot Place Benua Melayu Laut, Pontianak Selatan Router 10.61.4.1" in shown
    assert "○ Kampung Digital Gradasi → Pontive Center: unknown" in shown.replace(" :", ":")
    assert "radio, isp-a" in shown


def test_trouble_comes_first_and_then_unknown_probes(state: State) -> None:
    tables = table("icmp", "gateway"), table("icmp", "internet", reason="timeout")
    state.apply("gradasi", report(*tables), NOW)
    shown = words(html(state))
    order = ["Internet 1.1.1.1", "antrean.example", "Gateway @gateway"]
    assert order == sorted(order, key=shown.index)


def test_an_agent_with_thousands_of_targets_shows_those_in_trouble() -> None:
    targets = [f"site-{number:04}" for number in range(2000)]
    state = State(CITY, {"noc": frozenset(("icmp", target) for target in targets)})
    for first in range(0, len(targets), 500):
        tables = [table("icmp", target) for target in targets[first : first + 500]]
        state.apply("noc", report(*tables), NOW)
    state.apply("noc", report(table("icmp", "site-1999", reason="timeout")), NOW)
    shown = words(html(state, site="noc"))
    assert shown.index("site-1999 icmp ▼ down") < shown.index("site-0000")
    assert f"and {2000 - MAX_PROBES} more targets, not shown" in shown


def test_the_page_has_the_incidents_of_the_site() -> None:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut |= {"pop-selatan", "camat-utara"}
    city.run(40)
    shown = words(site_html("lurah-akcaya", city.state, city.watch.incidents, city.now))
    assert "▼ down since 14:00:" in shown
    assert "POP Pontianak Selatan down since" in shown
    assert "Kantor Camat Pontianak Utara" not in shown


def test_when_the_collector_is_blind_the_page_is_grey_and_the_site_unknown() -> None:
    city = PlayedCity(sample_city())
    city.run(40)
    city.lose_broker()
    city.run(1)
    page = site_html("lurah-akcaya", city.state, city.watch.incidents, city.now)
    assert 'class="blind"' in page
    assert "Kantor Lurah Akcaya ○ unknown as of" in words(page)


def test_texts_of_an_agent_are_never_markup() -> None:
    evil = '"><script>alert(1)</script>'
    site = Site(role="noc", name=evil, district=evil, subdistrict=evil, router=evil)
    state = State(City(name=evil, sites={"noc": site}), {"noc": frozenset({("icmp", evil)})})
    state.presence("noc", Presence(online=True, version=evil, conditions=[evil]), NOW)
    state.apply("noc", report(table("icmp", evil, reason=evil)), NOW)
    page = html(state, site="noc")
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") > 8


def test_the_page_shows_the_place_its_feeder_and_the_contract_of_its_link() -> None:
    site = Site(
        role="office",
        name="Dinas Kesehatan",
        feeder="KP-12",
        latitude=-0.0263,
        longitude=109.3425,
        coordinate_quality="subdistrict-centroid",
        note="key at the guard",
    )
    up = Link(
        from_="dinkes", to="internet", down_mbps=100, up_mbps=20, sla_percent=99.5, note="over the river"
    )
    state = State(City(name="Small", sites={"dinkes": site}, links={"up": up}), {})
    page = html(state, site="dinkes")
    assert '<a href="geo:-0.0263,109.3425">-0.02630, 109.34250 (the middle of the subdistrict)</a>' in page
    shown = words(page)
    assert "Power feeder KP-12" in shown
    assert "↓ 100 ↑ 20 Mbit/s, 99.5 % by contract, over the river" in shown
    assert "Note key at the guard" in shown
