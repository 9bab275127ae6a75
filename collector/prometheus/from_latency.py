"""The lines of `/metrics/city` about the working latency of one link today. Pure."""

from collections.abc import Iterator

from collector.latency import LatencyFigures
from collector.prometheus.from_inventory import InventoryLine
from collector.prometheus.labels import labels

RTT, MINUTES = "pantau_link_working_rtt_seconds", "pantau_link_load_minutes"
LATENCY_FAMILIES = {
    RTT: "Round-trip time across the link since the city's midnight, while it is idle (below 20 % of its "
    "rate) and busy (above 70 %); absent where too few minutes are known.",
    MINUTES: "Minutes since the city's midnight at that load; absent where none is known.",
}


def latency_lines(link: str, today: LatencyFigures | None) -> Iterator[InventoryLine]:
    """None without a known minute: no figure is 0 for want of one."""
    if today is None:
        return
    for load, its in (("idle", today.idle), ("busy", today.busy)):
        for quantile, seconds in (("0.5", its.rtt.median), ("0.95", its.rtt.p95)):
            if seconds is not None:
                yield InventoryLine(RTT, labels(link=link, load=load, quantile=quantile), round(seconds, 6))
    loads = (("idle", today.idle.minutes), ("between", today.between), ("busy", today.busy.minutes))
    for load, minutes in loads:
        yield InventoryLine(MINUTES, labels(link=link, load=load), minutes)
