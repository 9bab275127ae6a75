"""The values of one measurement as lines for a person at the command line: one function a kind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from agent.probes.figures import figure, is_state, states, title

HTTP_PHASES = ("resolve", "connect", "tls", "processing", "transfer")
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
UPS_BATTERY = "pantau_ups_battery_status"
UPS_OUTPUT = "pantau_ups_output_source"

SAID = {
    "device_identity_info",
    "device_uptime_seconds",
    "probe_duration_seconds",
    "snmp_failed_profiles",
    "snmp_missing_values",
    "snmp_truncated_tables",
    "ups_battery_charge_ratio",
    "ups_battery_remaining_seconds",
    "ups_on_battery_seconds",
}
"""Values of a device with a line of their own, or of which its parts tell."""

Values = dict[str, float]
Line = tuple[str, str]


def tcp(values: Values) -> Iterator[Line]:
    yield from duration("connect", values, "tcp_connect_duration_seconds")


def dns(values: Values) -> Iterator[Line]:
    yield from duration("lookup", values, "dns_lookup_duration_seconds")
    if "dns_response_code" in values:
        code = int(values["dns_response_code"])
        yield "response code", RCODES.get(code, str(code))


def http(values: Values) -> Iterator[Line]:
    for phase in HTTP_PHASES:
        yield from duration(phase, values, f"http_{phase}_seconds")
    if "http_status_code" in values:
        yield "status", f"{values['http_status_code']:.0f}"
    if "http_body_bytes" in values:
        yield "body", f"{values['http_body_bytes']:.0f} bytes"
    for family, name in (("IPv4", "http_ipv4_reached"), ("IPv6", "http_ipv6_reached")):
        if name in values:
            yield family, "up" if values[name] else "down"
    if "tls_version" in values:
        yield "TLS version", f"{values['tls_version']:.1f}"
    if "tls_certificate_expiry_timestamp_seconds" in values:
        until = datetime.fromtimestamp(values["tls_certificate_expiry_timestamp_seconds"], UTC)
        words = {1.0: "valid, ", 0.0: "not valid, "}.get(values.get("tls_certificate_valid", -1.0), "")
        yield "certificate", f"{words}expires {until:%Y-%m-%d %H:%M} UTC"


def icmp(values: Values) -> Iterator[Line]:
    if "icmp_echo_requests_total" in values:
        replies = values.get("icmp_echo_replies_total", 0.0)
        yield "replies", f"{replies:.0f} of {values['icmp_echo_requests_total']:.0f}"
    if "icmp_loss_ratio" in values:
        yield "loss", f"{values['icmp_loss_ratio']:.1%}"
    for name in ("min", "median", "max"):
        yield from duration(f"round trip, {name}", values, f"icmp_rtt_{name}_seconds")
    yield from duration("delay variation", values, "icmp_delay_variation_seconds")


def snmp(values: Values) -> Iterator[Line]:
    yield from span("running for", values, "device_uptime_seconds")
    for family, source in states(values):
        if family == UPS_OUTPUT:
            yield "UPS output", source
    yield from span("on battery for", values, "ups_on_battery_seconds")
    yield from span("battery lasts", values, "ups_battery_remaining_seconds")
    if "ups_battery_charge_ratio" in values:
        yield "battery charge", f"{values['ups_battery_charge_ratio']:.0%}"
    for name, value in values.items():
        if not (name in SAID or is_state(name)):
            yield title(name, "ups" if name.startswith("ups_") else "device"), figure(name, value)
    if statuses := [status for family, status in states(values) if family == UPS_BATTERY]:
        yield "battery", ", ".join(statuses)
    if values.get("snmp_truncated_tables"):
        yield "tables cut", f"{values['snmp_truncated_tables']:.0f}"
    if values.get("snmp_failed_profiles"):
        yield "profiles failed", f"{values['snmp_failed_profiles']:.0f}"
    if values.get("snmp_missing_values"):
        yield "without an answer", f"{values['snmp_missing_values']:.0f} of the values; the log names them"


def span(name: str, values: Values, key: str) -> Iterator[Line]:
    """One line in hours, minutes and seconds; no line where the value is undefined."""
    if key in values:
        yield name, str(timedelta(seconds=round(values[key])))


def duration(name: str, values: Values, key: str) -> Iterator[Line]:
    """One line in milliseconds; no line where the value is undefined."""
    if key in values:
        yield name, f"{values[key] * 1000:10.3f} ms"
