"""The catalogue: every value that a measurement may hold, and the Prometheus family that it becomes.

The key is the value's name on the wire. An undefined value is absent, never 0. Units are base units, and the
name ends with the unit. Round-trip time is RFC 2681, loss ratio RFC 6673, delay variation RFC 3393 in the
form of RFC 5481.
"""

from collections.abc import Iterable
from functools import lru_cache

from wire.device_metrics import DEVICE_METRICS
from wire.metric import AGENT, EVERY_KIND, Metric
from wire.own_metrics import OWN_PART, own_metric


def _phase(name: str) -> Metric:
    return Metric(
        "http",
        "pantau_http_duration_seconds",
        "gauge",
        6,
        "Time spent in each phase of the HTTP request.",
        (("phase", name),),
    )


def _family(name: str) -> Metric:
    return Metric(
        "http",
        "pantau_http_family_reached",
        "gauge",
        0,
        "1 when a connection by this family succeeds, of a name that has both IPv4 and IPv6 addresses.",
        (("family", name),),
    )


CATALOGUE: dict[str, Metric] = {
    "probe_duration_seconds": Metric(
        EVERY_KIND, "pantau_probe_duration_seconds", "gauge", 6, "How long the measurement took."
    ),
    "icmp_loss_ratio": Metric(
        "icmp",
        "pantau_icmp_loss_ratio",
        "gauge",
        4,
        "Share of the interval's echoes that were lost (RFC 6673).",
    ),
    "icmp_rtt_min_seconds": Metric(
        "icmp", "pantau_icmp_rtt_min_seconds", "gauge", 6, "Least round-trip time of the interval (RFC 2681)."
    ),
    "icmp_rtt_median_seconds": Metric(
        "icmp", "pantau_icmp_rtt_median_seconds", "gauge", 6, "Median round-trip time of the interval."
    ),
    "icmp_rtt_max_seconds": Metric(
        "icmp", "pantau_icmp_rtt_max_seconds", "gauge", 6, "Greatest round-trip time of the interval."
    ),
    "icmp_delay_variation_seconds": Metric(
        "icmp",
        "pantau_icmp_delay_variation_seconds",
        "gauge",
        6,
        "Mean absolute delay variation between successive replies of the interval (RFC 5481 IPDV).",
    ),
    "icmp_echo_requests_total": Metric(
        "icmp", "pantau_icmp_echo_requests_total", "counter", 0, "Echo requests whose fate is known."
    ),
    "icmp_echo_replies_total": Metric(
        "icmp", "pantau_icmp_echo_replies_total", "counter", 0, "Echo replies that came in time."
    ),
    "icmp_silence_seconds": Metric(
        "icmp",
        "pantau_icmp_silence_seconds",
        "gauge",
        3,
        "Time since the first lost echo of the outage that is going on.",
    ),
    "icmp_rtt_seconds_total": Metric(
        "icmp",
        "pantau_icmp_rtt_seconds_total",
        "counter",
        6,
        "Sum of the round-trip times of all echo replies.",
    ),
    "tcp_connect_duration_seconds": Metric(
        "tcp",
        "pantau_tcp_connect_duration_seconds",
        "gauge",
        6,
        "Time from SYN to an established connection.",
    ),
    "dns_lookup_duration_seconds": Metric(
        "dns", "pantau_dns_lookup_duration_seconds", "gauge", 6, "Time from the query to its answer."
    ),
    "dns_response_code": Metric(
        "dns", "pantau_dns_response_code", "gauge", 0, "RCODE of the answer, 0 is NOERROR (RFC 6895)."
    ),
    "http_resolve_seconds": _phase("resolve"),
    "http_connect_seconds": _phase("connect"),
    "http_tls_seconds": _phase("tls"),
    "http_processing_seconds": _phase("processing"),
    "http_transfer_seconds": _phase("transfer"),
    "http_status_code": Metric(
        "http", "pantau_http_status_code", "gauge", 0, "Status code of the last response."
    ),
    "http_body_bytes": Metric(
        "http", "pantau_http_body_bytes", "gauge", 0, "Size of the last response's content (RFC 9110)."
    ),
    "http_ipv4_reached": _family("ipv4"),
    "http_ipv6_reached": _family("ipv6"),
    "tls_version": Metric("http", "pantau_tls_version", "gauge", 1, "TLS version agreed upon: 1.2 or 1.3."),
    "tls_certificate_valid": Metric(
        "http",
        "pantau_tls_certificate_valid",
        "gauge",
        0,
        "1 when the certificate is trusted, current and for this host (RFC 5280, RFC 9110).",
    ),
    "tls_certificate_expiry_timestamp_seconds": Metric(
        "http",
        "pantau_tls_certificate_expiry_timestamp_seconds",
        "gauge",
        0,
        "When the earliest certificate of the chain expires, Unix time.",
    ),
    **DEVICE_METRICS,
    "agent_spooled_reports": Metric(
        AGENT,
        "pantau_agent_spooled_reports",
        "gauge",
        0,
        "Reports the agent holds that are not acknowledged.",
    ),
    "agent_spooled_measurements": Metric(
        AGENT,
        "pantau_agent_spooled_measurements",
        "gauge",
        0,
        "Measurements in the reports that the agent holds.",
    ),
    "agent_taken_measurements_total": Metric(
        AGENT,
        "pantau_agent_taken_measurements_total",
        "counter",
        0,
        "Measurements the agent took: those stored, dropped, rejected and spooled.",
    ),
    "agent_stored_measurements_total": Metric(
        AGENT,
        "pantau_agent_stored_measurements_total",
        "counter",
        0,
        "Measurements that the collector has acknowledged.",
    ),
    "agent_dropped_measurements_total": Metric(
        AGENT, "pantau_agent_dropped_measurements_total", "counter", 0, "Measurements the agent had to drop."
    ),
    "agent_rejected_measurements_total": Metric(
        AGENT,
        "pantau_agent_rejected_measurements_total",
        "counter",
        0,
        "Measurements in reports that the collector could never take.",
    ),
    "agent_missed_beats_total": Metric(
        AGENT,
        "pantau_agent_missed_beats_total",
        "counter",
        0,
        "Beats left out because the run before was not over.",
    ),
    "agent_clock_synchronized": Metric(
        AGENT,
        "pantau_agent_clock_synchronized",
        "gauge",
        0,
        "1 when the kernel says that NTP keeps the clock.",
    ),
    "agent_certificate_expiry_timestamp_seconds": Metric(
        AGENT,
        "pantau_agent_certificate_expiry_timestamp_seconds",
        "gauge",
        0,
        "When the certificate ends that the agent shows to the broker, Unix time.",
    ),
}


@lru_cache(maxsize=64)
def names_of(kind: str) -> frozenset[str]:
    """The names of the values that a measurement of this kind may hold."""
    kinds = {kind} if kind == AGENT else {kind, EVERY_KIND}
    return frozenset(name for name, metric in CATALOGUE.items() if metric.kind in kinds)


def decimals_of(name: str) -> int:
    """The precision of a value of the catalogue or of a city's own profile. Raises KeyError for any other."""
    metric = CATALOGUE.get(name) or own_metric(name)
    if metric is None:
        raise KeyError(name)
    return metric.decimals


def own_values(kind: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names among them that are of a city's own profiles, in order."""
    if kind != "snmp":
        return ()
    return tuple(name for name in names if name not in CATALOGUE and own_metric(name))


def part_of(names: Iterable[str]) -> str:
    """The part of a device (Metric.row_label) that values with these names are of."""
    labels = (metric.row_label for name in names if (metric := CATALOGUE.get(name)))
    return next(filter(None, labels), OWN_PART)
