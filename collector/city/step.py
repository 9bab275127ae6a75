"""A step of the collector's clock, and the correction of earlier times. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from wire.report import Report

TRANSIT_SECONDS = 60.0
"""A broker that has lost its client keeps a report on its way for so long."""
AHEAD_SECONDS = 10.0
"""A report can't be sent after it is received; agents know the time no better than this."""


class Step(NamedTuple):
    """The clock was set by `by` seconds. Before, it ran from `since` to `until`, by its own time."""

    by: float
    since: float
    until: float

    def dated_here(self, at: float) -> bool:
        """Whether the time is by this clock. A time from the store is by the clock of another run."""
        return self.since <= at <= self.until

    def moved(self, at: float) -> float:
        return at + self.by if self.dated_here(at) else at


def redated(report: Report, received: float, corrections: Iterable[float]) -> Report:
    """The report by the present clock, even if its offset is by the collector's former or next clock.

    A report has one offset for its sending time and its measurements. It is sent shortly before it comes in.
    """
    if report.offset is None:
        return report
    transit = received - (report.sent + report.offset)
    if _plausible(transit):
        return report
    better = min(corrections, key=lambda by: abs(transit - by), default=0.0)
    return replace(report, offset=report.offset + better) if _plausible(transit - better) else report


def _plausible(transit: float) -> bool:
    return -AHEAD_SECONDS <= transit <= TRANSIT_SECONDS
