"""The level of a signal over time, as stretches of about the same level: they show a fall before a loss."""

from bisect import bisect_right
from typing import NamedTuple

from msgspec import Struct

STRETCHES_KEPT = 24
SAME_DECIBELS = 2.0
BRIDGED_PAUSES = 4
"""A stretch goes on over a few readings that are missing, else a lossy poll would fill the memory."""


class Stretch(Struct, gc=False):
    """From `since` to `until` the level was about `first`; the newest reading is `last`, in dBm."""

    since: float
    until: float
    first: float
    last: float


class Fall(NamedTuple):
    """The level went from `earlier` to `later` in so many seconds. They are the same if it did not fall."""

    earlier: float
    later: float
    seconds: float

    @property
    def decibels(self) -> float:
        return self.earlier - self.later


class Levels:
    """The newest stretches, in order of time. `pause`: readings are no further apart if none is missing."""

    __slots__ = ("_stretches", "pause")

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []
        self.pause = 0.0

    def __len__(self) -> int:
        return len(self._stretches)

    @property
    def newest(self) -> float:
        return self._stretches[-1].until if self._stretches else 0.0

    def add(self, at: float, level: float, pause: float) -> None:
        """A reading. One of a time that a stretch covers already adds nothing to it."""
        self.pause = pause
        stretches = self._stretches
        place = bisect_right(stretches, at, key=lambda stretch: stretch.since)
        before = stretches[place - 1] if place else None
        if before is not None and at <= before.until:
            return
        near = before is not None and at - before.until <= BRIDGED_PAUSES * pause
        if before is not None and near and abs(level - before.first) <= SAME_DECIBELS:
            before.until, before.last = at, level
            return
        stretches.insert(place, Stretch(at, at, level, level))
        if len(stretches) > STRETCHES_KEPT:
            del stretches[0]

    def fall_before(self, moment: float, within: float) -> Fall | None:
        """The fall of the last `within` seconds before that moment; None if no reading is near the moment."""
        past = [stretch for stretch in self._stretches if stretch.since <= moment]
        if not past or moment - past[-1].until > self.pause:
            return None
        end = past[-1]
        until = min(end.until, moment)
        recent = [stretch for stretch in past if until - stretch.until <= within]
        best = max(recent, key=lambda stretch: (stretch.first, stretch.since))
        if best is end:
            return Fall(end.last, end.last, 0.0)
        return Fall(best.last, end.last, until - best.until)
