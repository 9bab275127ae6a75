import ipaddress
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.assignment import accept, supersedes
from agent.net.allow import Allow
from collector.assignments.compile import Watched, assignments, expected, overtaken, renewed, watched
from collector.inventory import City, load
from collector.inventory.targets import is_reserved
from tests.collector.inventory.cities import MINIMAL, SAMPLE_CITY, Sheets, valid_sheets, write
from wire.messages import MAX_VERSION, VERSIONS_AHEAD, Assignment, decode_assignment, encode
from wire.probes import Dns, Http, Icmp, Probe, Snmp


def work(tmp_path: Path, *tables: str) -> dict[str, list[Probe]]:
    city = load(write(tmp_path, MINIMAL, *tables))
    return {agent: assignment.probes for agent, assignment in assignments(city, version=7).items()}


def pings(probes: list[Probe]) -> dict[str, str]:
    return {probe.target: probe.address for probe in probes if isinstance(probe, Icmp)}


def test_a_hotspot_pings_its_gateway_and_its_uplink(tmp_path: Path) -> None:
    assert pings(work(tmp_path)["gradasi"]) == {"gateway": "@gateway", "uplink": "10.61.1.1"}


def test_a_pop_pings_the_routers_of_its_children(tmp_path: Path) -> None:
    assert pings(work(tmp_path)["pop"]) == {
        "gateway": "@gateway",
        "uplink": "10.61.0.1",
        "gradasi": "10.61.4.1",
    }


def test_the_noc_pings_the_routers_of_the_city(tmp_path: Path) -> None:
    assert pings(work(tmp_path)["noc"]) == {"gateway": "@gateway", "pop": "10.61.1.1", "gradasi": "10.61.4.1"}


def test_what_stands_for_the_internet_and_the_resolvers_come_from_the_city(tmp_path: Path) -> None:
    facts = '[city]\ninternet = ["1.1.1.1", "9.9.9.9"]\nresolvers = ["10.61.0.53", "10.61.0.54"]'
    city = load(write(tmp_path, MINIMAL.replace("[city]", facts)))
    probes = assignments(city, version=1)["gradasi"].probes
    assert pings(probes).items() >= {("internet", "1.1.1.1"), ("internet2", "9.9.9.9")}
    resolvers = {probe.target: probe.address for probe in probes if isinstance(probe, Dns)}
    assert resolvers == {"resolver": "10.61.0.53", "resolver2": "10.61.0.54"}


def test_the_targets_of_each_ring_are_pinged(tmp_path: Path) -> None:
    facts = '[city]\ninternet = { city = ["203.0.113.1"], international = ["198.51.100.1"] }'
    city = load(write(tmp_path, MINIMAL.replace("[city]", facts)))
    probes = assignments(city, version=1)["gradasi"].probes
    assert pings(probes).items() >= {("internet", "198.51.100.1"), ("internet2", "203.0.113.1")}


def test_without_resolvers_each_agent_asks_its_own(tmp_path: Path) -> None:
    assert Dns("resolver", "@resolver", "example.com") in work(tmp_path)["gradasi"]


def test_the_far_end_of_a_second_uplink_goes_by_its_own_name(tmp_path: Path) -> None:
    spare = '[links.gradasi-spare]\nfrom = "gradasi"\nto = "noc"\nbackup = true'
    assert pings(work(tmp_path, spare)["gradasi"]).items() >= {("uplink", "10.61.1.1"), ("noc", "10.61.0.1")}


def test_an_application_is_probed_from_roles_and_sites(tmp_path: Path) -> None:
    application = """
        [applications.antrean]
        name = "Antrean"
        url = "https://antrean.example/"
        expect = { status = 200, text = "Ambil antrean" }
        probed_from = ["hotspot", "noc"]
    """
    probe = Http("antrean", "https://antrean.example/", status=200, body_contains="Ambil antrean")
    assert [agent for agent, probes in work(tmp_path, application).items() if probe in probes] == [
        "noc",
        "gradasi",
    ]


def test_how_an_application_is_asked_reaches_its_agents(tmp_path: Path) -> None:
    application = """
        [applications.antrean]
        name = "Antrean"
        url = "https://antrean.example/"
        probed_from = ["noc"]
        method = "HEAD"
        verify_certificate = true
        ca_file = "/etc/pantau/city-ca.pem"
        max_bytes = 4000000
        timeout_seconds = 20
        [applications.lama]
        name = "Lama"
        url = "https://lama.example/"
        probed_from = ["noc"]
        verify_certificate = false
    """
    asked = Http(
        "antrean",
        "https://antrean.example/",
        method="HEAD",
        ca_file="/etc/pantau/city-ca.pem",
        max_bytes=4_000_000,
        timeout_seconds=20.0,
    )
    probes = work(tmp_path, application)["noc"]
    assert asked in probes
    assert Http("lama", "https://lama.example/", verify_certificate=False) in probes


def test_devices_are_polled_by_the_agent_beside_them(tmp_path: Path) -> None:
    router = 'router = { address = "10.61.7.1", snmp = "mikrotik" }'
    office = f'[sites.dinkes]\nrole = "office"\nname = "D"\n{router}\nups = "10.61.7.9"'
    polled = {
        agent: {probe.target: probe.address for probe in probes if isinstance(probe, Snmp)}
        for agent, probes in work(tmp_path, office).items()
    }
    assert polled["dinkes"] == {"router": "10.61.7.1", "ups": "10.61.7.9"}
    assert not any(devices for agent, devices in polled.items() if agent != "dinkes")


def test_how_a_sort_of_device_is_asked_comes_from_the_inventory(tmp_path: Path) -> None:
    sort = '[snmp.ups]\nprofiles = ["ups"]\nuser = "pantau"\nauth_file = "auth"\npriv_file = "priv"'
    office = '[sites.dinkes]\nrole = "office"\nname = "D"\nups = "10.61.7.9"'
    assert (
        Snmp("ups", "10.61.7.9", ["ups"], user="pantau", auth_file="auth", priv_file="priv")
        in work(tmp_path, sort, office)["dinkes"]
    )


def test_what_a_site_says_replaces_what_its_role_says(tmp_path: Path) -> None:
    web = 'probes = [{ kind = "icmp", target = "web", address = "10.61.0.8" }]'
    role = f"[roles.office]\n{web}"
    site = f'[sites.dinkes]\nrole = "office"\nname = "D"\n{web.replace("0.8", "0.9")}'
    assert pings(work(tmp_path, role, site)["dinkes"])["web"] == "10.61.0.9"


METERED = """
[sites.posyandu]
role = "hotspot"
name = "Posyandu"
router = "192.168.8.1"

[links.posyandu-lte]
from = "posyandu"
to = "internet"
medium = "lte"
metered = true
"""


def test_a_metered_site_is_pinged_slowly_and_reports_each_minute(tmp_path: Path) -> None:
    city = load(write(tmp_path, MINIMAL.replace("[city]", '[city]\ninternet = ["1.1.1.1"]'), METERED))
    assignment = assignments(city, version=1)["posyandu"]
    periods = {probe.target: probe.period_seconds for probe in assignment.probes}
    assert periods == {"gateway": 1.0, "internet": 20.0, "resolver": 60.0}
    assert assignment.report_interval_seconds == 60.0


def test_echoes_from_above_keep_to_the_pace_of_the_link_they_cross(tmp_path: Path) -> None:
    metered = MINIMAL.replace('medium = "radio"', 'medium = "radio", metered = true')
    work = assignments(load(write(tmp_path, metered)), version=1)
    probes = [*work["noc"].probes, *work["pop"].probes]
    periods = [probe.period_seconds for probe in probes if probe.target == "gradasi"]
    assert periods == [20.0, 20.0]


def test_a_site_that_can_t_be_seen_from_above_says_how_long_silence_takes(tmp_path: Path) -> None:
    how = watched(load(write(tmp_path, MINIMAL, METERED)))
    assert how["posyandu"] == Watched((), 180.0)
    assert how["gradasi"] == Watched(("noc", "pop"), 30.0)


def test_expected_are_the_kinds_and_targets_of_the_work(tmp_path: Path) -> None:
    city = load(write(tmp_path))
    assert expected(assignments(city, version=1))["gradasi"] == frozenset(
        {("icmp", "gateway"), ("icmp", "uplink"), ("dns", "resolver")}
    )


def test_in_the_sample_city_silence_judges_only_sites_on_the_internet() -> None:
    city = load(SAMPLE_CITY)
    assert set(assignments(city, version=1)) == set(city.sites)
    silent = [site for site, how in watched(city).items() if not how.by]
    assert silent == [link.from_ for link in city.links.values() if link.to == "internet"]


def city_of(sheets: Sheets) -> City:
    with tempfile.TemporaryDirectory() as folder:
        return load(sheets.write(Path(folder)))


@given(valid_sheets())
def test_every_site_has_work_that_its_agent_can_decode(sheets: Sheets) -> None:
    city = city_of(sheets)
    work = assignments(city, version=3)
    assert set(work) == set(city.sites)
    for assignment in work.values():
        assert assignment.version == 3
        assert len(decode_assignment(encode(assignment)).probes) == len(assignment.probes)


@given(valid_sheets())
def test_every_site_is_watched_from_above_or_judged_by_silence_in_time(sheets: Sheets) -> None:
    city = city_of(sheets)
    work = assignments(city, version=1)
    for site, how in watched(city).items():
        by = [agent for agent, assignment in sorted(work.items()) if site in pings(assignment.probes)]
        assert set(how.by) <= set(by)
        assert how.silence_seconds == 3 * work[site].report_interval_seconds <= 180


@given(valid_sheets())
def test_kind_and_target_are_unique_and_every_target_is_known(sheets: Sheets) -> None:
    city = city_of(sheets)
    for agent, assignment in assignments(city, version=1).items():
        pairs = [(type(probe), probe.target) for probe in assignment.probes]
        assert len(pairs) == len(set(pairs))
        known = {*city.sites, *city.applications, *city.sites[agent].devices} - {agent}
        assert all(is_reserved(target) or target in known for _, target in pairs)


@given(valid_sheets())
def test_no_agent_is_told_what_it_refuses_as_it_is_installed(sheets: Sheets) -> None:
    for assignment in assignments(city_of(sheets), version=1).values():
        assert accept(encode(assignment), Allow()).refused == []


@given(valid_sheets(), st.lists(st.sampled_from(["10.61.0.0/16", "8.8.0.0/16", "1.1.1.1/32"]), max_size=2))
def test_of_its_work_an_agent_does_what_its_own_list_allows_and_tells_the_rest(
    sheets: Sheets, networks: list[str]
) -> None:
    own = Allow(kinds=("icmp", "snmp"), networks=tuple(networks))
    listed = list(map(ipaddress.ip_network, networks))
    for assignment in assignments(city_of(sheets), version=1).values():
        done = accept(encode(assignment), own)
        assert len(done.probes) + len(done.refused) == len(assignment.probes)
        for probe in done.probes:
            assert isinstance(probe, Icmp | Snmp)
            if listed and probe.target != "gateway":
                assert any(ipaddress.ip_address(probe.address) in network for network in listed)


def test_an_agent_that_has_a_newer_version_is_sent_a_newer_one(tmp_path: Path) -> None:
    """After the collector's clock was set back; agents don't go back."""
    sent = assignments(load(write(tmp_path)), version=7)
    assert overtaken(sent, {"gradasi": 7, "pop": 6, "noc": 0}, 7) == {}
    newer = overtaken(sent, {"gradasi": 12, "pop": 7, "stranger": 99}, 7)
    assert newer.keys() == {"gradasi"}
    assert (newer["gradasi"].version, newer["gradasi"].probes) == (13, sent["gradasi"].probes)


@pytest.mark.parametrize("absurd", [9 + VERSIONS_AHEAD, MAX_VERSION, 2**53, 2**80])
def test_an_absurd_version_is_not_followed(tmp_path: Path, absurd: int) -> None:
    sent = assignments(load(write(tmp_path)), version=7)
    assert overtaken(sent, {"gradasi": absurd}, 7) == {}
    assert renewed(assignments(load(write(tmp_path)), 8), sent, {"gradasi": absurd})["gradasi"].version == 8


def test_nobody_climbs_by_saying_a_higher_version_again_and_again(tmp_path: Path) -> None:
    sent = assignments(load(write(tmp_path)), version=7)
    for _ in range(20):
        said = sent["gradasi"].version + VERSIONS_AHEAD
        sent |= overtaken(sent, {"gradasi": said}, 7)
    assert sent["gradasi"].version <= 7 + VERSIONS_AHEAD + 1


@given(
    valid_sheets(),
    st.integers(1, 10**13),
    st.integers(0, 2**60),
    st.lists(st.integers(0, 2**60), max_size=4),
)
def test_whatever_was_said_in_its_name_an_agent_gets_its_work(
    sheets: Sheets, own: int, in_force: int, lies: list[int]
) -> None:
    """`in_force` may be poisoned, on disk too; each lie is said once, then the agent speaks for itself."""
    own = min(own, MAX_VERSION // 2)
    agent, work = next(iter(assignments(city_of(sheets), own).items()))
    sent = {agent: work}
    in_force = in_force if in_force <= MAX_VERSION else 0
    for said in lies:
        sent |= overtaken(sent, {agent: said}, own)
    for _ in range(3):
        if supersedes(sent[agent].version, in_force):
            in_force = sent[agent].version
        sent |= overtaken(sent, {agent: in_force}, own)
    assert in_force == sent[agent].version


@given(valid_sheets(), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), max_size=6))
def test_each_version_is_above_the_one_before_whatever_the_clock_says(
    sheets: Sheets, history: list[tuple[int, int]]
) -> None:
    city = city_of(sheets)
    sent: dict[str, Assignment] = {}
    for version, said in history:
        before, says = sent, dict.fromkeys(city.sites, said)
        sent = renewed(assignments(city, version), before, says)
        assert not overtaken(sent, says, version)
        assert all(sent[agent].version > max(said, before[agent].version) for agent in before)


@given(valid_sheets(), st.randoms(use_true_random=False))
def test_compiling_again_gives_the_same_however_the_rows_are_ordered(
    sheets: Sheets, shuffled: random.Random
) -> None:
    first = assignments(city_of(sheets), version=1)
    shuffled.shuffle(sheets.sites)
    shuffled.shuffle(sheets.links)
    again = assignments(city_of(sheets), version=1)
    assert encoded(again) == encoded(first)


def encoded(work: dict[str, Assignment]) -> dict[str, bytes]:
    return {agent: encode(assignment) for agent, assignment in work.items()}
