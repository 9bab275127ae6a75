"""What a person sees of one measurement."""

from dataclasses import replace

import pytest

from agent.cli.present import Outcome, as_dict, as_lines
from agent.probes.kinds import KINDS
from agent.probes.measurement import Measurement, Row

EXPIRED_PAGE = {
    "http_resolve_seconds": 0.0021234,
    "http_connect_seconds": 0.0123456,
    "http_tls_seconds": 0.025,
    "http_processing_seconds": 1.2,
    "http_transfer_seconds": 0.0004,
    "http_status_code": 200.0,
    "http_body_bytes": 5123.0,
    "tls_version": 1.3,
    "tls_certificate_valid": 0.0,
    "tls_certificate_expiry_timestamp_seconds": 1709251199.0,
}


def outcome(kind: str, values: dict[str, float], reason: str = "", detail: str = "") -> Outcome:
    summary = list(KINDS[kind].summary(values))
    return Outcome(Measurement(kind, "dinkes", 1000.0, values, reason), summary, detail)


def test_a_page_behind_an_expired_certificate_is_shown_phase_by_phase() -> None:
    seen = outcome("http", EXPIRED_PAGE, "tls", "dinkes.example: certificate has expired")
    assert as_lines(seen) == [
        "FAILED   http dinkes: tls: dinkes.example: certificate has expired",
        "  resolve           2.123 ms",
        "  connect          12.346 ms",
        "  tls              25.000 ms",
        "  processing     1200.000 ms",
        "  transfer          0.400 ms",
        "  status       200",
        "  body         5123 bytes",
        "  TLS version  1.3",
        "  certificate  not valid, expires 2024-02-29 23:59 UTC",
    ]


@pytest.mark.parametrize(
    ("kind", "values", "lines"),
    [
        (
            "tcp",
            {"tcp_connect_duration_seconds": 0.0123},
            ["OK       tcp dinkes", "  connect      12.300 ms"],
        ),
        (
            "dns",
            {"dns_lookup_duration_seconds": 0.0123, "dns_response_code": 3},
            ["OK       dns dinkes", "  lookup             12.300 ms", "  response code  NXDOMAIN"],
        ),
        (
            "icmp",
            {
                "icmp_echo_requests_total": 4,
                "icmp_echo_replies_total": 3,
                "icmp_loss_ratio": 0.25,
                "icmp_rtt_min_seconds": 0.001,
                "icmp_rtt_median_seconds": 0.002,
                "icmp_rtt_max_seconds": 0.003,
                "icmp_delay_variation_seconds": 0.0005,
            },
            [
                "OK       icmp dinkes",
                "  replies             3 of 4",
                "  loss                25.0%",
                "  round trip, min          1.000 ms",
                "  round trip, median       2.000 ms",
                "  round trip, max          3.000 ms",
                "  delay variation          0.500 ms",
            ],
        ),
    ],
)
def test_a_success_says_ok_and_what_it_measured(
    kind: str, values: dict[str, float], lines: list[str]
) -> None:
    assert as_lines(outcome(kind, values)) == lines


def test_a_ups_says_where_its_power_comes_from_and_for_how_long() -> None:
    values = {
        "device_uptime_seconds": 273906.4,
        "ups_output_source_normal": 0.0,
        "ups_output_source_battery": 1.0,
        "ups_on_battery_seconds": 42.0,
        "ups_battery_remaining_seconds": 1620.0,
        "ups_battery_charge_ratio": 0.87,
        "snmp_failed_profiles": 1.0,
    }
    assert as_lines(outcome("snmp", values)) == [
        "OK       snmp dinkes",
        "  running for      3 days, 4:05:06",
        "  UPS output       battery",
        "  on battery for   0:00:42",
        "  battery lasts    0:27:00",
        "  battery charge   87%",
        "  profiles failed  1",
    ]


ETHER1 = Row(
    {
        "interface_up": 1.0,
        "interface_speed_bits_per_second": 1e9,
        "interface_receive_bytes_total": 1234567.0,
        "interface_transmit_bytes_total": 89.0,
        "interface_receive_errors_total": 2.0,
        "interface_transmit_discards_total": 1.0,
    },
    "ether1",
    {"alias": "to POP Selatan", "index": "1"},
)


def test_the_parts_of_a_device_are_tables() -> None:
    signal = {"radio_signal_dbm": -62.0, "radio_transmit_rate_bits_per_second": 144.4e6}
    onu = {"onu_up": 0.0, "onu_last_down_los": 0.0, "onu_last_down_dying_gasp": 1.0}
    parts = [
        ETHER1,
        Row({"interface_up": 0.0}, "wlan1"),
        Row({"interface_info": 1}, "ppp1"),
        Row({**signal, "radio_info": 1}, "wlan1", {"ssid": "pantau"}),
        Row(onu, "0/1/3", {"description": "gradasi"}),
    ]
    seen = Outcome(outcome("snmp", {}).measurement, parts=parts)
    assert as_lines(seen) == [
        "OK       snmp dinkes",
        "",
        "  interface  up       speed         receive   transmit  errors, discards  alias",
        "  ether1     up       1,000 Mbit/s  1.235 MB  0 MB      3                 to POP Selatan",
        "  wlan1      down",
        "  ppp1       unknown",
        "",
        "  radio  signal   transmit rate  ssid",
        "  wlan1  -62 dBm  144.4 Mbit/s   pantau",
        "",
        "  onu    up    last down   description",
        "  0/1/3  down  dying_gasp  gradasi",
    ]
    assert as_dict(seen)["rows"][0] == {"row": "ether1", "values": ETHER1.values, "info": ETHER1.info}  # type: ignore[index]


def test_a_failure_without_values_is_one_line() -> None:
    seen = outcome("tcp", {}, "refused", "10.61.0.1 port 443: Connection refused")
    assert as_lines(seen) == ["FAILED   tcp dinkes: refused: 10.61.0.1 port 443: Connection refused"]


def test_a_probe_that_could_not_run_is_not_called_a_failure() -> None:
    seen = outcome("dns", {}, "setting", "name 'a..b': A DNS label is empty.")
    assert as_lines(seen) == ["NOT RUN  dns dinkes: setting: name 'a..b': A DNS label is empty."]


def test_the_document_has_the_values_of_the_wire() -> None:
    assert as_dict(outcome("tcp", {"tcp_connect_duration_seconds": 0.01234567})) == {
        "kind": "tcp",
        "target": "dinkes",
        "success": True,
        "reason": "",
        "detail": "",
        "values": {"tcp_connect_duration_seconds": 0.012346},
        "rows": [],
    }


def test_a_second_opinion_stands_below_what_was_measured() -> None:
    opinion = ("icmplib meanwhile", "3 of 3 replies, 1.002 ms at best")
    seen = replace(outcome("icmp", {"icmp_rtt_min_seconds": 0.001}), second_opinion=opinion)
    assert as_lines(seen) == [
        "OK       icmp dinkes",
        "  round trip, min         1.000 ms",
        "  icmplib meanwhile  3 of 3 replies, 1.002 ms at best",
    ]
