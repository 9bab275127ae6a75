"""One value over time: is it over its limit, and is it well again?

The time of the limit (`Limit.seconds`) has five parts. A value is over its limit if the mean of all five
parts is beyond it, that of the last part too, and that of most of them. So neither one bad minute nor one
lost echo counts. A value is well again once no part is beyond the limit and the mean of all five is well
within it: 80 % of it, or 2 dB better than a signal's.
"""

from collections import deque
from typing import Literal

from collector.incidents.paths.limits import Limit

PARTS = 5
KNOWN_PARTS = 3
"""Without values in so many parts nothing is decided."""
LATELY_PARTS = 2
GAP_PARTS = 2
"""After a longer time without values the time of the limit begins anew."""

Verdict = Literal["over", "well", "undecided"]


class Part:
    """The values of one part: their sum and number. `number` counts the parts since 1970."""

    __slots__ = ("count", "number", "sum")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sum = 0.0
        self.count = 0

    @property
    def mean(self) -> float:
        return self.sum / self.count


class Window:
    """The last parts, the present one included. Times are Unix seconds.

    `over_since` is the time of the first value beyond the limit that is still in the window.
    """

    __slots__ = ("_began", "_began_at", "_last_at", "_over", "_part_seconds", "_parts", "limit")

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._part_seconds = limit.seconds / PARTS
        self._parts: deque[Part] = deque(maxlen=PARTS + 1)
        self._over: deque[float] = deque(maxlen=PARTS + 1)
        self._began = 0
        self._began_at = 0.0
        self._last_at = 0.0

    def add(self, at: float, value: float) -> bool:
        """Take in a value, unless a later one was there before. Return whether it began a new part."""
        if at <= self._last_at:
            return False
        self._last_at = at
        number = int(at // self._part_seconds)
        begins = not self._parts or self._parts[-1].number != number
        if begins:
            if not self._parts or number - self._parts[-1].number > GAP_PARTS:
                self._began, self._began_at = number, at
            self._parts.append(Part(number))
        part = self._parts[-1]
        part.sum += value
        part.count += 1
        if self.limit.is_broken_by(value) and (
            not self._over or self._over[-1] // self._part_seconds != number
        ):
            self._over.append(at)
        return begins

    @property
    def began_at(self) -> float:
        """The time of the first value after the last longer time without values; 0 before the first."""
        return self._began_at

    @property
    def last_at(self) -> float:
        """The time of the last value; 0 before the first."""
        return self._last_at

    @property
    def over_since(self) -> float:
        """The first value beyond the limit of the window; the last value if there is none."""
        oldest = (self._parts[-1].number - PARTS) * self._part_seconds if self._parts else 0.0
        return next((at for at in self._over if at >= oldest), self._last_at)

    @property
    def full(self) -> bool:
        """Has the window lasted as long as the limit demands?"""
        return bool(self._parts) and self._parts[-1].number - self._began >= PARTS

    @property
    def mean(self) -> float | None:
        """The mean of the complete parts; None without values."""
        parts = self._complete()
        count = sum(part.count for part in parts)
        return sum(part.sum for part in parts) / count if count else None

    @property
    def above_lately(self) -> bool:
        """Is one of the last complete parts beyond the limit? A value may be over it for longer."""
        return any(self.limit.is_broken_by(part.mean) for part in self._complete()[-LATELY_PARTS:])

    def verdict(self) -> Verdict:
        """Judge the complete parts."""
        parts, limit, mean = self._complete(), self.limit, self.mean
        if not self.full or len(parts) < KNOWN_PARTS or mean is None:
            return "undecided"
        bad = sum(limit.is_broken_by(part.mean) for part in parts)
        if limit.is_broken_by(mean) and limit.is_broken_by(parts[-1].mean) and bad >= KNOWN_PARTS:
            return "over"
        return "well" if not bad and limit.is_well(mean) else "undecided"

    def calm(self) -> bool:
        """Do the complete parts give no reason to go on looking?"""
        parts, mean = self._complete(), self.mean
        if mean is None:
            return False
        return not self.limit.is_broken_by(mean) and self.limit.is_well(parts[-1].mean)

    def _complete(self) -> list[Part]:
        if not self._parts:
            return []
        now = self._parts[-1].number
        return [part for part in self._parts if now - PARTS <= part.number < now]
