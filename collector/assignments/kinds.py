"""The collector's table of the probe kinds: one row a kind. tests/test_kinds.py names a row that is missing.

Settings of a kind are in wire/probes.py, its values in wire/metrics.py.
"""

from typing import NamedTuple


class CollectorKind(NamedTuple):
    """`run_bytes` is an estimate of the traffic of one run, both directions, IP headers included.

    `response_time` is the value (wire/metrics.py) that people take for the target's speed, "" where there is
    none. `blackbox_module` is the module of blackbox_exporter that measures the same, named as in its example
    configuration; "" where there is none.
    """

    run_bytes: int
    response_time: str = ""
    blackbox_module: str = ""


KINDS: dict[str, CollectorKind] = {
    # An echo has 84 bytes each way (IPv4).
    "icmp": CollectorKind(168, "icmp_rtt_median_seconds", "icmp"),
    # A connection and its end.
    "tcp": CollectorKind(400, "tcp_connect_duration_seconds", "tcp_connect"),
    # A query and its answer. A module of blackbox_exporter holds the name that it asks for, so none fits all.
    "dns": CollectorKind(200, "dns_lookup_duration_seconds"),
    # An HTTPS request with a certificate chain and a 20 KB page.
    "http": CollectorKind(27_000, "probe_duration_seconds", "http_2xx"),
    # The agent polls a device from beside it: nothing crosses the way up. snmp_exporter has /sd/snmp.
    "snmp": CollectorKind(0),
}
