"""One measurement for a person: the verdict, then what was measured in aligned lines; or as a document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.probe import Measurement
from wire.probes import NOT_RUN
from wire.report import rounded

HTTP_PHASES = ("resolve", "connect", "tls", "processing", "transfer")
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}

Values = dict[str, float]
Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measurement, and why it did not succeed in words; "" where it did.

    `second_opinion` is what another implementation found meanwhile, for a person to compare.
    """

    measurement: Measurement
    detail: str = ""
    second_opinion: str = ""


def as_dict(outcome: Outcome) -> dict[str, object]:
    """What `--json` prints. The values are those of the wire: base units, undefined ones left out."""
    measurement = outcome.measurement
    return {
        "kind": measurement.kind,
        "target": measurement.target,
        "success": not measurement.reason,
        "reason": measurement.reason,
        "detail": outcome.detail,
        "values": {name: rounded(name, value) for name, value in measurement.values.items()},
    }


def as_lines(outcome: Outcome) -> list[str]:
    rows = list(ROWS.get(outcome.measurement.kind, _by_name)(outcome.measurement.values))
    if outcome.second_opinion:
        rows.append(("icmplib meanwhile", outcome.second_opinion))
    width = max((len(name) for name, _ in rows), default=0)
    return [_verdict(outcome), *(f"  {name:<{width}}  {text}" for name, text in rows)]


def _verdict(outcome: Outcome) -> str:
    measurement = outcome.measurement
    name = f"{measurement.kind} {measurement.target}"
    if not measurement.reason:
        return f"OK       {name}"
    word = "NOT RUN" if measurement.reason in NOT_RUN else "FAILED "
    return f"{word}  {name}: {measurement.reason}: {outcome.detail}"


def _tcp(values: Values) -> Iterator[Row]:
    yield from _duration("connect", values, "tcp_connect_duration_seconds")


def _dns(values: Values) -> Iterator[Row]:
    yield from _duration("lookup", values, "dns_lookup_duration_seconds")
    if "dns_response_code" in values:
        code = int(values["dns_response_code"])
        yield "response code", RCODES.get(code, str(code))


def _http(values: Values) -> Iterator[Row]:
    for phase in HTTP_PHASES:
        yield from _duration(phase, values, f"http_{phase}_seconds")
    if "http_status_code" in values:
        yield "status", f"{values['http_status_code']:.0f}"
    if "http_body_bytes" in values:
        yield "body", f"{values['http_body_bytes']:.0f} bytes"
    if "tls_version" in values:
        yield "TLS version", f"{values['tls_version']:.1f}"
    if "tls_certificate_expiry_timestamp_seconds" in values:
        until = datetime.fromtimestamp(values["tls_certificate_expiry_timestamp_seconds"], UTC)
        words = {1.0: "valid, ", 0.0: "not valid, "}.get(values.get("tls_certificate_valid", -1.0), "")
        yield "certificate", f"{words}expires {until:%Y-%m-%d %H:%M} UTC"


def _icmp(values: Values) -> Iterator[Row]:
    if "icmp_echo_requests_total" in values:
        replies = values.get("icmp_echo_replies_total", 0.0)
        yield "replies", f"{replies:.0f} of {values['icmp_echo_requests_total']:.0f}"
    if "icmp_loss_ratio" in values:
        yield "loss", f"{values['icmp_loss_ratio']:.1%}"
    for name in ("min", "median", "max"):
        yield from _duration(f"round trip, {name}", values, f"icmp_rtt_{name}_seconds")
    yield from _duration("delay variation", values, "icmp_delay_variation_seconds")


def _by_name(values: Values) -> Iterator[Row]:
    for name, value in values.items():
        yield name, f"{value:g}"


def _duration(name: str, values: Values, key: str) -> Iterator[Row]:
    if key in values:
        yield name, f"{values[key] * 1000:10.3f} ms"


ROWS: dict[str, Callable[[Values], Iterator[Row]]] = {"tcp": _tcp, "dns": _dns, "http": _http, "icmp": _icmp}
