"""`/metrics/city`: what Prometheus reads of the city."""

import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from collector.city.state import State
from collector.incidents import Incidents, network_of
from collector.inventory import Application, City, Internet, Link, Provider, Site
from collector.inventory.city import Device, WatchSettings
from collector.prometheus.exposition import Exposition
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, parts, report, table
from tests.servers.prometheus import needs_promtool, promtool_complaints
from wire.messages import Assignment, Presence
from wire.metrics import CATALOGUE, names_of
from wire.probes import Icmp
from wire.report import MAX_MEASUREMENTS, Table

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], tuple[float, float | None]]

SELATAN = {"site": "gradasi", "district": "Pontianak Selatan"}
GATEWAY = SELATAN | {"target": "gateway"}
RTT = "icmp_rtt_median_seconds"
RATED_IN_BITS = "_bits_per_second use base unit"
"""promtool would have bytes; but a link's rate is in bits, and all the world calls it so."""


@pytest.fixture
def state() -> State:
    return State(CITY, EXPECTED, ASSIGNMENTS)


def exposition(state: State) -> Exposition:
    """Of a city of which no incident is known."""
    return Exposition(state, Incidents(network_of(state.city, {}), NOW), "0.1.0")


def text(state: State, now: float = NOW) -> bytes:
    return b"".join(exposition(state).render(now))


def samples(state: State, now: float = NOW) -> Samples:
    """(value, time in seconds) by name and labels, as prometheus-client's parser reads them."""
    read = {}
    for family in text_string_to_metric_families(text(state, now).decode()):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in read, f"{key} comes twice"
            at = None if sample.timestamp is None else float(sample.timestamp)
            read[key] = (sample.value, at)
    return read


def of(read: Samples, name: str) -> dict[str, tuple[float, float | None]]:
    """Of one name, by target."""
    return {
        dict(labels).get("target", ""): sample for (found, labels), sample in read.items() if found == name
    }


def key(name: str, labels: Mapping[str, str]) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_a_sample_carries_the_time_of_its_measurement(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.0012}, age_ms=1250)), NOW)
    read = samples(state)
    assert read[key("pantau_icmp_rtt_median_seconds", GATEWAY)] == (0.0012, NOW - 1.25)
    assert read[key("pantau_probe_success", GATEWAY | {"probe": "icmp"})] == (1, NOW - 1.25)


def test_a_failed_measurement_has_no_success_and_no_undefined_values(state: State) -> None:
    values = {RTT: None, "icmp_loss_ratio": 1.0}
    state.apply("gradasi", report(table("icmp", "gateway", values, reason="timeout")), NOW)
    read = samples(state)
    assert of(read, "pantau_probe_success") == {"gateway": (0, NOW)}
    assert of(read, "pantau_icmp_loss_ratio") == {"gateway": (1, NOW)}
    assert not of(read, "pantau_icmp_rtt_median_seconds")


def test_a_measurement_that_could_not_run_is_no_failure_of_its_target(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", reason="permission")), NOW)
    assert not of(samples(state), "pantau_probe_success")


def test_a_measurement_that_is_not_fresh_has_no_series(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.0012})), NOW)
    assert of(samples(state, NOW + 30), "pantau_icmp_rtt_median_seconds")
    gone = samples(state, NOW + 31)
    assert not of(gone, "pantau_icmp_rtt_median_seconds")
    assert not of(gone, "pantau_probe_success")


def test_a_measurement_without_a_time_has_no_series(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.0012}), dated=False), NOW)
    assert not of(samples(state), "pantau_icmp_rtt_median_seconds")


def test_the_limits_of_a_site_are_those_of_its_role_but_for_what_it_says_itself() -> None:
    strict = WatchSettings(limits={"icmp_loss_ratio": 0.01, "icmp_rtt_median_seconds": 0.02})
    site = Site(role="pop", name="P", district="Kota", limits={"icmp_loss_ratio": 0.2})
    city = City(name="C", sites={"pop-a": site, "pop-b": Site(role="pop", name="B")}, roles={"pop": strict})
    said = {
        (labels["site"], labels["metric"]): value
        for (name, pairs), (value, at) in samples(State(city, {})).items()
        if name == "pantau_limit" and at is None and (labels := dict(pairs))
    }
    assert said == {
        ("pop-a", "icmp_loss_ratio"): 0.2,
        ("pop-a", "icmp_rtt_median_seconds"): 0.02,
        ("pop-a", "icmp_delay_variation_seconds"): 0.03,
        ("pop-b", "icmp_loss_ratio"): 0.01,
        ("pop-b", "icmp_rtt_median_seconds"): 0.02,
        ("pop-b", "icmp_delay_variation_seconds"): 0.03,
    }


def test_phases_are_one_family(state: State) -> None:
    values = {"http_connect_seconds": 0.01, "http_tls_seconds": 0.02, "http_status_code": 200.0}
    state.apply("gradasi", report(table("http", "sehat", values)), NOW)
    read = samples(state)
    sehat = SELATAN | {"target": "sehat"}
    assert read[key("pantau_http_duration_seconds", sehat | {"phase": "connect"})] == (0.01, NOW)
    assert read[key("pantau_http_duration_seconds", sehat | {"phase": "tls"})] == (0.02, NOW)
    assert read[key("pantau_http_status_code", sehat)] == (200, NOW)


def test_two_probes_of_one_target_are_told_apart(state: State) -> None:
    lasted = {"probe_duration_seconds": 0.03}
    state.apply("gradasi", report(table("http", "sehat", lasted), table("tcp", "sehat", lasted)), NOW)
    read = samples(state)
    for probe in ("http", "tcp"):
        labels = SELATAN | {"target": "sehat", "probe": probe}
        assert read[key("pantau_probe_duration_seconds", labels)] == (0.03, NOW)


def test_a_value_of_another_kind_is_left_out_so_that_no_line_comes_twice(state: State) -> None:
    foreign = {"tcp_connect_duration_seconds": 0.5, "agent_spooled_reports": 9.0, "luck": 7.0}
    tables = [table(kind, "sehat", foreign) for kind in ("http", "tcp")]
    state.apply("gradasi", report(*tables), NOW)
    assert of(samples(state), "pantau_tcp_connect_duration_seconds") == {"sehat": (0.5, NOW)}


def test_vitals_are_of_the_agent_and_of_no_target(state: State) -> None:
    state.apply("gradasi", report(table("agent", "self", {"agent_spooled_reports": 3.0})), NOW)
    read = samples(state)
    assert read[key("pantau_agent_spooled_reports", SELATAN)] == (3, NOW)
    assert not of(read, "pantau_probe_success")


def test_after_a_flip_the_values_of_the_last_interval_stay_with_their_own_time(state: State) -> None:
    state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.0012, "icmp_loss_ratio": 0.0})), NOW)
    flip = report(table("icmp", "gateway", {"icmp_silence_seconds": 1.0}, reason="timeout"), at=NOW + 4)
    state.apply("gradasi", flip, NOW + 4)
    read = samples(state, NOW + 4)
    assert of(read, "pantau_icmp_rtt_median_seconds") == {"gateway": (0.0012, NOW)}
    assert of(read, "pantau_icmp_silence_seconds") == {"gateway": (1, NOW + 4)}
    assert of(read, "pantau_probe_success") == {"gateway": (0, NOW + 4)}
    assert not of(samples(state, NOW + 31), "pantau_icmp_rtt_median_seconds")


def test_rows_of_a_device_are_interfaces_with_what_is_known_of_them() -> None:
    state = State(CITY, {"gradasi": frozenset({("snmp", "router")})})
    rows = Table(
        kind="snmp",
        target=["router", "router"],
        age_ms=[0, 0],
        values={
            "interface_up": [1.0, 0.0],
            "interface_info": [1.0, None],
            "device_uptime_seconds": [7.0, 7.0],
        },
        row=["ether1", "ether2"],
        info={"alias": ['to "noc"', ""]},
    )
    device = table("snmp", "router", {"device_uptime_seconds": 86400.0, "interface_up": 1.0})
    state.apply("gradasi", report(rows, device), NOW)
    read = samples(state)
    ether = SELATAN | {"device": "router", "interface": "ether1"}
    assert read[key("pantau_interface_up", ether)] == (1, NOW)
    assert read[key("pantau_interface_info", ether | {"alias": 'to "noc"', "index": ""})] == (1, NOW)
    assert read[key("pantau_device_uptime_seconds", SELATAN | {"device": "router"})] == (86400, NOW)
    success = SELATAN | {"target": "router", "probe": "snmp"}
    assert read[key("pantau_probe_success", success)] == (1, NOW)
    assert (
        len([name for name, _ in read if name in ("pantau_interface_up", "pantau_device_uptime_seconds")])
        == 3
    )


def test_an_agent_is_up_if_fresh_down_if_silent_absent_if_we_are_cut_off(state: State) -> None:
    up = key("pantau_agent_up", SELATAN)
    last = key("pantau_agent_last_report_timestamp_seconds", SELATAN)
    state.listen(NOW - 1000)
    state.apply("gradasi", report(at=NOW - 2), NOW)
    read = samples(state)
    assert read[up] == (1, None)
    assert read[last] == (NOW - 2, NOW - 2)
    silent = samples(state, NOW + 60)
    assert silent[up] == (0, None)
    assert last not in silent
    state.listen(None)
    assert up not in samples(state, NOW + 60)


def test_infos_join_what_the_inventory_knows() -> None:
    link = Link(from_="gradasi", to="noc", medium="radio", provider="isp-a", contract="K-017/2026")
    city = City(name="Pontianak", sites=CITY.sites, links={"gradasi-radio": link})
    state = State(city, EXPECTED, ASSIGNMENTS)
    state.apply("gradasi", report(), NOW)
    state.presence("gradasi", Presence(online=True, version="1.2"), NOW)
    read = samples(state)
    site = {
        "name": "Kampung Digital Gradasi",
        "role": "hotspot",
        "subdistrict": "Benua Melayu Laut",
        "feeder": "",
    }
    ends = {"link": "gradasi-radio", "from": "gradasi", "to": "noc", "use": "main"}
    for name, labels in (
        ("pantau_site_info", SELATAN | site),
        ("pantau_link_info", ends | {"provider": "isp-a", "medium": "radio", "contract": "K-017/2026"}),
        ("pantau_target_info", GATEWAY | {"address": "@gateway", "application": ""}),
        ("pantau_agent_info", SELATAN | {"version": "1.2"}),
        ("pantau_build_info", {"version": "0.1.0"}),
    ):
        assert read[key(name, labels)] == (1, None)


def test_the_infos_of_a_dashboard_are_of_the_inventory() -> None:
    office = Site(role="office", name="Office", devices={"ups": Device(address="10.0.0.9", snmp="ups")})
    links = {
        "fiber": Link(from_="office", to="noc"),
        "lte": Link(from_="office", to="internet", medium="lte", backup=True),
        "out": Link(from_="noc", to="internet", provider="isp-a"),
    }
    city = City(
        name="Pontianak",
        page_url="https://pantau.example/",
        internet=Internet(national=["192.0.2.1"]),
        sites={"noc": Site(role="noc", name="NOC"), "office": office},
        links=links,
        providers={"isp-a": Provider(name="ISP A")},
        applications={"antrean": Application(name="Antrean", url="https://a.example/", probed_from=["noc"])},
    )
    read = samples(State(city, {}))
    for name, labels in (
        ("pantau_city_info", {"city": "Pontianak", "pages": "https://pantau.example"}),
        ("pantau_device_info", {"site": "office", "district": "", "device": "ups", "sort": "ups"}),
        ("pantau_application_info", {"application": "antrean", "name": "Antrean", "owner": ""}),
        ("pantau_provider_info", {"provider": "isp-a", "name": "ISP A"}),
    ):
        assert read[key(name, labels)] == (1, None)
    found = [dict(labels) for name, labels in read if name == "pantau_link_info"]
    assert {one["link"]: one["use"] for one in found} == {"fiber": "main", "lte": "backup", "out": "main"}
    pings = {labels for name, labels in read if name == "pantau_link_ping_info"}
    assert pings == {
        frozenset({"link": "fiber", "site": "office", "target": "uplink"}.items()),
        frozenset({"link": "fiber", "site": "noc", "target": "office"}.items()),
        frozenset({"link": "out", "site": "noc", "target": "internet"}.items()),
    }
    assert "pantau_city_info" not in {name for name, _ in samples(State(City(name="Pontianak"), {}))}


def test_the_reason_of_a_failure_stands_until_the_next_measurement(state: State) -> None:
    labels = GATEWAY | {"probe": "icmp", "reason": "timeout"}
    failed = key("pantau_probe_reason_info", labels)
    state.apply("gradasi", report(table("icmp", "gateway", reason="timeout"), at=NOW - 2), NOW)
    assert samples(state)[failed] == (1, None)
    state.apply("gradasi", report(table("icmp", "gateway"), at=NOW - 1), NOW)
    assert failed not in samples(state)


def test_a_contracts_promise_and_a_sites_coordinates_are_metrics() -> None:
    link = Link(from_="office", to="noc", provider="isp-a", down_mbps=100, up_mbps=20, sla_percent=99.5)
    office = Site(
        role="office",
        name="Office",
        district="Kota",
        feeder="KP-12",
        latitude=-0.0263,
        longitude=109.3425,
        coordinate_quality="surveyed",
    )
    sites = {"noc": Site(role="noc", name="NOC"), "office": office}
    read = samples(
        State(
            City(name="", sites=sites, links={"fiber": link, "spare": Link(from_="noc", to="internet")}), {}
        )
    )
    place = {"site": "office", "district": "Kota", "quality": "surveyed"}
    assert read[key("pantau_site_latitude_degrees", place)] == (-0.0263, None)
    assert read[key("pantau_site_longitude_degrees", place)] == (109.3425, None)
    bandwidth = "pantau_link_bandwidth_bytes_per_second"
    assert read[key(bandwidth, {"link": "fiber", "direction": "down"})] == (12.5e6, None)
    assert read[key(bandwidth, {"link": "fiber", "direction": "up"})] == (2.5e6, None)
    sla = {"link": "fiber", "site": "office", "provider": "isp-a"}
    assert read[key("pantau_link_sla_ratio", sla)] == (0.995, None)
    assert {dict(labels)["feeder"] for name, labels in read if name == "pantau_site_info"} == {"", "KP-12"}
    assert len([name for name, _ in read if name in (bandwidth, "pantau_link_sla_ratio")]) == 3


def test_a_target_of_two_probes_has_one_address_so_that_joins_are_unambiguous(state: State) -> None:
    assert list(of(samples(state), "pantau_target_info")).count("sehat") == 1


def test_rendering_pauses_so_that_others_can_run() -> None:
    sites = {f"site-{number}": Site(role="office", name="") for number in range(100)}
    pieces = list(exposition(State(City(name="", sites=sites), {})).render(NOW))
    assert pieces.count(b"") == 5


hostile = st.text(max_size=20) | st.sampled_from(
    ['"', "\\", "\n", '\\"', "\\n", '"} 1\n', "{", "#", "\r", "�"]
)
values = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)


@given(
    names=st.tuples(hostile, hostile, hostile, hostile),
    row=hostile.filter(bool),
    sent=st.dictionaries(st.sampled_from(sorted(names_of("icmp"))), values | st.none()),
    at=st.integers(1, 29_999).map(lambda ms: round(NOW - ms / 1000, 3)),
)
def test_whatever_the_names_and_values_they_are_read_back_exactly(
    names: tuple[str, str, str, str], row: str, sent: dict[str, float | None], at: float
) -> None:
    district, name, subdistrict, version = names
    site = Site(role="noc", name=name, district=district, subdistrict=subdistrict)
    pairs = frozenset({("icmp", "gateway"), ("snmp", "router")})
    state = State(City(name="", sites={"noc": site}), {"noc": pairs})
    interface = table("snmp", "router", {"interface_up": 1.0}, row=row)
    state.apply("noc", report(table("icmp", "gateway", sent), interface, at=at), NOW)
    state.presence("noc", Presence(online=True, version=version), NOW)

    read = samples(state)
    agent = state.agents["noc"]
    where = {"site": "noc", "district": district}
    for metric, value in sent.items():
        probe = {"probe": "icmp"} if metric == "probe_duration_seconds" else {}
        found = read.get(key(CATALOGUE[metric].family, where | {"target": "gateway"} | probe))
        assert found == (None if value is None else (value, at))
        assert value is None or found is None or math.copysign(1, found[0]) == math.copysign(1, value)
    ((_, shown),) = agent.probes["snmp"]["router"].rows
    assert key("pantau_interface_up", where | {"device": "router", "interface": shown}) in read
    info = {"name": name, "role": "noc", "subdistrict": subdistrict, "feeder": ""}
    assert key("pantau_site_info", where | info) in read
    assert key("pantau_agent_info", where | {"version": agent.version}) in read


@needs_promtool
def test_promtool_has_no_complaints_about_any_family() -> None:
    kinds = ("agent", "icmp", "tcp", "dns", "http", "snmp")
    pairs = frozenset((kind, "self" if kind == "agent" else "far") for kind in kinds)
    state = State(CITY, {"gradasi": pairs}, ASSIGNMENTS)
    state.listen(NOW - 1000)
    every = {kind: dict.fromkeys(sorted(names_of(kind)), 1.0) for kind in kinds}
    tables = [table(kind, "self" if kind == "agent" else "far", every[kind]) for kind in kinds]
    tables += [table("snmp", "far", values, row="ether1") for values in parts(every["snmp"])]
    state.apply("gradasi", report(*tables), NOW)
    exposed = text(state)
    assert all(f"\n# TYPE {metric.family} ".encode() in b"\n" + exposed for metric in CATALOGUE.values())
    complaints = promtool_complaints(exposed).splitlines()
    assert [line for line in complaints if RATED_IN_BITS not in line] == []


def test_a_full_report_is_exposed_in_full() -> None:
    probes = [Icmp(target=f"site-{number}", address="10.0.0.1") for number in range(MAX_MEASUREMENTS)]
    work = Assignment(version=1, probes=list(probes))
    pairs = frozenset(("icmp", probe.target) for probe in probes)
    state = State(CITY, {"noc": pairs}, {"noc": work})
    state.apply("noc", report(*(table("icmp", probe.target, {RTT: 0.001}) for probe in probes)), NOW)
    assert len(of(samples(state), "pantau_icmp_rtt_median_seconds")) == MAX_MEASUREMENTS
