"""The scale of an axis of times: from its least to its greatest value, with round figures. Pure."""

from collections.abc import Sequence
from math import floor, log10
from typing import NamedTuple

from collector.notices.quantities import time

LOG_FROM = 50.0
"""A wider range than this needs a logarithmic scale: else the usual times are one flat line."""
LEAST_SECONDS = 1e-6
MARKS = 4


class TimeScale(NamedTuple):
    """Seconds from `least` to `most`. `marks` are round figures in between."""

    least: float
    most: float
    log: bool
    marks: Sequence[float]

    def height(self, seconds: float) -> float:
        """From 0 for `least` to 1 for `most`."""
        seconds = max(seconds, LEAST_SECONDS)
        if self.log:
            return (log10(seconds) - log10(self.least)) / (log10(self.most) - log10(self.least))
        return (seconds - self.least) / (self.most - self.least)

    def labels(self) -> list[tuple[float, str]]:
        """Height and text of each mark."""
        return [(self.height(mark), time(mark)) for mark in self.marks]


def scale_of(values: Sequence[float]) -> TimeScale:
    """The scale that has room for these seconds; there is at least one."""
    least, most = max(min(values), LEAST_SECONDS), max(*values, LEAST_SECONDS)
    if most / least > LOG_FROM:
        first, last = floor(log10(least)), floor(log10(most))
        marks = [10.0**power for power in range(first, last + 1) if least <= 10.0**power <= most]
        return TimeScale(least * 0.8, most * 1.25, True, marks[-MARKS:])
    step = _round_step(most)
    top = step * (floor(most / step) + 1)
    return TimeScale(0.0, top, False, [step * number for number in range(1, round(top / step) + 1)])


def _round_step(most: float) -> float:
    """The least of 1, 2 and 5 times a power of ten of which at most three fit."""
    power = 10.0 ** (floor(log10(most)) - 1)
    return next(factor * power for factor in (1, 2, 5, 10, 20, 50, 100) if most / (factor * power) < 3)
