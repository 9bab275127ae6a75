"""The profiles of radios and modems against devices written by hand, each with its traps."""

import pytest

from tests.agent.probes.snmp.by_hand import IF_NAME, Found, Written, found, rows, under

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

ROUTEROS = "1.3.6.1.4.1.14988.1.1"
AIRMAX = "1.3.6.1.4.1.41112.1.4"
UNIFI = "1.3.6.1.4.1.41112.1.6.1"
TELTONIKA = "1.3.6.1.4.1.48690"
CLIENTS = ("10.1.2.3.4.5", "10.1.2.3.4.6", "10.1.2.3.4.7")
"""Hardware addresses, as they stand in an index."""

CASES: dict[str, tuple[str, Written, Found]] = {
    "a virtual access point of RouterOS has no frequency and no noise": (
        "mikrotik-wireless",
        under(IF_NAME, {"4": "wlan1", "9": "tamu"})
        | under(f"{ROUTEROS}.1.3.1", {"4.4": "WARGA", "6.4": 2, "7.4": 2437, "9.4": -104, "10.4": 90})
        | under(f"{ROUTEROS}.1.3.1", {"4.9": "TAMU", "6.9": 0, "7.9": 0, "9.9": 0, "10.9": 0, "2.9": 0})
        | {f"{ROUTEROS}.1.2.1.3.{mac}.4": -60 - place for place, mac in enumerate(CLIENTS)},
        {
            "wlan1": {
                "radio_clients": 2,
                "radio_frequency_hertz": 2437e6,
                "radio_noise_floor_dbm": -104,
                "radio_transmit_ccq_ratio": 0.9,
                "radio_client_signal_minimum_dbm": -62,
            },
            "tamu": {"radio_clients": 0},
        },
    ),
    "a 60 GHz radio that is not connected keeps nothing from before": (
        "mikrotik-wireless",
        under(IF_NAME, {"2": "wlan60-1"})
        | under(f"{ROUTEROS}.1.8.1", {"4.2": 0, "6.2": 60480, "7.2": 8, "8.2": 70, "12.2": -55, "13.2": 2310})
        | under(f"{ROUTEROS}.1.9.1", {"2.3": 1, "9.3": -57, "10.3": 18545}),
        {
            "wlan60-1": {"radio_up": 0, "radio_frequency_hertz": 60480e6},
            "w60g station 3": {
                "radio_up": 1,
                "radio_signal_dbm": -57,
                "radio_distance_meters": 185.45,
            },
        },
    ),
    "CAPsMAN has its channel in a text": (
        "mikrotik-wireless",
        under(IF_NAME, {"20": "cap1"})
        | under(f"{ROUTEROS}.1.7.1", {"2.20": 7, "5.20": "2412/20/gn(17dBm)"})
        | {f"{ROUTEROS}.1.6.0": 7},
        {"": {"device_clients": 7}, "cap1": {"radio_clients": 7, "radio_frequency_hertz": 2412e6}},
    ),
    "the wifi of RouterOS 7 counts its clients by interface": (
        "mikrotik-wifi",
        under(f"{ROUTEROS}.21.5.1", {"2.5": "wifi1", "3.5": "WARGA", "4.5": "5180"})
        | {f"{ROUTEROS}.21.4.1.6.{mac}.5": -50 - place for place, mac in enumerate(CLIENTS)},
        {
            "": {"device_clients": 3},
            "wifi1": {
                "radio_frequency_hertz": 5180e6,
                "radio_clients": 3,
                "radio_client_signal_minimum_dbm": -52,
            },
        },
    ),
    "an LTE modem that is not registered says 0 of all": (
        "mikrotik-lte",
        under(IF_NAME, {"3": "lte1", "4": "lte2"})
        | under(f"{ROUTEROS}.16.1.1", {"2.3": 0, "3.3": 0, "4.3": 0, "6.3": -1, "7.3": 0})
        | under(f"{ROUTEROS}.16.1.1", {"2.4": 0, "3.4": -11, "4.4": -95, "6.4": 7, "7.4": 0}),
        {
            "lte1": {"modem_connected": 0},
            "lte2": {
                "modem_connected": 1,
                "modem_rsrp_dbm": -95,
                "modem_rsrq_decibels": -11,
                "modem_sinr_decibels": 0,
            },
        },
    ),
    "airOS 5 says kbit/s and CCQ in tenths": (
        "ubiquiti-airmax",
        under(f"{AIRMAX}.1.1", {"4.1": 5745, "6.1": 20, "7.1": 1500})
        | under(f"{AIRMAX}.5.1", {"2.1": "PTP", "5.1": -61, "6.1": 35, "7.1": 991, "8.1": -98})
        | under(f"{AIRMAX}.5.1", {"9.1": 162000, "10.1": 130000000, "15.1": 1})
        | under(f"{AIRMAX}.6.1", {"3.1": 88, "4.1": 0, "7.1": 125})
        | {f"{AIRMAX}.7.1.3.1.{CLIENTS[0]}": -66, f"{AIRMAX}.2.1.2.1.1": 36, f"{AIRMAX}.2.1.2.1.2": 29}
        | under(f"{AIRMAX}.8", {"3.0": 606, "4.0": 160000000}),
        {
            "": {"device_cpu_load_ratio": 0.0606, "device_temperature_celsius": 16},
            "radio 1 chain 1": {"radio_rssi_decibels": 36},
            "radio 1 chain 2": {"radio_rssi_decibels": 29},
            "radio 1": {
                "radio_signal_dbm": -61,
                "radio_rssi_decibels": 35,
                "radio_noise_floor_dbm": -98,
                "radio_transmit_ccq_ratio": 0.991,
                "radio_transmit_rate_bits_per_second": 162e6,
                "radio_receive_rate_bits_per_second": 130e6,
                "radio_clients": 1,
                "radio_frequency_hertz": 5745e6,
                "radio_transmit_power_dbm": 20,
                "radio_distance_meters": 1500,
                "radio_quality_ratio": 0.88,
                "radio_airtime_ratio": 0.125,
                "radio_client_signal_minimum_dbm": -66,
            },
        },
    ),
    "airFiber 60 is named by its far end": (
        "ubiquiti-airfiber",
        {
            f"1.3.6.1.4.1.41112.1.11.1.3.1.{column}.{CLIENTS[0]}.1": value
            for column, value in (
                *((2, "backup"), (3, -55), (4, 18), (5, 6), (7, 950000)),
                *((8, 900000), (14, "bukit"), (15, 1200), (18, -57)),
            )
        },
        {
            "bukit": {
                "radio_signal_dbm": -55,
                "radio_remote_signal_dbm": -57,
                "radio_snr_decibels": 18,
                "radio_mcs": 6,
                "radio_transmit_rate_bits_per_second": 950e6,
                "radio_receive_rate_bits_per_second": 900e6,
                "radio_distance_meters": 1200,
            }
        },
    ),
    "a UniFi channel use of 0 is no reading, one SSID has two rows": (
        "ubiquiti-unifi",
        under(f"{UNIFI}.1.1", {"2.1": "wifi0", "6.1": 0, "2.2": "wifi1", "6.2": 31})
        | under(f"{UNIFI}.2.1", {"6.1": "WARGA", "9.1": "ng", "8.1": 4, "4.1": 6, "3.1": 912, "22.1": 1})
        | under(f"{UNIFI}.2.1", {"6.2": "WARGA", "9.2": "na", "8.2": 0, "4.2": 44, "3.2": 0, "22.2": 2}),
        {
            "": {"device_clients": 4},
            "WARGA ng": {
                "radio_up": 1,
                "radio_clients": 4,
                "radio_channel": 6,
                "radio_transmit_ccq_ratio": 0.912,
            },
            "WARGA na": {"radio_up": 0, "radio_clients": 0, "radio_channel": 44},
            "wifi1": {"radio_utilization_ratio": 0.31},
        },
    ),
    "Teltonika's numbers are texts, a byte counter below 0 is left out": (
        "teltonika",
        under(f"{TELTONIKA}.2.2.1", {"12.1": "-62", "15.1": "Connected", "17.1": 415, "19.1": "16.1"})
        | under(f"{TELTONIKA}.2.2.1", {"20.1": "-90", "21.1": "-11.0", "22.1": -1183791572, "23.1": 5000}),
        {
            "modem 1": {
                "modem_connected": 1,
                "modem_rsrp_dbm": -90,
                "modem_rsrq_decibels": -11,
                "modem_sinr_decibels": 16.1,
                "modem_rssi_dbm": -62,
                "modem_temperature_celsius": 41.5,
                "modem_receive_bytes_total": 5000,
            }
        },
    ),
    "a Teltonika before firmware 7 has one modem": (
        "teltonika",
        under(f"{TELTONIKA}.2", {"4.0": -71, "7.0": "disconnected", "9.0": 380}),
        {
            "modem": {
                "modem_connected": 0,
                "modem_rssi_dbm": -71,
                "modem_temperature_celsius": 38,
            }
        },
    ),
    "Cisco's LTE is in tenths": (
        "cisco",
        under("1.3.6.1.4.1.9.9.817.1.1.1.1.1", {"1.9": -91, "2.9": -70, "3.9": 300}),
        {"modem 9": {"modem_rsrp_dbm": -91, "modem_rsrq_decibels": -7, "modem_sinr_decibels": 30}},
    ),
    "Cambium ePMP": (
        "cambium-epmp",
        under("1.3.6.1.4.1.17713.21", {"1.2.1.0": 5765, "1.2.10.0": 12, "1.2.18.0": 0, "2.1.64.0": 125}),
        {
            "": {"device_cpu_load_ratio": 0.125, "device_clients": 12},
            "radio": {"radio_frequency_hertz": 5765e6, "radio_clients": 12},
        },
    ),
    "Cambium PMP 450": (
        "cambium-pmp450",
        under("1.3.6.1.4.1.161.19.3", {"1.7.1.0": 9, "1.7.37.0": 3565000, "1.12.2.1.0": 40, "3.1.35.0": 44}),
        {
            "": {"device_clients": 9, "device_temperature_celsius": 44},
            "radio": {"radio_frequency_hertz": 3565e6, "radio_utilization_ratio": 0.4},
        },
    ),
    "Mimosa is in tenths": (
        "mimosa",
        under("1.3.6.1.4.1.43356.2.1.2", {"6.1.1.3.1": -553, "6.1.1.4.1": -880, "6.1.1.5.1": 327})
        | under("1.3.6.1.4.1.43356.2.1.2", {"6.2.1.2.1": 390, "7.4.0": 12, "1.8.0": 487}),
        {
            "": {"device_temperature_celsius": 48.7},
            "chain 1": {
                "radio_signal_dbm": -55.3,
                "radio_noise_floor_dbm": -88,
                "radio_snr_decibels": 32.7,
            },
            "stream 1": {"radio_transmit_rate_bits_per_second": 390e6},
            "radio": {"radio_packet_error_ratio": 0.0012},
        },
    ),
    "OpenWrt's clients by its scripts": (
        "openwrt",
        under("1.3.6.1.4.1.8072.1.3.2.3.1.1", {"13." + ".".join(str(ord(c)) for c in "clients-wlan0"): "2"}),
        {"wlan0": {"radio_clients": 2}},
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_profile_reads_what_is_meant_and_leaves_out_the_rest(case: str) -> None:
    profile, written, expected = CASES[case]
    assert await found(written, profile) == expected


async def test_no_row_of_a_radio_names_a_client() -> None:
    """A client's hardware address stands in indexes and nowhere else in what the agent tells."""
    written: dict[str, int | str | bytes] = {f"{ROUTEROS}.1.2.1.3.{mac}.4": -60 for mac in CLIENTS}
    written |= {f"{ROUTEROS}.21.4.1.6.{mac}.4": -60 for mac in CLIENTS}
    written |= {f"{AIRMAX}.7.1.3.4.{mac}": -60 for mac in CLIENTS}
    written |= {f"{ROUTEROS}.5.1.1.{column}.7": "Siti" for column in (1, 3, 5, 6)}
    told = await rows(written, "mikrotik-wireless", "mikrotik-wifi", "ubiquiti-airmax", "mikrotik-counts")
    assert "1.2.3.4" not in repr(told)
    assert "Siti" not in repr(told)
    assert told[0].values["device_hotspot_users"] == 1
