from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.assignments.compile import assignments, expected
from collector.assignments.cost import costs
from collector.city.state import State
from collector.commands.plan import plan
from collector.incidents import Incidents, network_of
from collector.inventory import BadInventory, check, init, load
from collector.prometheus.exposition import Exposition
from tests.collector.inventory.cities import MINIMAL, SAMPLE_CITY, write
from tests.fakes.small_city import NOW, report, table
from wire.messages import Assignment
from wire.metrics import names_of
from wire.probes import Icmp, Snmp, kind
from wire.profiles import builtin
from wire.report import Table

RECEIVER = '[receivers.shift]\nwebhook = { url = "http://127.0.0.1:9/" }'
WITH_INTERNET = MINIMAL.replace("[city]", '[city]\ninternet = ["1.1.1.1"]')


def test_check_says_that_all_is_good(tmp_path: Path) -> None:
    folder = write(tmp_path, WITH_INTERNET, RECEIVER)
    assert check(folder) == [f"{folder}: good: sites 3, links 2, applications 0"]


def test_check_warns_of_what_is_probably_not_meant(tmp_path: Path) -> None:
    lonely = '[sites.dinkes]\nrole = "office"\nname = "D"'
    application = (
        '[applications.sehat]\nname = "S"\nurl = "https://sehat.example/"\nprobed_from = ["hotspot"]'
    )
    receiver = '[receivers.shift]\ntelegram = { chat = 1, token_file = "telegram" }'
    no_noc = MINIMAL.replace('role = "noc"', 'role = "pop"').replace('"hotspot"', '"office"')
    folder = write(tmp_path, no_noc, lonely, application, receiver)
    assert check(folder)[:-1] == [
        "warning: sites: none has role 'noc', so no agent watches the city as a whole; "
        "give one site that role",
        "warning: city.internet: has no address outside the city, so nobody would see a provider's outage; "
        "name one or two addresses",
        "warning: sites.noc: no link leads up from it, so no other outage explains its own; add one",
        "warning: sites.dinkes: no link leads up from it, so no other outage explains its own; add one",
        "warning: applications.sehat.probed_from: no site has such a role yet, so nobody probes it",
        f"warning: receivers.shift: {folder}/telegram is not there; "
        "write the secret into it, readable by pantau only",
    ]


def test_check_warns_of_what_agents_refuse_to_probe(tmp_path: Path) -> None:
    application = '[applications.own]\nname = "O"\nurl = "http://127.0.0.1:8470/"\nprobed_from = ["noc"]'
    web = '[roles.noc]\nprobes = [{ kind = "tcp", target = "web", address = "169.254.169.254", port = 80 }]'
    city = MINIMAL.replace("[city]", '[city]\ninternet = ["::1", "one.example"]')
    folder = write(tmp_path, city, application, web, RECEIVER)
    special = "is loopback, link-local, multicast or unspecified, which agents refuse"
    assert check(folder)[:-1] == [
        f"warning: {key}: {host} {special}, but for those that list it in their [allow]"
        for key, host in (
            ("city.internet", "::1"),
            ("applications.own.url", "127.0.0.1"),
            ("roles.noc.probes[0]", "169.254.169.254"),
        )
    ]


def test_check_refuses_what_load_refuses(tmp_path: Path) -> None:
    with pytest.raises(BadInventory):
        check(write(tmp_path, "[city"))


def test_init_writes_an_inventory_that_check_finds_good(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    assert init(folder) == [f"{folder}/city.toml: written; change it, then: pantau-collector check {folder}"]
    assert check(folder)[-1] == f"{folder}: good: sites 5, links 6, applications 1"


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "city.toml").write_text("mine")
    with pytest.raises(BadInventory, match=r"city\.toml: File exists; give another directory"):
        init(tmp_path)
    assert (tmp_path / "city.toml").read_text() == "mine"


def test_plan_says_what_the_sample_city_costs_and_how_outages_show() -> None:
    lines = plan(SAMPLE_CITY)
    assert lines[0].startswith("in all: 102 agents, ")
    assert lines[1].startswith("Pontive Center / NOC Diskominfo (Kantor Wali Kota) [noc-pontive]: ")
    assert lines[-1] == (
        "Bank Sampah [hotspot-bank-sampah], Posyandu Surya Sehat [hotspot-posyandu-surya], "
        "TPA Batu Layang (Komanda) [hotspot-tpa-batulayang] and 2 more: "
        "no agent above can see the router; silence tells after 180 s"
    )


def test_plan_says_by_name_who_measures_what() -> None:
    lines = plan(SAMPLE_CITY)
    assert (
        "POP Pontianak Utara [pop-utara] measures 11 sites: Kantor Camat Pontianak Utara [camat-utara], "
        "Kampung Tenun Khatulistiwa [hotspot-kampung-tenun], Kantor Lurah Batu Layang [lurah-batu-layang] "
        "and 8 more"
    ) in lines
    assert any(line.startswith("Antrean Puskesmas [antrean] is measured from 96 sites: ") for line in lines)
    assert "gateway is measured from each of the 102 sites" in lines


def test_plan_says_whose_work_a_change_alters(tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    site = '[sites.dinkes]\nrole = "office"\nname = "D"\nrouter = "10.61.7.1"'
    link = '[links.dinkes-fiber]\nfrom = "dinkes"\nto = "pop"'
    new = write(tmp_path / "new", WITH_INTERNET.replace("10.61.4.1", "10.61.4.2"), site, link)
    assert plan(new, old)[2:] == [
        "4 of 4 agents change their work",
        "D [dinkes]: new",
        "Gradasi [gradasi]: + icmp internet",
        "NOC [noc], POP [pop]: + icmp D [dinkes]; ~ icmp Gradasi [gradasi] (address 10.61.4.1 -> 10.61.4.2); "
        "+ icmp internet",
    ]


def test_an_inventory_that_gives_the_same_work_changes_nothing(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old"), write(tmp_path / "new", MINIMAL, RECEIVER)
    assert plan(new, old)[2:] == ["0 of 3 agents change their work"]


def test_one_echo_a_second_costs_the_site_14_5_megabytes_a_day(tmp_path: Path) -> None:
    spent = {}
    for name, text in (("with", MINIMAL), ("without", MINIMAL.replace(', router = "10.61.4.1"', ""))):
        city = load(write(tmp_path / name, text))
        spent[name] = costs(city, assignments(city, version=1))["gradasi"].bytes_per_day
    assert spent["with"] - spent["without"] == 2 * 86400 * 168  # from the pop and from the noc


OF_THE_INVENTORY = ("#", "pantau_link_ping_info", "pantau_device_info")
DEVICES = """
[sites.dinkes]
role = "office"
name = "D"
district = "Kota"
router = { address = "10.61.7.1", snmp = "mikrotik" }
ups = "10.61.7.9"

[applications.antrean]
name = "A"
url = "https://antrean.example/"
probed_from = ["office", "noc"]
"""


def test_the_series_that_plan_counts_are_those_that_prometheus_is_shown(tmp_path: Path) -> None:
    city = load(write(tmp_path, MINIMAL, DEVICES))
    work = assignments(city, version=1)
    state = State(city, expected(work), work)
    for agent, assignment in work.items():
        state.apply(agent, report(*everything(assignment)), NOW)
    shown = Exposition(state, Incidents(network_of(city, work), NOW), "0").render(NOW)
    lines = b"".join(shown).decode().splitlines()
    lines = [line for line in lines if not line.startswith(OF_THE_INVENTORY)]
    for agent, cost in costs(city, work).items():
        of_agent = [line for line in lines if f'site="{agent}"' in line]
        assert cost.series == len(of_agent) + 1, "whether the site is up nobody knows yet"


def everything(assignment: Assignment) -> Iterator[Table]:
    """All that an agent can say of its work: of each table of a device five parts."""
    for probe in assignment.probes:
        if isinstance(probe, Snmp):
            yield from of_a_device(probe)
            continue
        names = names_of(kind(probe)) - ({"probe_duration_seconds"} if isinstance(probe, Icmp) else set())
        yield table(kind(probe), probe.target, dict.fromkeys(names, 1.0))
    yield table("agent", "self", dict.fromkeys(names_of("agent"), 1.0))


def of_a_device(probe: Snmp) -> Iterator[Table]:
    names = {"probe_duration_seconds", "snmp_failed_profiles", "snmp_missing_values"}
    for profile in map(builtin, probe.profiles):
        names |= profile.values.keys() | ({"snmp_truncated_tables"} if profile.tables else set())
        for one in profile.tables:
            values = one.values.keys() | ({one.info.value} if one.info else set())
            for number in range(5):
                yield table("snmp", probe.target, dict.fromkeys(values, 1.0), row=f"ether{number}")
    yield table("snmp", probe.target, dict.fromkeys(names, 1.0))


def test_the_plan_says_which_devices_find_their_profiles_themselves(tmp_path: Path) -> None:
    olt, ups = (
        f'{{ address = "10.61.4.{host}", snmp = "{sort}" }}' for host, sort in ((8, "auto"), (9, "ups"))
    )
    devices = f"devices = {{ olt = {olt}, ups = {ups} }}"
    folder = write(tmp_path, MINIMAL.replace('router = "10.61.4.1"', f'router = "10.61.4.1", {devices}'))
    lines = [line for line in plan(folder) if line.startswith("snmp ")]
    assert lines == [
        "snmp auto: 1 device each 60 s by the profiles that fit, which its agent finds out once a day and"
        " after a restart",
        "snmp ups: 1 device each 10 s by system, ups",
    ]
