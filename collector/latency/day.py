"""One link on one day of the city: how many minutes at which load, and the round-trip times in them. Pure."""

import struct
from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collector.latency.buckets import BUCKETS

IDLE_BELOW, BUSY_ABOVE = 200, 700
"""The load in tenths of a percent of the link's rate."""
MOST_TENTHS = 2000
IDLE, BETWEEN, BUSY = range(3)
FORM = 1
HEAD, PAIR = struct.Struct("<BHHHIHB"), struct.Struct("<BH")
MOST_COUNT = 2**16 - 1


class SeenMinute(NamedTuple):
    """The load of one minute in tenths of a percent, and the bucket of its round-trip time; -1 is unknown."""

    tenths: int
    bucket: int


class WorkingDay:
    """`minutes` are those that are idle, between and busy, `tenths` the sum of their loads.

    `idle` and `busy` count the round-trip times of the minutes by bucket. All are whole numbers, so that no
    order of the measurements changes a day. A day of 25 hours has 1500 minutes.
    """

    __slots__ = ("busy", "fullest", "idle", "minutes", "tenths")

    def __init__(self) -> None:
        self.idle = array("H", bytes(2 * BUCKETS))
        self.busy = array("H", bytes(2 * BUCKETS))
        self.minutes = array("H", bytes(6))
        self.tenths = 0
        self.fullest = 0

    def add(self, seen: SeenMinute) -> None:
        """Add a minute of which the load is known. The fullest minute stays the fullest one."""
        load = _load(seen.tenths)
        if self.minutes[load] == MOST_COUNT:
            return
        self.minutes[load] += 1
        self.tenths += seen.tenths
        self.fullest = max(self.fullest, seen.tenths)
        if seen.bucket >= 0 and load != BETWEEN:
            (self.idle if load == IDLE else self.busy)[seen.bucket] += 1

    def take_away(self, seen: SeenMinute) -> None:
        """Undo what `add` did with the same minute: more is known about it now."""
        load = _load(seen.tenths)
        if not self.minutes[load]:
            return
        self.minutes[load] -= 1
        self.tenths = max(0, self.tenths - seen.tenths)
        counts = self.idle if load == IDLE else self.busy
        if seen.bucket >= 0 and load != BETWEEN and counts[seen.bucket]:
            counts[seen.bucket] -= 1


def _load(tenths: int) -> int:
    return IDLE if tenths < IDLE_BELOW else BUSY if tenths > BUSY_ABOVE else BETWEEN


def packed(day: WorkingDay) -> bytes:
    """The form in which older days stay in memory and in the store: a hundred bytes or two."""
    idle, busy = list(_pairs(day.idle)), list(_pairs(day.busy))
    head = HEAD.pack(FORM, *day.minutes, day.tenths, day.fullest, len(idle))
    return head + b"".join(PAIR.pack(*pair) for pair in (*idle, *busy))


def unpacked(data: bytes) -> WorkingDay | None:
    """None if this release can't read it."""
    rest = len(data) - HEAD.size
    if rest < 0 or rest % PAIR.size:
        return None
    form, idle, between, busy, tenths, fullest, of_idle = HEAD.unpack_from(data)
    pairs = list(PAIR.iter_unpack(data[HEAD.size :]))
    if form != FORM or of_idle > len(pairs) or any(bucket >= BUCKETS for bucket, _ in pairs):
        return None
    day = WorkingDay()
    day.minutes[:] = array("H", (idle, between, busy))
    day.tenths, day.fullest = tenths, fullest
    _put(day.idle, pairs[:of_idle])
    _put(day.busy, pairs[of_idle:])
    return day


def _pairs(counts: "array[int]") -> Iterator[tuple[int, int]]:
    return ((bucket, count) for bucket, count in enumerate(counts) if count)


def _put(counts: "array[int]", pairs: Iterable[tuple[int, int]]) -> None:
    for bucket, count in pairs:
        counts[bucket] = count
