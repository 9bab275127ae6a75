"""The profiles of OLTs, optics and PoE against devices written by hand, each with its traps."""

import pytest

from tests.agent.probes.snmp.by_hand import IF_NAME, Found, Written, found, rows, under

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

ROUTEROS = "1.3.6.1.4.1.14988.1.1"
UFIBER = "1.3.6.1.4.1.41112.1.5.6"
HUAWEI = "1.3.6.1.4.1.2011"
XPON = "1.3.6.1.4.1.2011.6.128.1.1.2"
VRP = "1.3.6.1.4.1.2011.5.25.31.1.1"
ZTE, ZTE_GPON = "1.3.6.1.4.1.3902.1082", "1.3.6.1.4.1.3902.1012.3"
ZTE_NEW = (f"{ZTE}.500.10.2.3.8.1.4", f"{ZTE}.500.10.2.3.3.1.2")
VSOL = "1.3.6.1.4.1.37950.1.1.5"
NOT_THERE = 2147483647


def ascii_index(words: str) -> str:
    return ".".join(map(str, [len(words), *words.encode()]))


ONUS: dict[str, dict[str, int | str]] = {
    "UBNT0000A001": {"2": "kantor", "3": 1, "8": 214, "9": -2317},
    "UBNT0000A002": {"2": "gudang", "3": 2, "8": 0, "9": 0},
}

CASES: dict[str, tuple[str, Written, Found]] = {
    "an empty cage of RouterOS has no light of 0 dBm": (
        "mikrotik-optical",
        under(f"{ROUTEROS}.19.1.1", {"2.1": "sfp1", "3.1": 0, "4.1": 0, "5.1": 131000, "6.1": 34})
        | under(f"{ROUTEROS}.19.1.1", {"7.1": 3275, "8.1": 19, "9.1": -2100, "10.1": -18532})
        | under(f"{ROUTEROS}.19.1.1", {"2.2": "sfp2", "3.2": 0, "4.2": 0, "5.2": 0, "6.2": 4294967168})
        | under(f"{ROUTEROS}.19.1.1", {"7.2": 0, "8.2": 0, "9.2": 0, "10.2": 0}),
        {
            "sfp1": {
                "optical_loss_of_signal": 0,
                "optical_transmit_fault": 0,
                "optical_temperature_celsius": 34,
                "optical_voltage_volts": 3.275,
                "optical_bias_amperes": 0.019,
                "optical_transmit_power_dbm": -2.1,
                "optical_receive_power_dbm": -18.532,
            }
        },
    ),
    "the states of RouterOS' PoE": (
        "mikrotik-poe",
        under(f"{ROUTEROS}.15.1.1", {"2.1": "ether1", "3.1": 3, "4.1": 243, "5.1": 190, "6.1": 46})
        | under(f"{ROUTEROS}.15.1.1", {"2.2": "ether2", "3.2": 5, "2.3": "ether3", "3.3": 2})
        | under(f"{ROUTEROS}.15.1.1", {"2.4": "ether4", "3.4": 0}),
        {
            "ether1": {
                "poe_delivering": 1,
                "poe_fault": 0,
                "poe_voltage_volts": 24.3,
                "poe_current_amperes": 0.19,
                "poe_power_watts": 4.6,
            },
            "ether2": {"poe_delivering": 0, "poe_fault": 1},
            "ether3": {"poe_delivering": 0, "poe_fault": 0},
        },
    ),
    "an ONU of the UFiber OLT that is off has no light of 0 dBm": (
        "ubiquiti-ufiber",
        {f"{UFIBER}.1.0": 2}
        | {
            f"{UFIBER}.2.1.{column}.{ascii_index(serial)}": value
            for serial, values in ONUS.items()
            for column, value in values.items()
        },
        {
            "": {"device_onus": 2, "device_onus_up": 1},
            "UBNT0000A001": {
                "onu_up": 1,
                "onu_transmit_power_dbm": 2.14,
                "onu_receive_power_dbm": -23.17,
            },
            "UBNT0000A002": {"onu_up": 0},
        },
    ),
    "a SmartAX says 2147483647 where it has nothing": (
        "huawei-olt",
        under(f"{HUAWEI}.2.6.7.1.1.2.1", {"5.0.3": 21, "6.0.3": 40, "10.0.3": 45})
        | under(f"{HUAWEI}.2.6.7.1.1.2.1", {"5.0.9": NOT_THERE, "6.0.9": -1, "10.0.9": NOT_THERE})
        | under(IF_NAME, {"4194304000": "GPON 0/1/0", "4194304256": "GPON 0/1/1"})
        | under(f"{XPON}.21.1.16", {"4194304000": 2})
        | under(f"{XPON}.23.1", {"1.4194304000": 41, "4.4194304000": 412, "5.4194304000": NOT_THERE})
        | under(f"{XPON}.23.1", {"1.4194304256": NOT_THERE, "4.4194304256": NOT_THERE})
        | under(f"{XPON}.46.1", {"15.4194304000.0": 1, "24.4194304000.0": -1})
        | under(f"{XPON}.46.1", {"15.4194304000.1": 2, "24.4194304000.1": 13})
        | under(f"{XPON}.51.1", {"4.4194304000.0": -2154, "4.4194304000.1": NOT_THERE}),
        {
            "board 0.3": {
                "board_cpu_load_ratio": 0.21,
                "board_memory_used_ratio": 0.4,
                "board_temperature_celsius": 45,
            },
            "GPON 0/1/0": {
                "pon_onus": 2,
                "optical_transmit_power_dbm": 4.12,
                "optical_temperature_celsius": 41,
            },
            "GPON 0/1/0 0": {"onu_up": 1, "onu_receive_power_dbm": -21.54},
            "GPON 0/1/0 1": {
                "onu_up": 0,
                "onu_last_down_los": 0,
                "onu_last_down_dying_gasp": 1,
                "onu_last_down_other": 0,
            },
        },
    ),
    "a C320's light is signed, in two thousandths above -30 dBm": (
        "zte-olt",
        under(f"{ZTE_GPON}.13.1.1.1", {"268501248": "OLT-1"})
        | under(f"{ZTE_GPON}.11.4.1.2", {"268501248.1": 1840, "268501248.2": 0})
        | under(f"{ZTE_GPON}.28.2.1.4", {"268501248.1": 3, "268501248.2": 4, "268501248.3": 1})
        | under(f"{ZTE_GPON}.50.12.1.1.10", {"268501248.1.1": 3675, "268501248.2.1": 65535})
        | under(f"{ZTE_GPON}.50.12.1.1.10", {"268501248.3.1": 65000})
        | under(f"{ZTE}.10.1.2.4.1", {"4.1.1.3": "GTGH", "9.1.1.3": 17, "11.1.1.3": 46})
        | under(f"{ZTE}.10.10.2.1.6.1", {"2.1.1.3": 51, "4.1.1.3": 0})
        | under(f"{ZTE}.10.10.2.3.11.1", {"2.1.1": 54, "3.1.1": 1, "2.1.2": 0, "3.1.2": 4}),
        {
            "": {"device_onus": 2},
            "GTGH 1.1.3": {
                "board_cpu_load_ratio": 0.17,
                "board_memory_used_ratio": 0.46,
                "board_temperature_celsius": 51,
            },
            "dc input 1.1": {"sensor_voltage_volts": 54, "sensor_up": 1},
            "dc input 1.2": {"sensor_voltage_volts": 0, "sensor_up": 0},
            "OLT-1 1": {"onu_distance_meters": 1840, "onu_up": 1, "onu_receive_power_dbm": -22.65},
            "OLT-1 2": {
                "onu_up": 0,
                "onu_last_down_los": 0,
                "onu_last_down_dying_gasp": 1,
                "onu_last_down_other": 0,
            },
            "OLT-1 3": {
                "onu_up": 0,
                "onu_receive_power_dbm": -31.072,
                "onu_last_down_los": 1,
                "onu_last_down_dying_gasp": 0,
                "onu_last_down_other": 0,
            },
        },
    ),
    "of V-SOL's text of milliwatts the dBm in the brackets count": (
        "vsol-olt",
        under(VSOL, {"10.12.3.0": 12, "10.12.4.0": 55, "10.12.5.9.0": 47})
        | under(f"{VSOL}.10.13.1.1", {"5.1": "6.56 dbm", "2.1": "27.84 .C"})
        | under(f"{VSOL}.12.2.1.8.1", {"7.1.4": "0.03 mW (-14.61 dBm)", "3.1.4": "30.67 C"})
        | under(f"{VSOL}.12.2.1.8.1", {"7.1.5": "N/A", "3.1.5": ""}),
        {
            "": {
                "device_cpu_load_ratio": 0.12,
                "device_memory_used_ratio": 0.55,
                "device_temperature_celsius": 47,
            },
            "pon 1": {"optical_transmit_power_dbm": 6.56, "optical_temperature_celsius": 27.84},
            "onu 1.4": {"onu_receive_power_dbm": -14.61, "onu_temperature_celsius": 30.67},
        },
    ),
    "C-Data": (
        "cdata-olt",
        under("1.3.6.1.4.1.34592.1.3", {"100.1.8.1.0": 9, "100.1.8.6.0": 415, "1.5.2.1.1.7.1.1": 4}),
        {
            "": {"device_cpu_load_ratio": 0.09, "device_temperature_celsius": 41.5},
            "card 1.1": {"board_up": 1},
        },
    ),
    "BDCOM says how many ONUs are inactive": (
        "bdcom",
        under(IF_NAME, {"7": "GPON0/1"})
        | under("1.3.6.1.4.1.3320", {"3.6.10.1.11.0": 22, "3.6.10.1.13.0": 44})
        | under("1.3.6.1.4.1.3320.10.2.1.1", {"4.7": 31, "5.7": 3}),
        {
            "": {"device_cpu_load_ratio": 0.22, "device_temperature_celsius": 44},
            "GPON0/1": {"pon_onus": 31, "pon_onus_up": 28},
        },
    ),
    "FiberHome": (
        "fiberhome-olt",
        under("1.3.6.1.4.1.5875.800.3.9", {"4.5.0": 39, "8.1.1.5.9": 1250}),
        {"": {"device_temperature_celsius": 39}, "card 9": {"board_cpu_load_ratio": 0.125}},
    ),
    "Nokia's power is a text": (
        "nokia-olt",
        under("1.3.6.1.4.1.637.61.1.56.5.1.6", {"4353.1": "4.94 dBm", "4353.2": "No Power"}),
        {"pon 4353.1": {"optical_transmit_power_dbm": 4.94}},
    ),
    "light is in uW on old VRP and in dBm on new, -1 is none": (
        "huawei-vrp",
        under("1.3.6.1.2.1.47.1.1.1.1.7", {"67": "GE0/0/1", "68": "GE0/0/2", "69": "GE0/0/3"})
        | under(f"{VRP}.3.1", {"8.67": 536, "5.67": 38, "8.68": -1034, "5.68": 41, "8.69": -1, "5.69": -255})
        | under(f"{VRP}.1.1", {"5.3": 0, "5.9": 16, "7.3": 0, "7.9": 41, "11.3": 0, "11.9": 47}),
        {
            "": {
                "device_cpu_load_ratio": 0.16,
                "device_memory_used_ratio": 0.41,
                "device_temperature_celsius": 47,
            },
            "board 9": {
                "board_cpu_load_ratio": 0.16,
                "board_memory_used_ratio": 0.41,
                "board_temperature_celsius": 47,
            },
            "GE0/0/1": {"optical_receive_power_dbm": -2.708352, "optical_temperature_celsius": 38},
            "GE0/0/2": {"optical_receive_power_dbm": -10.34, "optical_temperature_celsius": 41},
        },
    ),
    "PoE by the standard": (
        "poe",
        under("1.3.6.1.2.1.105.1", {"1.1.6.1.1": 3, "1.1.6.1.2": 2, "1.1.6.1.3": 4})
        | under("1.3.6.1.2.1.105.1.3.1.1", {"2.1": 370, "4.1": 41}),
        {
            "": {"poe_consumption_watts": 41, "poe_capacity_watts": 370},
            "port 1.1": {"poe_delivering": 1, "poe_fault": 0},
            "port 1.2": {"poe_delivering": 0, "poe_fault": 0},
            "port 1.3": {"poe_delivering": 0, "poe_fault": 1},
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_profile_reads_what_is_meant_and_leaves_out_the_rest(case: str) -> None:
    profile, written, expected = CASES[case]
    assert await found(written, profile) == expected


async def test_an_onu_says_its_port_and_its_description() -> None:
    written = under(IF_NAME, {"4194304000": "GPON 0/1/0"})
    written |= {f"{XPON}.46.1.15.4194304000.7": 1, f"{XPON}.43.1.9.4194304000.7": "Puskesmas"}
    [onu] = [row for row in await rows(written, "huawei-olt") if row.row == "GPON 0/1/0 7"]
    assert onu.info == {"description": "Puskesmas", "port": "GPON 0/1/0"}


@pytest.mark.parametrize(("states", "names"), [(f"{ZTE_GPON}.28.2.1.4", f"{ZTE_GPON}.28.1.1.2"), ZTE_NEW])
async def test_an_onu_of_zte_says_its_name_in_both_trees(states: str, names: str) -> None:
    written: Written = {f"{states}.268501248.7": 4, f"{names}.268501248.7": "Puskesmas"}
    [onu] = [row for row in await rows(written, "zte-olt") if row.row == "onu 268501248.7"]
    assert onu.info["description"] == "Puskesmas"
