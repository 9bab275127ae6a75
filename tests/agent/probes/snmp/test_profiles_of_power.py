"""The profiles of UPSes, switches, computers and neighbours against devices written by hand."""

import pytest

from tests.agent.probes.snmp.by_hand import IF_NAME, Found, Written, found, rows, under

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

UPS = "1.3.6.1.2.1.33.1"
STORAGE = "1.3.6.1.2.1.25.2.3.1"
SENSOR = "1.3.6.1.2.1.99.1.1.1"
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
    "an EdgeSwitch's load is a text": (
        "ubiquiti-edgeswitch",
        under("1.3.6.1.4.1.4413.1.1", {"43.1.8.1.5.1.0": 44})
        | {"1.3.6.1.4.1.4413.1.1.1.1.4.9.0": "    5 Secs ( 31.1134%)   60 Secs ( 20.5%)  300 Secs ( 19%)"},
        {"": {"device_cpu_load_ratio": 0.311134}, "sensor 1.0": {"sensor_temperature_celsius": 44}},
    ),
    "the gauges of RouterOS 7 are right where the old tree is not": (
        "mikrotik-health",
        under("1.3.6.1.4.1.14988.1.1.3", {"8.0": 241, "11.0": 440, "15.0": 1, "17.0": 4800})
        | under("1.3.6.1.4.1.14988.1.1.3.100.1", {"2.17": "cpu-temperature", "3.17": 36, "4.17": 1})
        | under("1.3.6.1.4.1.14988.1.1.3.100.1", {"2.7001": "fan1-speed", "3.7001": 0, "4.7001": 2})
        | under("1.3.6.1.4.1.14988.1.1.3.100.1", {"2.7401": "psu1-state", "3.7401": 0, "4.7401": 6}),
        {
            "": {"device_voltage_volts": 24.1, "device_temperature_celsius": 36},
            "cpu-temperature": {"sensor_temperature_celsius": 36},
            "fan1-speed": {"sensor_fan_speed_rpm": 0},
            "psu1-state": {"sensor_up": 0},
        },
    ),
    "buffers and cache are no memory in use": (
        "host",
        under(STORAGE, {"3.1": "Physical memory", "4.1": 1024, "5.1": 126000, "6.1": 101000})
        | under(STORAGE, {"6.6": 3000, "6.7": 40000})
        | under("1.3.6.1.2.1.25.3.3.1.2", {"196608": 10, "196609": 30}),
        {
            "": {
                "device_memory_size_bytes": 126000 * 1024,
                "device_memory_used_bytes": 58000 * 1024,
                "device_cpu_load_ratio": 0.2,
            }
        },
    ),
    "a disk of Windows is no memory": (
        "host",
        under(STORAGE, {"3.1": "C:\\", "4.1": 4096, "5.1": 126000, "6.1": 101000})
        | {"1.3.6.1.2.1.25.3.3.1.2.4": 7},
        {"": {"device_cpu_load_ratio": 0.07}},
    ),
    "net-snmp says how idle it is": (
        "ucd",
        under("1.3.6.1.4.1.2021", {"4.5.0": 126000, "4.6.0": 30000, "10.1.5.1": 15, "11.11.0": 93}),
        {
            "": {
                "device_memory_size_bytes": 126000 * 1024,
                "device_memory_free_bytes": 30000 * 1024,
                "device_load1": 0.15,
                "device_cpu_load_ratio": 0.07,
            }
        },
    ),
    "a sensor that is not ok says nothing": (
        "sensors",
        under("1.3.6.1.2.1.47.1.1.1.1.7", {"5": "Temp CPU", "6": "Te1/1 Rx", "7": "Vcc"})
        | under(SENSOR, {"1.5": 8, "2.5": 9, "3.5": 1, "4.5": 415, "5.5": 1})
        | under(SENSOR, {"1.6": 14, "2.6": 8, "3.6": 0, "4.6": -18532, "5.6": 1})
        | under(SENSOR, {"1.7": 4, "2.7": 9, "3.7": 2, "4.7": 330, "5.7": 2}),
        {
            "Temp CPU": {"sensor_temperature_celsius": 41.5},
            "Te1/1 Rx": {"sensor_power_dbm": -18.532},
        },
    ),
    "TP-Link's ports": (
        "tp-link",
        under("1.3.6.1.4.1.11863.6.56.1.1", {"1.3.0": 412, "2.1.1.7.1": 65, "2.1.1.11.1": 2})
        | under("1.3.6.1.4.1.11863.6", {"56.1.1.2.1.1.11.2": 4, "4.1.1.1.1.2.1": 11}),
        {
            "": {"poe_consumption_watts": 41.2, "device_cpu_load_ratio": 0.11},
            "port 1": {"poe_power_watts": 6.5, "poe_delivering": 1, "poe_fault": 0},
            "port 2": {"poe_delivering": 0, "poe_fault": 1},
        },
    ),
    "a Netonix port is off or has its voltage": (
        "netonix",
        under("1.3.6.1.4.1.46242", {"6.0": 415, "4.1.2.1": "Board", "4.1.3.1": 4810})
        | under("1.3.6.1.4.1.46242", {"5.1.2.1": "24V", "5.1.2.2": "Off"}),
        {
            "": {"device_power_watts": 41.5},
            "Board": {"sensor_voltage_volts": 48.1},
            "port 1": {"poe_delivering": 1},
            "port 2": {"poe_delivering": 0},
        },
    ),
    "a RAID that is degraded is not up": (
        "synology",
        under("1.3.6.1.4.1.6574", {"1.2.0": 41, "2.1.1.2.0": "Disk 1", "2.1.1.5.0": 1})
        | under("1.3.6.1.4.1.6574", {"3.1.1.2.0": "Volume 1", "3.1.1.3.0": 11}),
        {
            "": {"device_temperature_celsius": 41},
            "Disk 1": {"sensor_up": 1},
            "Volume 1": {"sensor_up": 0},
        },
    ),
    "a camera's load is a text": (
        "hikvision",
        {"1.3.6.1.4.1.39165.1.7.0": "15 PERCENT"},
        {"": {"device_cpu_load_ratio": 0.15}},
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_profile_reads_what_is_meant_and_leaves_out_the_rest(case: str) -> None:
    profile, written, expected = CASES[case]
    assert await found(written, profile) == expected


async def test_lldp_names_the_port_by_its_own_table_not_by_ifindex() -> None:
    lldp = "1.0.8802.1.1.2.1"
    written = under(IF_NAME, {"3": "wrong"}) | {f"{lldp}.3.7.1.3.3": "GE0/0/24"}
    written |= under(f"{lldp}.4.1.1", {"9.120.3.1": "sw-dinas", "7.120.3.1": "ether1"})
    written |= {f"{lldp}.4.1.1.5.120.3.1": bytes.fromhex("b869f4010203")}
    [_, neighbor] = await rows(written, "lldp")
    assert neighbor.row == "GE0/0/24 sw-dinas"
    assert neighbor.info == {
        "port": "GE0/0/24",
        "name": "sw-dinas",
        "remote_port": "ether1",
        "chassis": "b8:69:f4:01:02:03",
    }


async def test_routeros_has_its_neighbours_ports_by_ifindex() -> None:
    mndp = "1.3.6.1.4.1.14988.1.1.11.1.1"
    written = under(IF_NAME, {"3": "ether3"}) | under(mndp, {"6.17": "bukit", "8.17": 3})
    written |= under("1.0.8802.1.1.2.1.4.1.1", {"9.0.3.1": "bukit", "5.0.3.1": "B8:69:F4:01:02:03"})
    for profile in ("mikrotik-neighbors", "mikrotik-lldp"):
        [_, neighbor] = await rows(written, profile)
        assert neighbor.row == "ether3 bukit"
        assert neighbor.info["port"] == "ether3"


async def test_the_processors_of_the_host_count_before_net_snmps_average() -> None:
    written = {"1.3.6.1.2.1.25.3.3.1.2.1": 40, "1.3.6.1.4.1.2021.11.11.0": 90, "1.3.6.1.2.1.1.3.0": 100}
    [device, *_] = await rows(written, "auto")
    assert device.values["device_cpu_load_ratio"] == 0.4
