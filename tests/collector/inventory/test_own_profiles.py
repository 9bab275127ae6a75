"""The SNMP profiles that a city writes beside its inventory: ten lines, no code."""

from pathlib import Path

import pytest

from agent.assignment import accept
from agent.net.allow import UNRESTRICTED
from collector.assignments.compile import assignments
from collector.city.agents import keep_known
from collector.city.series import columns
from collector.city.state import State
from collector.incidents import Incidents, network_of
from collector.inventory import BadInventory, load
from collector.prometheus.exposition import Exposition
from tests.agent.probes.unrestricted import measure_rows
from tests.collector.inventory.cities import MINIMAL, write
from tests.fakes.scripted import udp_server
from tests.fakes.small_city import NOW, report, table
from tests.servers import ber
from tests.servers.ber import number, text
from wire.messages import encode
from wire.probes import Snmp

GENSET = """
title = "Genset controller"
match = { object_ids = ["1.3.6.1.4.1.99999"] }

[values]
genset_fuel = [{ oid = "1.3.6.1.4.1.99999.1.0", unit = "%", minimum = 0, maximum = 100 }]
genset_starts = [
  { oid = "1.3.6.1.4.1.99999.2.0", family = "pantau_device_genset_starts_total", type = "counter" },
]

[[tables]]
row = ["1.3.6.1.4.1.99999.3.1"]
values = { sensor_temperature_celsius = [{ oid = "1.3.6.1.4.1.99999.3.2", scale = 0.1 }] }
"""

DEVICE = 'devices = { genset = { address = "10.61.4.9", snmp = "%s" } }'
TREE = (1, 3, 6, 1, 4, 1, 99999)
OBJECTS = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): text("GC-200"),
    (1, 3, 6, 1, 2, 1, 1, 2, 0): ber.tlv(0x06, bytes.fromhex("2b06010401868d1f")),
    (1, 3, 6, 1, 2, 1, 1, 3, 0): number(100, ber.TIMETICKS),
    (*TREE, 1, 0): number(62),
    (*TREE, 2, 0): number(7, ber.COUNTER32),
    (*TREE, 3, 1, 1): text("coolant"),
    (*TREE, 3, 2, 1): number(834),
}


def inventory(folder: Path, profile: str = GENSET, sort: str = "genset", *more: str) -> Path:
    sites = MINIMAL.replace('router = "10.61.4.1"', f'router = "10.61.4.1", {DEVICE % sort}')
    write(folder, sites, *more)
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles/genset.toml").write_text(profile)
    return folder


def answer(datagram: bytes) -> list[bytes]:
    request = ber.read_request(datagram)
    if request.pdu == ber.GET:
        found = [(oid, OBJECTS.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
        return [ber.message(ber.RESPONSE, request.id, found)]
    cursors, found = list(request.oids), []
    for _ in range(max(1, request.repetitions)):
        for place, cursor in enumerate(cursors):
            after = min((oid for oid in OBJECTS if oid > cursor), default=None)
            found.append((after, OBJECTS[after]) if after else (cursor, ber.END_OF_MIB_VIEW))
            cursors[place] = after or cursor
    return [ber.message(ber.RESPONSE, request.id, found)]


@pytest.mark.parametrize("sort", ["genset", "auto"])
async def test_ten_lines_beside_the_inventory_become_series(
    sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "snmp").write_text("public")
    city = load(inventory(tmp_path / "inventory", sort=sort))
    work = assignments(city, 1)
    sent = accept(encode(work["gradasi"]), UNRESTRICTED)
    assert not sent.refused
    (probe,) = [one for one in sent.probes if isinstance(one, Snmp)]
    async with udp_server(answer) as port:
        asked = Snmp("genset", "127.0.0.1", probe.profiles, "snmp", port=port, own=probe.own)
        device, coolant = await measure_rows(asked)
    assert device.values["snmp_failed_profiles"] == 0
    if sort == "auto":
        assert (device.info["vendor"], device.info["model"]) == ("enterprise 99999", "GC-200")
        assert device.info["profiles"].split() == ["system", "genset"]
    state = State(city, {"gradasi": frozenset({("snmp", "genset")})}, work)
    state.listen(NOW - 1000)
    tables = [
        table("snmp", "genset", dict(device.values)),
        table("snmp", "genset", dict(coolant.values), row=coolant.row),
    ]
    state.apply("gradasi", report(*tables), NOW)
    shown = b"".join(Exposition(state, Incidents(network_of(city, work), NOW), "0").render(NOW)).decode()
    where = 'site="gradasi",district=""'
    assert f'pantau_device_value{{name="genset_fuel",unit="%",device="genset",{where}}} 62' in shown
    assert "# TYPE pantau_device_genset_starts_total counter" in shown
    assert f'pantau_device_genset_starts_total{{device="genset",{where}}} 7' in shown
    sensor = f'pantau_sensor_temperature_celsius{{device="genset",sensor="coolant",{where}}} 83.4'
    assert sensor in shown


TWO_PARTS = (
    "\n".join(
        f"[[tables]]\nrow = ['1.3.9']\n[tables.values]\n{value} = [{{ oid = '1.3.8' }}]\n"
        "duty = [{ oid = '1.3.7', unit = '%' }]"
        for value in ("radio_up", "board_up")
    )
    + "\n[[tables]]"
)
GROUPED = """
[[totals]]
column = "1.3.6.1.4.1.99999.4.1"
by = "0:"
values = { radio_clients = { of = "count" } }
"""
FAULTS = [
    ('oid = "1.3.6.1.4.1.99999.1.0"', 'oid = "1.3.x"', "values.genset_fuel[0].oid: '1.3.x'"),
    ('unit = "%", ', "", "values.genset_fuel: is no value of pantau"),
    ("sensor_temperature_celsius", "device_load1", "is of the device itself; write it under [values]"),
    ("pantau_device_genset_starts_total", "pantau_device_info", "pantau_device_info is pantau's own"),
    (
        "[[tables]]",
        f"{GROUPED}\n[[tables]]",
        "totals[0].by: '0:' may be somebody's address; group by one or two",
    ),
    ("[values]", "[value]", "did you mean 'values'?"),
    ("99999.1.0", "\u0669\u0669.1.0", "values.genset_fuel[0].oid"),
    ("99999.1.0", "9999999999.1.0", "values.genset_fuel[0].oid"),
    (
        "[[tables]]",
        'stops = [{ oid = "1.3.9", family = "pantau_device_genset_starts_total" }]\n[[tables]]',
        "values.stops: is the series of values.genset_starts too",
    ),
    ("[[tables]]", TWO_PARTS, "tables[1].values.duty: is the series of tables[0].values.duty too"),
    (
        "row = ",
        'info = { value = "radio_info", texts = { ssid = "1.3.9" } }\nrow = ',
        "tables[0].values: has values of a radio and a sensor",
    ),
    (
        "[[tables]]",
        "[[totals]]\ncolumn = '1.3.9'\nby = '0:1'\n"
        "values = { radio_clients = { of = 'count' }, pon_onus = { of = 'count' } }\n[[tables]]",
        "totals[0].values: has values of a port and a radio",
    ),
    ("scale = 0.1", 'scale = "0,1"', "tables[0].values.sensor_temperature_celsius"),
]


@pytest.mark.parametrize(("good", "bad", "complaint"), FAULTS)
def test_a_fault_of_a_profile_is_named_with_file_key_and_remedy(
    good: str, bad: str, complaint: str, tmp_path: Path
) -> None:
    assert good in GENSET
    with pytest.raises(BadInventory) as caught:
        load(inventory(tmp_path, GENSET.replace(good, bad)))
    told = str(caught.value)
    assert told.startswith("profiles/genset.toml: ")
    assert complaint in told
    assert "Traceback" not in told


def test_a_slip_in_a_name_of_the_catalogue_is_no_new_value(tmp_path: Path) -> None:
    slipped = GENSET.replace(
        'genset_fuel = [{ oid = "1.3.6.1.4.1.99999.1.0", unit = "%",',
        'ups_load_rato = [{ oid = "1.3.6.1.4.1.99999.1.0",',
    )
    with pytest.raises(BadInventory, match="perhaps it is 'ups_load_ratio'"):
        load(inventory(tmp_path, slipped))


def test_a_profile_that_nobody_has_is_named_with_the_nearest(tmp_path: Path) -> None:
    folder = inventory(tmp_path, GENSET, "genset", '[snmp.genset]\nprofiles = ["system", "gensett"]')
    with pytest.raises(BadInventory, match="'gensett' is no profile; did you mean 'genset'"):
        load(folder)


@pytest.mark.parametrize("name", ["auto", "auto-ups", "mikrotik"])
def test_no_profile_has_the_name_of_a_sort_of_device(name: str, tmp_path: Path) -> None:
    """profiles/auto.toml made each device of snmp = "auto" one of that profile."""
    folder = inventory(tmp_path)
    (folder / f"profiles/{name}.toml").write_text(GENSET)
    with pytest.raises(BadInventory, match=rf"profiles/{name}\.toml: {name} is a sort of device already"):
        load(folder)


def test_more_profiles_than_an_agent_takes_and_large_ones_are_refused(tmp_path: Path) -> None:
    """The agent refuses a probe with more, and so would poll nothing."""
    folder = inventory(tmp_path)
    for at in range(33):
        (folder / f"profiles/p{at}.toml").write_text(GENSET)
    with pytest.raises(BadInventory, match=r"34 profiles have a \[match\], at most 16 may"):
        load(folder)
    readings = ", ".join(['{ oid = "1.3.6.1.4.1.99999.1.0", unit = "%" }'] * 16)
    values = "\n".join(f"v{number} = [{readings}]" for number in range(64))
    with pytest.raises(BadInventory, match=r"genset\.toml: is larger than 32 KiB"):
        load(inventory(tmp_path / "large", f"[values]\n{values}"))
    many = "\n".join(f'v{number} = [{{ oid = "1.3.9", unit = "%" }}]' for number in range(65))
    with pytest.raises(BadInventory, match=r"genset\.toml: values"):
        load(inventory(tmp_path / "many", f"[values]\n{many}"))


def test_a_suffix_in_capital_letters_is_read(tmp_path: Path) -> None:
    folder = inventory(tmp_path)
    (folder / "profiles/genset.toml").rename(folder / "profiles/genset.TOML")
    assert list(load(folder).profiles) == ["genset"]


def test_a_family_that_two_profiles_give_another_type_is_one_series() -> None:
    """Prometheus takes no second value of a series at one time."""
    names = ("pantau_device_foo:counter", "pantau_device_foo:gauge", "x:%")
    assert [one.name for one in columns("snmp", "", names).values if one.name in names] == [
        names[0],
        names[2],
    ]


def test_a_value_of_megabytes_is_one_short_line_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadInventory) as caught:
        load(inventory(tmp_path, GENSET.replace("Genset controller", "x" * 1_000_000)))
    told = str(caught.value)
    assert told.startswith("profiles/genset.toml: title: ")
    assert "120" in told[-60:]
    assert len(told) < 1100


def test_a_table_has_room_for_the_values_of_several_full_profiles() -> None:
    own: dict[str, float] = {f"{name}{place}:%": 1.0 for name in "abc" for place in range(64)}
    sent = table("snmp", "genset", own)
    assert keep_known(sent) == 0
    assert sent.values.keys() == own.keys()
