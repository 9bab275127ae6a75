"""The values that may have a limit: those of wire.metrics of which more is worse.

The limit of a counter (`…_total`) is for its growth per second.
"""

UTILIZATION = "interface_utilization_ratio"
"""The busier direction's bits per second over the interface's speed. The collector computes it."""

LIMITABLE = (
    "icmp_loss_ratio",
    "icmp_rtt_min_seconds",
    "icmp_rtt_median_seconds",
    "icmp_rtt_max_seconds",
    "icmp_delay_variation_seconds",
    "tcp_connect_duration_seconds",
    "dns_lookup_duration_seconds",
    "http_resolve_seconds",
    "http_connect_seconds",
    "http_tls_seconds",
    "http_processing_seconds",
    "http_transfer_seconds",
    "probe_duration_seconds",
    "ups_on_battery_seconds",
    "interface_receive_errors_total",
    "interface_transmit_errors_total",
    "interface_receive_discards_total",
    "interface_transmit_discards_total",
    UTILIZATION,
)
