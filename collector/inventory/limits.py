"""The values that may have a limit: those of wire.metrics of which more, or less, is worse.

The limit of a counter (`…_total`) is for its growth per second.
"""

from collections.abc import Mapping
from typing import Literal

UTILIZATION = "interface_utilization_ratio"
"""The busier direction's bits per second over the interface's speed. The collector computes it."""

Side = Literal["above", "below"]
"""The side of a limit on which a value is bad."""

LIMITABLE: Mapping[str, Side] = {
    "icmp_loss_ratio": "above",
    "icmp_rtt_min_seconds": "above",
    "icmp_rtt_median_seconds": "above",
    "icmp_rtt_max_seconds": "above",
    "icmp_delay_variation_seconds": "above",
    "tcp_connect_duration_seconds": "above",
    "dns_lookup_duration_seconds": "above",
    "http_resolve_seconds": "above",
    "http_connect_seconds": "above",
    "http_tls_seconds": "above",
    "http_processing_seconds": "above",
    "http_transfer_seconds": "above",
    "probe_duration_seconds": "above",
    "ups_on_battery_seconds": "above",
    "ups_battery_remaining_seconds": "below",
    "ups_battery_charge_ratio": "below",
    "interface_receive_errors_total": "above",
    "interface_transmit_errors_total": "above",
    "interface_receive_discards_total": "above",
    "interface_transmit_discards_total": "above",
    UTILIZATION: "above",
    "radio_signal_dbm": "below",
    "radio_snr_decibels": "below",
    "modem_rsrp_dbm": "below",
    "modem_sinr_decibels": "below",
    "optical_receive_power_dbm": "below",
    "onu_receive_power_dbm": "below",
}
WELL_SHARE = 0.8
WELL_DECIBELS = 2.0
TWICE_DECIBELS = 10.0
LEAST_LIMIT = 1e-9


def is_logarithmic(metric: str) -> bool:
    return metric.endswith(("_dbm", "_decibels"))


def is_beyond(metric: str, value: float, limit: float) -> bool:
    """Is the value on the bad side of the limit?"""
    return value < limit if LIMITABLE[metric] == "below" else value > limit


def well_again(metric: str, limit: float) -> float:
    """The value at which the metric is well again: a value near its limit must not open incidents in turn."""
    if LIMITABLE[metric] == "above":
        return limit * WELL_SHARE
    if is_logarithmic(metric):
        return limit + WELL_DECIBELS
    well = limit / WELL_SHARE
    return min(well, (1 + limit) / 2) if metric.endswith("_ratio") else well


def times(metric: str, value: float, limit: float) -> float:
    """How many times its limit a value is, above 1 on the bad side. Of a signal, 10 dB below is twice."""
    if LIMITABLE.get(metric, "above") == "above":
        return value / max(limit, LEAST_LIMIT)
    if is_logarithmic(metric):
        return 1 + (limit - value) / TWICE_DECIBELS
    return limit / max(value, LEAST_LIMIT)
