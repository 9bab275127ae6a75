"""The devices of a site on its page: facts, tables of parts, the worst first, nothing old as of now."""

import re
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.city.agents import Latest
from collector.incidents.paths.limits import Limit
from collector.notices.quantities import quantity
from collector.web.quantities import reading
from collector.web.site.devices.columns import SORTS, Flag, Text
from collector.web.site.devices.facts import IF_ANY, VALUES, device_facts
from collector.web.site.devices.grades import STEPS, grade_of
from collector.web.site.devices.last_values import LastValues
from collector.web.site.devices.tables import ROWS_SHOWN, PartTable, part_tables
from collector.web.site.judged import JudgedProbe
from collector.web.site.quality import LimitedValue, limited_value
from collector.web.words import WORDS, Speaker
from tests.collector.web.looking import site_html
from tests.fakes.devices import device, measured, part
from tests.fakes.played_city import PlayedCity, sample_city
from wire.metrics import CATALOGUE

NOW = 1_790_233_200.0
SAY = Speaker("en", ZoneInfo("Asia/Pontianak"), NOW)


def facts(latest: Latest, now: float = NOW) -> dict[str, str]:
    return {one.label: one.text for one in device_facts(LastValues(latest, now), SAY._replace(now=now))}


def tables(latest: Latest, now: float = NOW) -> dict[str, PartTable]:
    return {one.sort: one for one in part_tables(latest, SAY._replace(now=now))}


def cells(table: PartTable) -> list[dict[str, str]]:
    return [
        {"name": row.name, "note": row.note, "state": row.state}
        | {
            head: ", ".join(f"{one.text}!{one.grade}" if one.grade else one.text for one in cell)
            for head, cell in zip(table.heads, row.cells, strict=True)
        }
        for row in table.rows
    ]


def test_every_value_that_a_page_shows_is_in_the_catalogue() -> None:
    shown = {*IF_ANY.values(), *STEPS, *(metric for metrics in VALUES.values() for metric in metrics)}
    infos = set()
    for name, sort in SORTS.items():
        infos |= {*sort.notes, *filter(None, [sort.name])}
        of_sort = {sort.state} - {""}
        for column in sort.columns:
            assert column.head in WORDS
            for piece in column.pieces:
                if isinstance(piece, Text):
                    infos.add(piece.info)
                else:
                    assert piece.said == "" or piece.said in WORDS
                    of_sort |= {piece.metric} if isinstance(piece, Flag) else set(piece.metrics)
        assert {CATALOGUE[metric].row_label for metric in of_sort} <= {name}
        shown |= of_sort
    assert shown <= CATALOGUE.keys()
    assert infos <= {name for metric in CATALOGUE.values() for name in metric.info}


OCTETS = re.compile(r".*_(receive|transmit)_bytes_total")
"""Grafana has these as rates; their sum since the start tells nobody anything."""


def test_every_value_of_a_part_is_in_its_table() -> None:
    shown = {sort.state for sort in SORTS.values()}
    for piece in (piece for sort in SORTS.values() for column in sort.columns for piece in column.pieces):
        if not isinstance(piece, Text):
            shown |= {piece.metric} if isinstance(piece, Flag) else set(piece.metrics)
    of_parts = {name for name, metric in CATALOGUE.items() if metric.row_label and not metric.info}
    assert {name for name in of_parts - shown if not OCTETS.fullmatch(name)} == set()


def test_every_sort_of_part_of_the_catalogue_has_a_table() -> None:
    assert {metric.row_label for metric in CATALOGUE.values() if metric.row_label} == SORTS.keys()


def test_a_device_says_who_it_is_and_how_it_is() -> None:
    who = {"vendor": "MikroTik", "model": "RB750Gr3", "firmware": "7.14.3", "profiles": "system mikrotik"}
    values = {
        "device_identity_info": 1.0,
        "device_uptime_seconds": 7200.0,
        "device_cpu_load_ratio": 0.12,
        "device_memory_size_bytes": 256e6,
        "device_memory_used_bytes": 64e6,
        "device_temperature_celsius": 41.0,
        "device_voltage_volts": 24.3,
        "device_onus": 64.0,
        "device_onus_up": 60.0,
        "genset_fuel:%": 71.5,
    }
    assert facts(device("router", NOW - 5, who, **values)) == {
        "Model": "MikroTik RB750Gr3",
        "Firmware": "7.14.3",
        "Read by profile": "system mikrotik",
        "Running for": "2 h",
        "Processor": "12 %",
        "Memory": "25 %, 64 MB of 256 MB",
        "Temperature": "41 °C",
        "Power supply": "24.3 V",
        "ONUs": "60 of 64",
        "genset fuel": "71.5 %",
    }


def test_a_model_that_names_its_maker_names_it_once() -> None:
    who = {"vendor": "MikroTik", "model": "MikroTik hAP ac2"}
    assert facts(device("router", NOW, who, device_identity_info=1.0)) == {"Model": "MikroTik hAP ac2"}


def test_a_ups_says_its_minutes_its_load_and_its_battery() -> None:
    values = {
        "ups_on_battery_seconds": 0.0,
        "ups_battery_remaining_seconds": 1500.0,
        "ups_battery_charge_ratio": 0.98,
        "ups_load_ratio": 0.31,
        "ups_input_voltage_volts": 229.0,
        "ups_battery_status_normal": 0.0,
        "ups_battery_status_replace": 1.0,
        "ups_alarms": 2.0,
    }
    found = facts(device("ups", NOW, {}, **values))
    assert found == {
        "Battery would last": "25 min",
        "Battery charge": "98 %",
        "Load": "31 %",
        "Mains": "229 V",
        "Battery": "must be replaced",
        "Alarms of the UPS": "2",
    }


def test_the_weakest_radio_is_first_and_each_value_has_its_unit() -> None:
    here = device("radio", NOW)
    part(here, NOW, "radio", "wlan10", {"ssid": "kota"}, radio_up=1.0, radio_signal_dbm=-61.0)
    part(here, NOW, "radio", "wlan2", {"ssid": "kota"}, radio_up=1.0, radio_signal_dbm=-60.0)
    part(
        here,
        NOW,
        "radio",
        "wlan1",
        {"ssid": "bukit", "mode": "ap", "remote": "pop-utara"},
        radio_up=1.0,
        radio_signal_dbm=-81.0,
        radio_remote_signal_dbm=-72.0,
        radio_receive_rate_bits_per_second=6.5e6,
        radio_transmit_rate_bits_per_second=13e6,
        radio_transmit_ccq_ratio=0.62,
        radio_distance_meters=4200.0,
        radio_frequency_hertz=5_745_000_000.0,
    )
    part(here, NOW, "radio", "wlan3", {}, radio_up=0.0)
    table = tables(here)["radio"]
    assert [row.name for row in table.rows] == ["wlan3", "wlan1", "wlan10", "wlan2"]
    assert cells(table)[1] == {
        "name": "wlan1",
        "note": "bukit, ap, pop-utara",
        "state": "up",
        "radio_signal": "-81 dBm!bad, -72 dBm at the far end!weak",
        "radio_rates": "↓ 6.5 Mbit/s, ↑ 13 Mbit/s",
        "radio_ccq": "↑ 62 %",
        "radio_distance": "4.2 km",
        "radio_channel": "5745 MHz",
    }
    assert (table.graded, table.counts) == (True, {"down": 1, "up": 3})


def test_an_onu_that_is_lost_says_why() -> None:
    olt = device("olt", NOW)
    for number in range(60):
        lost = number in (7, 31)
        part(
            olt,
            NOW - 400,
            "onu",
            f"1/1:{number}",
            {"description": f"kampung {number}"},
            period_seconds=600.0,
            onu_up=float(not lost),
            onu_receive_power_dbm=-29.0 if number == 12 else -21.0,
            onu_last_down_los=float(number == 7),
            onu_last_down_dying_gasp=float(number == 31),
        )
    table = tables(olt)["onu"]
    first = [(row["name"], row["state"], row["onu_last_down"]) for row in cells(table)[:3]]
    assert first == [
        ("1/1:7", "down", "no light: fibre or splitter"),
        ("1/1:31", "down", "power cut at the ONU"),
        ("1/1:12", "up", ""),
    ]
    assert (len(table.rows), table.left_out, table.counts) == (ROWS_SHOWN, 36, {"down": 2, "up": 58})
    assert table.as_of == "measured 6 min 40 s ago"


def test_ports_show_their_light_and_their_power() -> None:
    switch = device("switch", NOW)
    part(switch, NOW, "port", "ether1", {}, poe_delivering=1.0, poe_power_watts=6.4)
    part(switch, NOW, "port", "sfp1", {}, optical_receive_power_dbm=-26.2, optical_bias_amperes=0.0123)
    part(switch, NOW, "port", "sfp2", {}, optical_loss_of_signal=1.0)
    assert cells(tables(switch)["port"]) == [
        {
            "name": name,
            "note": "",
            "state": "",
            "port_trouble": trouble,
            "optical_receives": light,
            "optical_bias": bias,
            "poe": poe,
        }
        for name, trouble, light, bias, poe in (
            ("sfp1", "", "-26.2 dBm!weak", "12.3 mA", ""),
            ("sfp2", "no light comes in!weak", "", "", ""),
            ("ether1", "", "", "", "feeds its device, 6.4 W"),
        )
    ]


def test_interfaces_are_shown_those_down_first() -> None:
    router = device("router", NOW)
    for name, up in (("ether1", 1.0), ("ether10", 1.0), ("ether2", 0.0)):
        part(
            router,
            NOW,
            "interface",
            name,
            {"alias": f"to {name}"},
            interface_up=up,
            interface_speed_bits_per_second=1e9,
            interface_receive_errors_total=3.0,
            interface_transmit_errors_total=4.0,
        )
    table = tables(router)["interface"]
    assert table.heads == ["interface_speed", "interface_errors"]
    assert [tuple(row.values()) for row in cells(table)] == [
        ("ether2", "to ether2", "down", "1 Gbit/s", "7"),
        ("ether1", "to ether1", "up", "1 Gbit/s", "7"),
        ("ether10", "to ether10", "up", "1 Gbit/s", "7"),
    ]


def test_neighbours_are_named() -> None:
    switch = device("switch", NOW)
    info = {"port": "ether1", "name": "pop-utara", "remote_port": "sfp1", "chassis": "00:11:22:33:44:55"}
    part(switch, NOW, "neighbor", "ether1 pop-utara", info, neighbor_info=1.0)
    part(switch, NOW, "neighbor", "ether2 ?", {"port": "ether2"}, neighbor_info=1.0)
    assert [tuple(row.values()) for row in cells(tables(switch)["neighbor"])] == [
        ("pop-utara", "", "", "ether1", "sfp1", "00:11:22:33:44:55"),
        ("ether2 ?", "", "", "ether2", "", ""),
    ]


def test_a_part_of_an_own_profile_shows_its_values() -> None:
    box = device("box", NOW)
    part(box, NOW, "part", "tank 1", {}, **{"fuel:%": 40.0, "pantau_device_tank_litres:gauge": 120.0})
    assert cells(tables(box)["part"]) == [
        {"name": "tank 1", "note": "", "state": "", "own_values": "fuel 40 %, tank litres 120"}
    ]


def test_an_old_value_is_neither_graded_nor_of_now() -> None:
    here = device("radio", NOW)
    part(here, NOW, "radio", "wlan1", {}, radio_up=1.0, radio_signal_dbm=-81.0)
    (row,) = tables(here, NOW + 200)["radio"].rows
    assert (row.state, row.age) == ("unknown", "3 min 20 s")
    assert [one.grade for cell in row.cells for one in cell] == [""]


def test_a_device_that_answers_shows_no_value_that_is_older_than_its_answers() -> None:
    router = device("router", NOW, {"model": "hEX"}, device_cpu_load_ratio=0.5, device_uptime_seconds=60.0)
    measured(router, NOW + 100, device_uptime_seconds=160.0)
    assert facts(router, NOW + 110)["Processor"] == "50 %"
    measured(router, NOW + 300, device_uptime_seconds=360.0)
    assert facts(router, NOW + 300) == {"Running for": "6 min"}


@pytest.mark.parametrize(
    ("metric", "value", "grade"),
    [
        ("radio_signal_dbm", -69.9, ""),
        ("radio_signal_dbm", -78.0, "weak"),
        ("radio_signal_dbm", -78.1, "bad"),
        ("modem_sinr_decibels", -40.0, "weak"),
        ("optical_transmit_power_dbm", -40.0, ""),
    ],
)
def test_a_grade_begins_below_its_step(metric: str, value: float, grade: str) -> None:
    assert grade_of(metric, value) == grade


@given(st.sampled_from(sorted(CATALOGUE)), st.floats(allow_nan=False, allow_infinity=False))
def test_any_value_is_shown_short(metric: str, value: float) -> None:
    if not metric.endswith(("_seconds", "_ratio")):
        assert len(quantity(metric, value)) <= 24


def test_a_limit_of_the_inventory_takes_the_place_of_our_steps() -> None:
    limits = {"radio_signal_dbm": Limit("radio_signal_dbm", -85.0, 300.0)}
    assert grade_of("radio_signal_dbm", -81.0, limits) == ""
    assert grade_of("radio_signal_dbm", -86.0, limits) == "bad"
    here = device("radio", NOW)
    part(here, NOW, "radio", "wlan1", {}, radio_signal_dbm=-86.0)
    (table,) = part_tables(here, SAY, limits)
    assert cells(table)[0]["radio_signal"] == "-86 dBm!bad"


def test_the_minutes_of_a_battery_are_marked_where_the_inventory_asks() -> None:
    ups = device("ups", NOW, {}, ups_on_battery_seconds=0.0, ups_battery_remaining_seconds=300.0)
    limits = {name: Limit(name, 600.0, 300.0) for name in ("ups_battery_remaining_seconds",)}
    (fact,) = device_facts(LastValues(ups, NOW), SAY, limits)
    assert (fact.text, fact.grade) == ("5 min", "bad")


def test_the_weakest_part_is_shown_against_the_limit() -> None:
    here = device("radio", NOW)
    for name, dbm in (("wlan1", -60.0), ("wlan2", -81.0)):
        part(here, NOW, "radio", name, {}, radio_signal_dbm=dbm)
    limit = Limit("radio_signal_dbm", -75.0, 300.0)
    value = limited_value(limit, JudgedProbe("here", here, "up", ""), SAY)
    assert value == LimitedValue("radio signal", "wlan2", "-81 dBm", "-75 dBm", "below", over=True)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(sorted(CATALOGUE)), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_device_may_say_anything(values: dict[str, float]) -> None:
    """A hostile device must not take the page of its site away."""
    here = device("<script>", NOW, {}, **values)
    for sort in (*SORTS, "part"):
        part(here, NOW, sort, "<script>٣²", {"ssid": "<script>"}, **values)
    assert len(part_tables(here, SAY)) == len(SORTS) + 1
    list(device_facts(LastValues(here, NOW), SAY))


def test_the_names_that_a_device_gives_are_text_and_never_markup() -> None:
    city = PlayedCity(sample_city())
    here = device("radio", city.now, {"model": "<script>1"}, device_identity_info=1.0)
    part(here, city.now, "radio", "<script>2", {"ssid": "<script>3"}, radio_signal_dbm=-81.0)
    city.state.agents["lurah-akcaya"].probes["snmp"] = {"radio": here}
    html = site_html("lurah-akcaya", city.state, city.watch.incidents, city.now)
    assert "<script>" not in html.replace("<script ", "")
    assert all(f"&lt;script&gt;{number}" in html for number in (1, 2, 3))


def test_two_thousand_onus_are_ordered_before_any_is_put_in_words() -> None:
    olt = device("olt", NOW)
    for number in range(2000):
        part(olt, NOW, "onu", f"1/{number}", {}, onu_up=1.0, onu_receive_power_dbm=-20 - number / 1000)
    with patch("collector.web.site.devices.tables.reading", wraps=reading) as put_in_words:
        (table,) = part_tables(olt, SAY)
    assert (len(table.rows), table.left_out) == (ROWS_SHOWN, 2000 - ROWS_SHOWN)
    assert put_in_words.call_count == ROWS_SHOWN
