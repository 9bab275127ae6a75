"""The working latency of each link and day: the round-trip time while it is idle, and while it is busy.

Both come from measurements that agents make anyway: the pings that cross a link, and the octets of the port
that carries it. sans-IO: time is a parameter.
"""

from collector.latency.changes import DayKey, LatencyChanges
from collector.latency.figures import LatencyFigures, LoadFigure, Quantiles
from collector.latency.kept_days import DAYS_KEPT
from collector.latency.latency import WorkingLatency

__all__ = [
    "DAYS_KEPT",
    "DayKey",
    "LatencyChanges",
    "LatencyFigures",
    "LoadFigure",
    "Quantiles",
    "WorkingLatency",
]
