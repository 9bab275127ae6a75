"""Changes that wait for the disk while it can't be written."""

from collections.abc import Iterable

from agent.clock import ClockReading
from agent.spool.key import Key
from agent.spool.shelf import Shelf
from wire.messages import Commit
from wire.ranges import Range, Ranges
from wire.report import DropReason

Fate = DropReason | None  # None: the collector has stored the report


class Pending:
    """Changes that the disk does not have yet.

    `known` is the last transaction of the collector that the agent knows, `collector_now` its Unix time then.
    """

    def __init__(self) -> None:
        self.known: Commit | None = None
        self.collector_now = 0.0
        self._noted: Commit | None = None
        self._reading: ClockReading | None = None
        self._kept: ClockReading | None = None
        self._ring = False
        self._fates: dict[tuple[str, Fate], Ranges] = {}

    def __bool__(self) -> bool:
        return bool(self._fates)

    def __contains__(self, key: Key) -> bool:
        return any(stream == key[0] and key[1] in marks for (stream, _), marks in self._fates.items())

    def opened(self, disk: Shelf) -> None:
        """Take over the transaction that this disk knows, since its acknowledgements came from that run."""
        self._noted, self._kept = disk.known(), None
        self.known = self._noted or self.known

    def know(self, commit: Commit) -> None:
        if self.known is None or self.known[0] != commit[0] or self.known[1] < commit[1]:
            self.known = commit

    def keep_reading(self, reading: ClockReading) -> None:
        self._reading = reading

    def put_back(self) -> None:
        self._ring = True
        self._fates = {(name, fate): marks for (name, fate), marks in self._fates.items() if fate is not None}

    def settle(self, stream: str, ranges: Iterable[Range], fate: Fate) -> None:
        """The first fate of a report stands, as on a disk that can be written."""
        has_fate = Ranges(
            mark for (name, _), marks in self._fates.items() if name == stream for mark in marks
        )
        for low, high in ranges:
            for new_low, new_high in has_fate.missing(low, high):
                self._fates.setdefault((stream, fate), Ranges()).add(new_low, new_high)

    def write(self, disk: Shelf) -> None:
        """Write all changes. The disk learns of a transaction before it learns of its acknowledgements.

        Raises sqlite3.Error. The next call goes on with the change that failed.
        """
        if self._ring:
            disk.put_back(self.collector_now)
            self._ring = False
        if self.known is not None and self.known != self._noted:
            disk.know(self.known)
            self._noted = self.known
        if self._reading is not None and self._reading != self._kept:
            disk.keep_reading(self._reading)
            self._kept = self._reading
        for (stream, fate), ranges in list(self._fates.items()):
            self.apply(disk, stream, ranges, fate)
            del self._fates[stream, fate]

    def apply(self, shelf: Shelf, stream: str, ranges: Iterable[Range], fate: Fate) -> None:
        if fate is not None:
            shelf.drop(stream, ranges, fate)
        else:
            shelf.acknowledge(stream, ranges, self.collector_now)
