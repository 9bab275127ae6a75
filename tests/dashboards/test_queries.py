"""Every query of every panel, asked as Grafana asks it, of a real Prometheus with a city at work."""

import re
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from dashboards.shades import STEP_SECONDS
from dashboards.words import CAUSE
from tests.dashboards.choices import ALL, CHOICES, DINKES, POP_LINK, chosen
from tests.dashboards.city_at_work import city_at_work
from tests.dashboards.grafana import FOLDER, RULES, Query, asked, dashboards, options, over_time, queries
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.prometheus import Prometheus, needs_prometheus, prometheus

pytestmark = [needs_mosquitto, needs_prometheus, pytest.mark.timeout(180)]

GRADASI = {**ALL, "district": "Pontianak Selatan", "site": "gradasi", "target": "internet"}
POP = {**ALL, "district": "Pontianak Selatan", "site": "pop-selatan", "target": "internet"}

NEARLY_ALL = pytest.approx(1, abs=0.25)
"""Of the echoes to a site that was up for the first seconds of some thirty."""

EMPTY = {
    "City/Sites that are not up, by state/D": "no site is unknown while the collector listens",
    "Site/Outages/shade": "dinkes is up",
    "Device/Outages/shade": "dinkes is up",
    "Link/Round-trip time while idle and while busy/A": "five minutes must be known",
    "Link/Minutes at each load/A": "no alias of a port is the id of a link",
    "Provider/Open incidents/A": "no provider is down as a whole",
    "Provider/Open incidents/B": "no provider is down as a whole",
}

SAMPLE = tomllib.loads((Path(__file__).parent / "city.toml").read_text())
QUERIES = {query.name: query for query in queries()}
TABLES = list(dict.fromkeys((query.dashboard, query.panel) for query in QUERIES.values() if query.instant))
HEALTH = "Pantau's own health"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with city_at_work(tmp_path_factory.mktemp("city")) as server:
        yield server


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has our rules and scrapes nobody."""
    config = {
        "global": {"evaluation_interval": "1s"},
        "rule_files": [str(FOLDER / "prometheus" / "*.yml")],
    }
    with prometheus(tmp_path_factory.mktemp("nothing"), config) as server:
        yield server


def values(
    server: Prometheus, name: str, *labels: str, variables: Mapping[str, str] | None = None
) -> dict[str, float]:
    """What a query shows, rounded, by these labels."""
    query = QUERIES[name]
    return {
        "/".join(series.labels.get(label, "") for label in labels): round(series.samples[-1][1], 3)
        for series in asked(server, query, variables or chosen(query))
    }


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_finds_the_series_of_the_city(city: Prometheus, query: Query) -> None:
    found = asked(city, query, chosen(query))
    assert bool(found) != (query.name in EMPTY), EMPTY.get(query.name, query.expression)


@pytest.mark.parametrize("table", TABLES, ids="/".join)
def test_a_table_has_one_row_for_each_thing(city: Prometheus, table: tuple[str, str]) -> None:
    """Grafana merges what agrees in all the labels, `__name__` too, that are there in both queries."""
    first, *others = [query for query in QUERIES.values() if (query.dashboard, query.panel) == table]
    rows = [series.labels for series in asked(city, first, chosen(first))]
    shared = {label for row in rows for label in row}
    for other in others:
        for series in asked(city, other, chosen(other)):
            keys = {label: value for label, value in series.labels.items() if label in shared}
            assert [row for row in rows if keys.items() <= row.items()], other.expression


def test_the_city_says_how_many_sites_are_in_which_state(city: Prometheus) -> None:
    counts = ("Down", "Silent", "Degraded", "Unknown", "Up")
    assert [values(city, f"City/{count}/A") for count in counts] == [{"": n} for n in (1, 2, 1, 0, 2)]
    assert values(city, "City/Collector/A") == {"": 1}
    assert values(city, "City/What is wrong now/A", "site") == {
        "pop-selatan": 4,
        "puskesmas": 3,
        "posyandu": 3,
        "gradasi": 2,
    }
    assert values(city, "City/Sites by district/A", "district") == {
        "Pontianak Selatan": 1,
        "Pontianak Kota": 0,
        "Pontianak Barat": 0,
    }


def test_an_agent_that_never_reported_has_no_time(city: Prometheus) -> None:
    heard = values(city, "City/Silent agents/B", "site")
    assert heard.keys() == {"pop-selatan"}
    assert values(city, "City/Silent agents/C", "site") == {"pop-selatan": 0, "puskesmas": 1}


def test_incidents_are_told_with_their_site_or_without(city: Prometheus) -> None:
    found = values(city, "City/Open incidents/A", "site", "kind")
    assert found.items() >= {"pop-selatan/site_down": 1, "/application_down": 1}.items()
    causes = values(city, "City/Open incidents/A", "kind", "cause")
    assert {name.partition("/")[2] for name in causes} <= CAUSE.keys()
    assert values(city, "City/Open incidents/B", "kind", "cause").keys() == causes.keys()


def test_probes_fail_only_as_those_say_who_are_heard(city: Prometheus) -> None:
    assert values(city, "City/Failing probes/A", "site", "target", "probe").keys() == {
        "noc/pop-selatan/icmp",
        "gradasi/resolver/dns",
        "dinkes/antrean/http",
    }
    assert values(city, "City/Failing probes/B", "site", "target").keys() == {"noc/pop-selatan"}


def test_the_worst_paths_are_those_that_lose(city: Prometheus) -> None:
    assert values(city, "City/Worst paths by loss/A", "site", "target") == {
        "noc/pop-selatan": NEARLY_ALL,
        "gradasi/internet": 0.2,
    }
    assert values(city, "City/Worst paths by loss/B", "site", "target")["gradasi/internet"] == 0.005


def test_an_application_that_one_site_misses_is_down_from_some_places(city: Prometheus) -> None:
    state, *places = [values(city, f"City/Applications/{letter}", "application") for letter in "ABCD"]
    assert state == {"antrean": 1}
    assert places == [{"antrean": 2}, {"antrean": 1}, {"antrean": 1}]


def test_a_site_shows_its_bands_its_loss_and_what_those_above_see(city: Prometheus) -> None:
    bands = {letter: values(city, f"Site/$target/{letter}", variables=GRADASI) for letter in "ABCD"}
    assert bands == {"A": {"": 0.004}, "B": {"": 0.005}, "C": {"": 0.009}, "D": {"": 0.2}}
    assert values(city, "Site/Router, from above/D", variables=POP) == {"": NEARLY_ALL}
    assert values(city, "Site/Up and down/B", "site", variables=POP) == {"noc": 0}
    assert values(city, "Site/State/A", variables=POP) == {"": 4}


def test_a_ups_on_battery_is_seen(city: Prometheus) -> None:
    assert values(city, "Site/UPS output/A", "device") == {"ups": 2}
    assert values(city, "Site/UPS time left/A", "device") == {"ups": 8}


def test_health_tells_what_was_refused_and_what_has_no_time(city: Prometheus) -> None:
    refused = values(city, f"{HEALTH}/Refused and dropped messages/A", "reason")
    assert {reason for reason, rate in refused.items() if rate} == {"unknown_agent", "undecodable"}
    undated = values(city, f"{HEALTH}/Without a true time/A", "outcome")
    assert all(rate > 0 for rate in undated.values())
    assert values(city, f"{HEALTH}/Samples refused for good/A", "site", "reason").keys() == {
        "gradasi/too_old"
    }
    assert values(city, f"{HEALTH}/Clocks that NTP does not keep/A", "site").keys() == {"gradasi"}
    assert values(city, f"{HEALTH}/Sent again by/A", "site")["dinkes"] > 0


def test_health_tells_of_the_notices_that_nobody_takes(city: Prometheus) -> None:
    assert values(city, f"{HEALTH}/Notices not delivered/A")[""] > 0
    attempts = values(city, f"{HEALTH}/Attempts to deliver a notice/A", "outcome")
    assert {outcome for outcome, rate in attempts.items() if rate} == {"failed"}


def test_an_outage_shades_its_site_and_the_city_from_its_begin(city: Prometheus) -> None:
    (began,) = city.query('pantau_incidents_oldest_timestamp_seconds{site="pop-selatan", kind="site_down"}')
    for board, variables in (("Site", POP), ("City", ALL)):
        (shade,) = over_time(city, QUERIES[f"{board}/Outages/shade"], variables, time.time())
        assert (shade.labels["name"], shade.labels["kind"]) == ("POP Pontianak Selatan", "site_down")
        assert shade.labels["cause"]
        assert 0 <= shade.samples[0][0] - began.samples[0][1] < STEP_SECONDS


def test_a_cause_that_a_person_set_is_held_against_the_clues(city: Prometheus) -> None:
    causes = values(city, "City/Open incidents/A", "kind", "cause", "confidence")
    assert causes["application_down/application/person"] == 1
    (said,) = values(city, f"{HEALTH}/Causes that people set/A", "confirmed", "guess")
    cause, _, guess = said.partition("/")
    assert cause == "application"
    right = values(city, f"{HEALTH}/Cause was right/A")[""]
    assert right == (guess == "application")
    assert values(city, f"{HEALTH}/Cause was not known/A")[""] == (guess == "unknown")


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.stem)
def test_rules_ask_for_what_there_is(city: Prometheus, rules: Path) -> None:
    """Their own tests would not see a misspelt metric: they misspell it as well."""
    groups = msgspec.yaml.decode(rules.read_text())["groups"]
    expressions = " ".join(rule["expr"] for group in groups for rule in group["rules"])
    names = set(re.findall(r"\b(?:\w+:)?pantau_[\w:]+", re.sub(r'"[^"]*"', "", expressions)))
    assert names
    assert {name for name in names if not city.query(f'{{__name__="{name}"}}')} == set()


def test_a_chosen_district_leaves_out_the_others(city: Prometheus) -> None:
    selatan = {"district": "Pontianak Selatan"}
    for query in QUERIES.values():
        if "$district" in query.expression:
            for series in asked(city, query, {**chosen(query), **selatan}):
                assert series.labels.get("district", "Pontianak Selatan") == "Pontianak Selatan", query.name
                assert series.labels.get("site", "gradasi") in ("gradasi", "pop-selatan"), query.name
    assert values(city, "City/Up/A", variables={**ALL, **selatan}) == {"": 0}


def test_the_variables_offer_what_there_is(city: Prometheus) -> None:
    offered = {
        (board["title"], variable["name"]): options(city, variable, CHOICES.get(board["title"], DINKES))
        for board in dashboards()
        for variable in board["templating"]["list"]
        if variable["type"] == "query"
    }
    assert offered["City", "district"] == {"Pontianak Kota", "Pontianak Selatan", "Pontianak Barat"}
    assert offered["Site", "site"] == {"noc", "dinkes", "puskesmas"}
    assert offered["Site", "target"] == {"gateway", "uplink", "internet"}
    assert offered["Site", "interface"] == {"ether1", "ether2"}
    assert offered["Link", "link"] == {*SAMPLE["links"]}
    assert (offered["Link", "lower"], offered["Link", "upper"]) == ({"dinkes"}, {"noc"})
    assert offered["Link", "interface"] == offered["Device", "interface"] == {"ether1", "ether2"}
    assert offered["Application", "application"] == {"antrean"}
    assert offered["Device", "device"] == {"router", "ups"}
    assert offered["Provider", "provider"] == {"isp-a", "isp-b"}
    assert offered["City", "pages"] == offered["Link", "pages"] == {"https://pantau.example"}


def test_a_link_is_judged_by_the_pings_across_it(city: Prometheus) -> None:
    states = values(city, "Provider/Its links/B", "link")
    assert states == {"noc-fiber": 1, "dinkes-fiber": 1, "puskesmas-fo": 1, "metro-selatan": 0}
    assert values(city, "Link/Link/A") == {"": 1}
    assert values(city, "Link/Link/A", variables=POP_LINK) == {"": 0}
    assert values(city, "Link/Promised/A") == {"": 0.99}
    pings = values(city, "Link/Round-trip time across the link/A", "site", "target")
    assert pings == {"dinkes/uplink": 0.005, "noc/dinkes": 0.005}
    assert values(city, "Link/Pings across it that fail/A", "site", "target", "reason") == {
        "noc/pop-selatan/timeout": 1
    }
    contract = {letter: values(city, f"Link/The link and its contract/{letter}")[""] for letter in "BC"}
    assert contract == {"B": 100e6, "C": 50e6}


def test_an_application_is_seen_from_each_place_with_its_reason(city: Prometheus) -> None:
    places = values(city, "Application/From each place/A", "site", "reason")
    assert places == {"noc/": 1, "gradasi/": 1, "dinkes/status": 0}
    assert values(city, "Application/From each place/C", "site")["dinkes"] == 503
    ends = values(city, "Application/From each place/G", "site").values()
    assert all(9 < seconds / 86400 < 10 for seconds in ends)
    assert values(city, "Application/Reasons/A", "reason") == {"status": 1}
    phases = values(city, "Application/Time by phase/A", "phase")
    assert phases.keys() == {"resolve", "connect", "tls", "processing", "transfer"}
    assert 9 < values(city, "Application/Certificate ends in/A")[""] / 86400 < 10


def test_a_device_tells_its_system_and_its_interfaces(city: Prometheus) -> None:
    assert values(city, "Device/SNMP/A") == {"": 1}
    assert values(city, "Device/Interfaces down/A") == {"": 1}
    assert values(city, "Device/Restarts/A") == {"": 0}
    assert values(city, "Device/About/A", "device", "sort", "address") == {"router/mikrotik/10.61.7.1": 1}


def test_the_weakest_radios_ports_and_onus_are_listed(city: Prometheus) -> None:
    board = "Radio and fibre"
    assert values(city, f"{board}/Weakest radios/A", "site", "device", "radio") == {
        "dinkes/router/wlan1": -74,
        "dinkes/router/wlan2": -60,
    }
    assert values(city, f"{board}/Weakest radios/D", "radio") == {"wlan1": 0.7}
    counts = ("Weak radios", "Very weak radios", "Weak modems", "Weak ports", "Weak ONUs", "Lost ONUs")
    assert [values(city, f"{board}/{count}/A")[""] for count in counts] == [1, 0, 1, 1, 0, 1]
    assert values(city, "Device/Weakest ONUs/A", "onu", "description") == {"1/1/RT 1": 1, "1/2/": 0}
    assert values(city, "Device/Weakest ONUs/C", "onu", "cause") == {"1/1/los": 1, "1/2/dying_gasp": 1}
    assert values(city, "Device/ONUs connected and lost/B") == {"": 1}


def test_outages_below_a_providers_links_have_their_begin_and_their_cause(city: Prometheus) -> None:
    (began,) = city.query('pantau_incidents_oldest_timestamp_seconds{site="pop-selatan", kind="site_down"}')
    found = values(city, "Provider/Outages of the sites below its links/B", "site", "kind")
    assert found == {"pop-selatan/site_down": pytest.approx(1000 * began.samples[0][1], abs=1)}
    assert sum(values(city, "Provider/These outages by cause/A", "cause").values()) == 1
    assert values(city, "Provider/Carry nothing/A") == {"": 1}
    providers = values(city, "Provider/All providers/A", "provider")
    assert providers == {"isp-a": 1, "isp-b": 4}


def test_without_a_collector_nothing_says_that_all_is_well(nothing: Prometheus) -> None:
    found = {query.name: asked(nothing, query, chosen(query)) for query in QUERIES.values()}
    said = {name: series[0].samples[-1][1] for name, series in found.items() if series}
    assert said == {"City/Collector/A": -1, "City/What is wrong now/A": -1, f"{HEALTH}/Collector/A": -1}


def test_without_a_collector_the_alert_waits_only_for_its_time(nothing: Prometheus) -> None:
    assert nothing.wait_for('ALERTS{alertname="PantauCollectorDown"}')
    assert nothing.wait_for('ALERTS{alertname="PantauWatchdog", alertstate="firing"}')
