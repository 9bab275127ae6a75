"""The minutes in which a link's load and its round-trip time come together, whichever comes first.

A link has so many places, and a minute has its place by its number: a minute takes the place of one that is
four hours older or newer, which is complete by then. So late reports of any day find their minutes too.
"""

from array import array

from collector.latency.buckets import bucket_of
from collector.latency.day import MOST_TENTHS, SeenMinute

MINUTE_SECONDS = 60
PLACES = 240
NOTHING = SeenMinute(-1, -1)
MOST_SECONDS = 10.0
MOST_ROUND_TRIPS = 200
"""An agent reports at most once a second, and the other end of the link as often."""
WORST_RANK = 255


class Minutes:
    """Flat arrays: 12 bytes a minute. The place of a row's minute is `row * PLACES + minute % PLACES`.

    `loads` are tenths of a percent, one more than that: 0 is unknown. `sums` and `counts` are round-trip
    times in microseconds, of the ping with the lowest rank in `ranks` alone: another ping may take another
    way.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._tags = array("I")
        self._loads = array("H")
        self._ranks = array("B")
        self._counts = array("B")
        self._sums = array("I")

    def grow(self, rows: int) -> None:
        """Have room for so many rows, the new ones empty."""
        for one in self._all():
            one.frombytes(bytes(max(0, rows - self.rows) * PLACES * one.itemsize))
        self.rows = max(self.rows, rows)

    def clear(self, row: int) -> None:
        for one in self._all():
            one[row * PLACES : (row + 1) * PLACES] = array(one.typecode, bytes(PLACES * one.itemsize))

    def place(self, row: int, minute: int) -> int:
        """The place of that minute; empty if another minute had it until now."""
        place = row * PLACES + minute % PLACES
        if self._tags[place] != minute:
            for one in self._all():
                one[place] = 0
            self._tags[place] = minute
        return place

    def seen(self, place: int) -> SeenMinute:
        """All that is known about a minute; NOTHING without its load."""
        load = self._loads[place]
        if not load:
            return NOTHING
        count = self._counts[place]
        return SeenMinute(load - 1, bucket_of(self._sums[place] / count / 1e6) if count else -1)

    def has_load(self, place: int) -> bool:
        return self._loads[place] > 0

    def set_load(self, place: int, tenths: int) -> None:
        self._loads[place] = 1 + min(max(tenths, 0), MOST_TENTHS)

    def add_round_trip(self, place: int, rank: int, seconds: float) -> None:
        """Add one by a ping of that rank. One of a higher rank counts only where there is none of a lower."""
        count = self._counts[place]
        if count and rank > self._ranks[place]:
            return
        if not count or rank < self._ranks[place]:
            self._counts[place] = self._sums[place] = count = 0
            self._ranks[place] = rank
        if count < MOST_ROUND_TRIPS:
            self._counts[place] = count + 1
            self._sums[place] += int(min(max(seconds, 0.0), MOST_SECONDS) * 1e6)

    @property
    def bytes(self) -> int:
        return sum(len(one) * one.itemsize for one in self._all())

    def _all(self) -> "tuple[array[int], ...]":
        return self._tags, self._loads, self._ranks, self._counts, self._sums


def minutes_within(since: float, until: float) -> range:
    """The minutes whose middle lies after `since` and not after `until`: spans in a row share none."""
    first, last = (int((at + MINUTE_SECONDS / 2) // MINUTE_SECONDS) for at in (since, until))
    return range(first, last)
