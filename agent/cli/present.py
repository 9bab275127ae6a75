"""One measurement for a person: the verdict, then what was measured in aligned lines; or as a document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agent.probes.measurement import Measurement, Row
from wire.probes import NOT_RUN
from wire.report import rounded

HTTP_PHASES = ("resolve", "connect", "tls", "processing", "transfer")
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}

UPS_OUTPUT = "ups_output_source_"
UP = {0: "down", 1: "up"}
TROUBLES = ("receive_errors", "transmit_errors", "receive_discards", "transmit_discards")

Values = dict[str, float]
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measurement, why it did not succeed in words ("" where it did), and the target's parts.

    `second_opinion` is what another implementation found, for a person to compare.
    """

    measurement: Measurement
    detail: str = ""
    parts: Sequence[Row] = field(default=())
    second_opinion: Line | None = None


def as_dict(outcome: Outcome) -> dict[str, object]:
    """What `--json` prints. The values are those of the wire: base units, undefined ones left out."""
    measurement = outcome.measurement
    return {
        "kind": measurement.kind,
        "target": measurement.target,
        "success": not measurement.reason,
        "reason": measurement.reason,
        "detail": outcome.detail,
        "values": _rounded(measurement.values),
        "rows": [
            {"row": part.row, "values": _rounded(part.values), "info": part.info} for part in outcome.parts
        ],
    }


def as_lines(outcome: Outcome) -> list[str]:
    lines = [*LINES[outcome.measurement.kind](outcome.measurement.values), *map(_interface, outcome.parts)]
    if outcome.second_opinion:
        lines.append(outcome.second_opinion)
    width = max((len(name) for name, _ in lines), default=0)
    return [_verdict(outcome), *(f"  {name:<{width}}  {text}" for name, text in lines)]


def _verdict(outcome: Outcome) -> str:
    measurement = outcome.measurement
    name = f"{measurement.kind} {measurement.target}"
    if not measurement.reason:
        return f"OK       {name}"
    word = "NOT RUN" if measurement.reason in NOT_RUN else "FAILED "
    return f"{word}  {name}: {measurement.reason}: {outcome.detail}"


def _tcp(values: Values) -> Iterator[Line]:
    yield from _duration("connect", values, "tcp_connect_duration_seconds")


def _dns(values: Values) -> Iterator[Line]:
    yield from _duration("lookup", values, "dns_lookup_duration_seconds")
    if "dns_response_code" in values:
        code = int(values["dns_response_code"])
        yield "response code", RCODES.get(code, str(code))


def _http(values: Values) -> Iterator[Line]:
    for phase in HTTP_PHASES:
        yield from _duration(phase, values, f"http_{phase}_seconds")
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


def _icmp(values: Values) -> Iterator[Line]:
    if "icmp_echo_requests_total" in values:
        replies = values.get("icmp_echo_replies_total", 0.0)
        yield "replies", f"{replies:.0f} of {values['icmp_echo_requests_total']:.0f}"
    if "icmp_loss_ratio" in values:
        yield "loss", f"{values['icmp_loss_ratio']:.1%}"
    for name in ("min", "median", "max"):
        yield from _duration(f"round trip, {name}", values, f"icmp_rtt_{name}_seconds")
    yield from _duration("delay variation", values, "icmp_delay_variation_seconds")


def _snmp(values: Values) -> Iterator[Line]:
    yield from _span("running for", values, "device_uptime_seconds")
    for name, value in values.items():
        if name.startswith(UPS_OUTPUT) and value:
            yield "UPS output", name.removeprefix(UPS_OUTPUT)
    yield from _span("on battery for", values, "ups_on_battery_seconds")
    yield from _span("battery lasts", values, "ups_battery_remaining_seconds")
    if "ups_battery_charge_ratio" in values:
        yield "battery charge", f"{values['ups_battery_charge_ratio']:.0%}"
    if values.get("snmp_failed_profiles"):
        yield "profiles failed", f"{values['snmp_failed_profiles']:.0f}"


def _interface(part: Row) -> Line:
    """Counters are as the device has them, since it started."""
    values, said = part.values, [UP.get(int(part.values.get("interface_up", -1)), "unknown")]
    if "interface_speed_bits_per_second" in values:
        said.append(f"{values['interface_speed_bits_per_second'] / 1e6:g} Mbit/s")
    for word, name in (("received", "receive"), ("sent", "transmit")):
        if f"interface_{name}_bytes_total" in values:
            said.append(f"{word} {values[f'interface_{name}_bytes_total']:,.0f} bytes")
    if troubles := sum(values.get(f"interface_{name}_total", 0) for name in TROUBLES):
        said.append(f"{troubles:,.0f} errors and discards")
    if part.info.get("alias"):
        said.append(part.info["alias"])
    return part.row, ", ".join(said)


def _span(name: str, values: Values, key: str) -> Iterator[Line]:
    if key in values:
        yield name, str(timedelta(seconds=round(values[key])))


def _duration(name: str, values: Values, key: str) -> Iterator[Line]:
    if key in values:
        yield name, f"{values[key] * 1000:10.3f} ms"


def _rounded(values: Values) -> dict[str, float | None]:
    return {name: rounded(name, value) for name, value in values.items()}


LINES: dict[str, Callable[[Values], Iterator[Line]]] = {
    "tcp": _tcp,
    "dns": _dns,
    "http": _http,
    "icmp": _icmp,
    "snmp": _snmp,
}
