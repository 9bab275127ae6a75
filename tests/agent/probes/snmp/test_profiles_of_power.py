"""The profiles of UPSes and supplies against devices written by hand, each with its traps."""

import pytest

from tests.agent.probes.snmp.by_hand import Found, Written, found, under

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

UPS = "1.3.6.1.2.1.33.1"
EDGEMAX = "1.3.6.1.4.1.41112.1.5"
ALL_ONES = 4294967295


def sources(of: str) -> dict[str, float]:
    names = ("normal", "battery", "booster", "reducer", "bypass", "none", "other")
    return {f"ups_output_source_{name}": float(name == of) for name in names}


def battery(status: str) -> dict[str, float]:
    return {f"ups_battery_status_{name}": float(name == status) for name in ("normal", "low", "depleted")}


CASES: dict[str, tuple[str, Written, Found]] = {
    "a UPS that knows all, the mains in tenths": (
        "ups",
        under(UPS, {"2.1.0": 3, "2.2.0": 75, "2.3.0": 12, "2.4.0": 41, "2.5.0": 273, "2.7.0": 31})
        | under(UPS, {"3.1.0": 4, "3.3.1.2.1": 500, "3.3.1.3.1": 2360, "4.1.0": 5})
        | under(UPS, {"4.4.1.5.1": 31, "4.4.1.5.2": 62, "6.1.0": 1}),
        {
            "": {
                **sources("battery"),
                **battery("low"),
                "ups_on_battery_seconds": 75,
                "ups_battery_remaining_seconds": 720,
                "ups_battery_charge_ratio": 0.41,
                "ups_battery_voltage_volts": 27.3,
                "ups_battery_temperature_celsius": 31,
                "ups_brownouts_total": 4,
                "ups_input_voltage_volts": 236,
                "ups_input_frequency_hertz": 50,
                "ups_load_ratio": 0.62,
                "ups_alarms": 1,
            }
        },
    ),
    "a UPS that knows nothing": (
        "ups",
        under(UPS, {"2.1.0": 1, "2.2.0": ALL_ONES, "2.3.0": ALL_ONES, "2.4.0": -1, "2.5.0": -1})
        | under(UPS, {"2.7.0": -273, "3.3.1.2.1": -1, "3.3.1.3.1": -1, "4.1.0": 1, "4.4.1.5.1": -1}),
        {"": sources("other")},
    ),
    "minutes of 65535 and of 0 are unknown": (
        "ups",
        under(UPS, {"2.1.0": 2, "2.2.0": 0, "2.3.0": 65535, "2.4.0": 100, "2.7.0": 0}),
        {"": {**battery("normal"), "ups_on_battery_seconds": 0, "ups_battery_charge_ratio": 1}},
    ),
    "APC in high precision": (
        "apc",
        under("1.3.6.1.4.1.318.1.1.1", {"2.1.1.0": 2, "2.1.2.0": 0, "2.2.1.0": 98, "2.2.3.0": 276000})
        | under("1.3.6.1.4.1.318.1.1.1", {"2.2.4.0": 2, "2.3.1.0": 987, "2.3.2.0": 284, "3.3.1.0": 2294})
        | under("1.3.6.1.4.1.318.1.1.1", {"4.1.1.0": 12, "4.3.3.0": 217, "3.2.1.0": 229})
        | under("1.3.6.1.4.1.318.1.1.25.1.2.1", {"3.1.1": "rak", "6.1.1": 27, "7.1.1": -1}),
        {
            "": {
                **sources("reducer"),
                "ups_on_battery_seconds": 0,
                "ups_battery_remaining_seconds": 2760,
                "ups_battery_charge_ratio": 0.987,
                "ups_battery_temperature_celsius": 28.4,
                "ups_battery_status_normal": 1,
                "ups_battery_status_low": 0,
                "ups_battery_status_replace": 1,
                "ups_input_voltage_volts": 229.4,
                "ups_load_ratio": 0.217,
            },
            "rak": {"sensor_temperature_celsius": 27},
        },
    ),
    "Eaton without an output source says it by its battery": (
        "eaton",
        under("1.3.6.1.4.1.534.1", {"2.1.0": 1260, "2.4.0": 88, "2.5.0": 2, "4.1.0": 33, "6.1.0": 26}),
        {
            "": {
                "ups_battery_remaining_seconds": 1260,
                "ups_battery_charge_ratio": 0.88,
                "ups_load_ratio": 0.33,
                "ups_ambient_temperature_celsius": 26,
                "ups_output_source_normal": 0,
                "ups_output_source_battery": 1,
            }
        },
    ),
    "CyberPower's status differs from APC's": (
        "cyberpower",
        under("1.3.6.1.4.1.3808.1.1.1", {"2.2.1.0": 100, "2.2.4.0": 180000, "3.2.1.0": 2215, "4.1.1.0": 10}),
        {
            "": {
                **sources("reducer"),
                "ups_battery_charge_ratio": 1,
                "ups_battery_remaining_seconds": 1800,
                "ups_input_voltage_volts": 221.5,
            }
        },
    ),
    "a cheap UPS": (
        "voltronic",
        under("1.3.6.1.4.1.935.1.1.1", {"2.2.1.0": 97, "3.2.1.0": 2390, "4.1.1.0": 9, "4.2.3.0": 2}),
        {
            "": {
                **sources("reducer"),
                "ups_battery_charge_ratio": 0.97,
                "ups_input_voltage_volts": 239,
                "ups_load_ratio": 0.02,
            }
        },
    ),
    "the weakest battery of a tower counts": (
        "huawei-power",
        under("1.3.6.1.4.1.2011.6.164.1.4.4.2.1.3", {"1": 1000, "2": 873}),
        {"": {"ups_battery_charge_ratio": 0.873}},
    ),
    "a UPS at a computer tells its lines as texts": (
        "nut",
        under("1.3.6.1.4.1.8072.1.3.2.4.1.2.7.117.112.115.45.110.117.116", {"1": "100", "3": "2540"})
        | under("1.3.6.1.4.1.8072.1.3.2.4.1.2.7.117.112.115.45.110.117.116", {"8": "18"}),
        {
            "": {
                "ups_battery_charge_ratio": 1,
                "ups_battery_remaining_seconds": 2540,
                "ups_load_ratio": 0.18,
            }
        },
    ),
    "supplies and thermometers of EdgeMAX, in thousandths or not": (
        "ubiquiti-edgemax",
        under(f"{EDGEMAX}.3.2.1", {"3.1": 1, "5.1": 54100, "9.1": 0, "3.2": 3, "5.2": 53000, "9.2": 96})
        | under(f"{EDGEMAX}.3.2.1", {"10.1": 0, "10.2": 360000, "3.3": 2, "9.3": 0, "10.3": 0})
        | under(f"{EDGEMAX}.4.2.1", {"3.1": 37, "3.2": 47250, "3.3": 500}),
        {
            "": {"ups_battery_charge_ratio": 0.96, "ups_battery_remaining_seconds": 3600},
            "supply 1": {"sensor_up": 1, "sensor_voltage_volts": 54.1},
            "supply 2": {"sensor_up": 1, "sensor_voltage_volts": 53},
            "supply 3": {"sensor_up": 0},
            "thermometer 1": {"sensor_temperature_celsius": 37},
            "thermometer 2": {"sensor_temperature_celsius": 47.25},
        },
    ),
    "an EdgePower's outputs": (
        "ubiquiti-edgepower",
        under(f"{EDGEMAX}.2.2.1", {"2.1": 24120, "3.1": 905, "4.1": 21830, "2.2": 24000, "4.2": 10000}),
        {
            "": {"device_power_watts": 31.83, "device_voltage_volts": 24.12},
            "output 1": {
                "sensor_voltage_volts": 24.12,
                "sensor_current_amperes": 0.905,
                "sensor_power_watts": 21.83,
            },
            "output 2": {"sensor_voltage_volts": 24, "sensor_power_watts": 10},
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_profile_reads_what_is_meant_and_leaves_out_the_rest(case: str) -> None:
    profile, written, expected = CASES[case]
    assert await found(written, profile) == expected
