"""Sets of sequence numbers kept as closed ranges, so that order of arrival does not matter."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Range = tuple[int, int]


class Ranges:
    """A set of integers held as sorted, disjoint, non-adjacent closed ranges."""

    __slots__ = ("_highs", "_lows")

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []
        for low, high in ranges:
            self.add(low, high)

    def add(self, low: int, high: int | None = None) -> bool:
        """Include low..high; True when at least one of them is new."""
        high = low if high is None else high
        if high < low:
            raise ValueError(f"a range runs upwards: {low}..{high}")
        lows, highs = self._lows, self._highs
        if highs and low == highs[-1] + 1:
            highs[-1] = high
            return True
        first = bisect_left(highs, low - 1)
        last = bisect_right(lows, high + 1)
        if last - first == 1 and lows[first] <= low and high <= highs[first]:
            return False
        if first < last:
            low, high = min(low, lows[first]), max(high, highs[last - 1])
        lows[first:last] = [low]
        highs[first:last] = [high]
        return True

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._highs, number)
        return at < len(self._lows) and self._lows[at] <= number

    def __iter__(self) -> Iterator[Range]:
        return zip(self._lows, self._highs, strict=True)

    def __len__(self) -> int:
        """The count of ranges, not of numbers."""
        return len(self._lows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and self._lows == other._lows and self._highs == other._highs

    def __repr__(self) -> str:
        return f"Ranges({list(self)})"

    __hash__ = None  # type: ignore[assignment]

    def missing(self, low: int, high: int) -> Iterator[Range]:
        """The ranges within low..high that are not in the set, lowest first."""
        for at in range(bisect_left(self._highs, low), len(self._lows)):
            if self._lows[at] > high:
                break
            if low < self._lows[at]:
                yield low, self._lows[at] - 1
            low = self._highs[at] + 1
        if low <= high:
            yield low, high

    def excerpt(self, at_most: int, base: int) -> list[Range]:
        """At most so many of the ranges that reach to `base` or beyond: the lowest one, then the newest."""
        ranges = list(self)[bisect_left(self._highs, base) :]
        if len(ranges) <= at_most:
            return ranges
        return [ranges[0], *ranges[len(ranges) - at_most + 1 :]]
