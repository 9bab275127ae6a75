"""The profiles of switches, computers, sensors and neighbours against devices written by hand."""

import pytest

from tests.agent.probes.snmp.by_hand import IF_NAME, Found, Written, found, rows, under

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

STORAGE = "1.3.6.1.2.1.25.2.3.1"
SENSOR = "1.3.6.1.2.1.99.1.1.1"

CASES: dict[str, tuple[str, Written, Found]] = {
    "an EdgeSwitch's load is a text": (
        "ubiquiti-edgeswitch",
        under("1.3.6.1.4.1.4413.1.1", {"43.1.8.1.5.1.0": 44})
        | {"1.3.6.1.4.1.4413.1.1.1.1.4.9.0": "    5 Secs ( 31.1134%)   60 Secs ( 20.5%)  300 Secs ( 19%)"},
        {"": {"device_cpu_load_ratio": 0.311134}, "sensor 1.0": {"sensor_temperature_celsius": 44}},
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
    "a sensor that is not ok says nothing, nor one of 11994 volts": (
        "sensors",
        under("1.3.6.1.2.1.47.1.1.1.1.7", {"5": "Temp CPU", "6": "Te1/1 Rx", "7": "Vcc"})
        | under(SENSOR, {"1.5": 8, "2.5": 9, "3.5": 1, "4.5": 415, "5.5": 1})
        | under(SENSOR, {"1.6": 14, "2.6": 8, "3.6": 0, "4.6": -18532, "5.6": 1})
        | under(SENSOR, {"1.7": 4, "2.7": 9, "3.7": 2, "4.7": 330, "5.7": 2})
        | under(SENSOR, {"1.8": 4, "2.8": 9, "3.8": 0, "4.8": 11994, "5.8": 1})
        | under(SENSOR, {"1.9": 4, "2.9": 8, "3.9": 0, "4.9": 11994, "5.9": 1}),
        {
            "Temp CPU": {"sensor_temperature_celsius": 41.5},
            "Te1/1 Rx": {"sensor_power_dbm": -18.532},
            "sensor 9": {"sensor_voltage_volts": 11.994},
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


async def test_the_gauges_of_routeros_are_right_where_the_old_objects_are_not() -> None:
    health = "1.3.6.1.4.1.14988.1.1.3"
    old = under(health, {"8.0": 241, "11.0": 440, "15.0": 1, "17.0": 4800})
    gauges = under(f"{health}.100.1", {"2.17": "cpu-temperature", "3.17": 36, "4.17": 1})
    gauges |= under(f"{health}.100.1", {"2.7001": "fan1-speed", "3.7001": 0, "4.7001": 2})
    gauges |= under(f"{health}.100.1", {"2.7401": "psu1-state", "3.7401": 0, "4.7401": 6})
    identity = {"1.3.6.1.2.1.1.1.0": "RouterOS CRS317"}
    assert await found(old | gauges | identity, "mikrotik-health", "mikrotik-gauges") == {
        "": {"device_voltage_volts": 24.1, "device_temperature_celsius": 36},
        "cpu-temperature": {"sensor_temperature_celsius": 36},
        "fan1-speed": {"sensor_fan_speed_rpm": 0},
        "psu1-state": {"sensor_up": 0},
    }
    by_auto = {row.row: row.values for row in await rows(old | gauges | identity, "auto")}
    assert by_auto["fan1-speed"]["sensor_fan_speed_rpm"] == 0
    before = {row.row: row.values for row in await rows(old | identity, "auto")}
    assert before["fan1-speed"]["sensor_fan_speed_rpm"] == 4800
    assert before["psu1-state"]["sensor_up"] == 1
