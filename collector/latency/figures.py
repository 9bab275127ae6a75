"""The figures of a link over one day, or over several together. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from collector.latency.buckets import BUCKETS, quantile
from collector.latency.day import WorkingDay

LoadName = Literal["idle", "busy"]
MEDIAN, P95 = 0.5, 0.95
MINUTES_AT_LEAST = 5
"""The median of fewer minutes would say nothing about a day."""
MINUTES_FOR_P95 = 20
"""Of fewer minutes the 95th percentile is the greatest one."""


class Quantiles(NamedTuple):
    """Seconds. None where too few minutes have a round-trip time."""

    median: float | None = None
    p95: float | None = None


class LoadFigure(NamedTuple):
    """`minutes` at this load; of `measured` ones of them the round-trip time is known too."""

    minutes: int
    measured: int
    rtt: Quantiles


class LatencyFigures(NamedTuple):
    """`day` is the ordinal of the newest day within. `between` are the minutes neither idle nor busy.

    `mean` and `fullest` are the utilisation as ratios, of all minutes and of the fullest one; None of none.
    """

    day: int
    idle: LoadFigure
    busy: LoadFigure
    between: int
    mean: float | None
    fullest: float | None

    @property
    def minutes(self) -> int:
        """Those of which the load is known."""
        return self.idle.minutes + self.between + self.busy.minutes

    @property
    def added(self) -> float | None:
        """The round-trip time that a full link adds, seconds; None if it is not known."""
        idle, busy = self.idle.rtt.median, self.busy.rtt.median
        return None if idle is None or busy is None else busy - idle


def figures(days: Iterable[tuple[int, WorkingDay]]) -> LatencyFigures | None:
    """Of these days together, each with its ordinal; None if the load of no minute is known."""
    newest, idle, busy = 0, [0] * BUCKETS, [0] * BUCKETS
    minutes, tenths, fullest = [0, 0, 0], 0, 0
    for ordinal, day in days:
        newest = max(newest, ordinal)
        for sums, counts in ((idle, day.idle), (busy, day.busy), (minutes, day.minutes)):
            sums[:] = [one + more for one, more in zip(sums, counts, strict=True)]
        tenths, fullest = tenths + day.tenths, max(fullest, day.fullest)
    known = sum(minutes)
    if not known:
        return None
    return LatencyFigures(
        day=newest,
        idle=_figure(minutes[0], idle),
        busy=_figure(minutes[2], busy),
        between=minutes[1],
        mean=tenths / known / 1000,
        fullest=fullest / 1000,
    )


def _figure(minutes: int, counts: Sequence[int]) -> LoadFigure:
    measured = sum(counts)
    median = quantile(counts, MEDIAN) if measured >= MINUTES_AT_LEAST else None
    p95 = quantile(counts, P95) if measured >= MINUTES_FOR_P95 else None
    return LoadFigure(minutes, measured, Quantiles(median, p95))
