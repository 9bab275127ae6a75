"""The preset dictionary of zlib for reports (RFC 1950): names, and the shapes of columns.

Frozen for ever with version 1: a report is read only with the very bytes that it was compressed with, so a
new metric is not added here. Measured on 300 reports of 40 measurements of 8 values, by `python -m
tests.bench.wire`: median 959 B with it, 1,206 B without.
"""

_SELDOM = (
    '"timeout","unreachable","refused","","",""],"row":["ether1","wlan1"],"drops":[{"stream":"","first":,'
    '"counts":[],"reason":"full"}],"previous":{"stream":"","highest":'
)
_VALUES = (
    "tcp_connect_duration_seconds",
    "dns_lookup_duration_seconds",
    "dns_response_code",
    "http_resolve_seconds",
    "http_connect_seconds",
    "http_tls_seconds",
    "http_processing_seconds",
    "http_transfer_seconds",
    "http_status_code",
    "http_body_bytes",
    "tls_version",
    "tls_certificate_valid",
    "tls_certificate_expiry_timestamp_seconds",
    "agent_spooled_reports",
    "agent_dropped_measurements_total",
    "agent_missed_beats_total",
    "agent_clock_synchronized",
    "probe_duration_seconds",
)
_HEADER = (
    '{"stream":"","seq":1,"base":1,"boot":"-4","sent":,"offset":17,"clock":"collector","clock":"ntp",'
    '"body":{"at":,"tables":[{"kind":"dns"http"tcp"agent"icmp",'
)
_TARGETS = '"target":["resolver","uplink","router","self","gateway","internet","site-'
_AGES = '],"age_ms":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"values":{'
_ICMP = (
    '"icmp_silence_seconds":[null,null,null],"icmp_loss_ratio":[0.0,0.0,0.0,0.0,0.1,0.0,0.0,0.0,0.0,1.0,0.0],'
    '"icmp_rtt_min_seconds":[0.0001,0.0002,0.0003,0.0004,0.0005,0.0006,0.0007,0.0008,0.0009,0.001,0.002,0.003,'
    "0.004,0.005,0.006,0.007,0.008,0.009,0.01,0.02,0.03],"
    '"icmp_rtt_median_seconds":[0.000,"icmp_rtt_max_seconds":[0.00,"icmp_delay_variation_seconds":[0.0000,0.000,'
    '"icmp_echo_requests_total":[,"icmp_echo_replies_total":[,"icmp_rtt_seconds_total":[0.'
)

# The likeliest text stands last: zlib reaches it with the shortest distances.
DICTIONARY = (
    _SELDOM + "".join(f'],"{name}":[' for name in _VALUES) + _HEADER + _TARGETS + _AGES + _ICMP
).encode()
