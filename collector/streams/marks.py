"""The marks of one stream of an agent: which seqs are decided, and the account in measurements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wire.ranges import Ranges
from wire.report import Drop, Previous, Report

MAX_RANGES = 4096
MAX_RANGES_OF_AGENT = 2 * MAX_RANGES
FORGET_SECONDS = 30 * 86400.0
FORGOTTEN = ""
"""The stream id of the row that keeps the account of an agent's forgotten streams."""


@dataclass(slots=True)
class StreamLedger:
    """taken = stored + dropped + rejected + what the agent still holds; in measurements.

    `unknown_reports` counts dropped reports whose measurements nobody knows any more.
    """

    stored: int = 0
    dropped: int = 0
    rejected: int = 0
    duplicates: int = 0
    unknown_reports: int = 0

    def add(self, other: "StreamLedger") -> None:
        self.stored += other.stored
        self.dropped += other.dropped
        self.rejected += other.rejected
        self.duplicates += other.duplicates
        self.unknown_reports += other.unknown_reports


@dataclass(slots=True)
class Marks:
    """`decided` are the seqs stored or dropped, by what came first; `dropped` those of them that are lost.

    Times are Unix seconds. `released` is since when the agent no longer holds reports of the stream.
    """

    agent: str
    stream: str
    decided: Ranges = field(default_factory=Ranges)
    dropped: Ranges = field(default_factory=Ranges)
    ledger: StreamLedger = field(default_factory=StreamLedger)
    base: int = 1
    last_seen: float = 0.0
    released: float | None = None
    previous: str = ""
    previous_highest: int = 0

    def extends(self, first: int, last: int, *, dropped: bool = False) -> bool:
        """Whether deciding first..last makes no more ranges than there are."""
        return _extends(self.decided, first, last) and (not dropped or _extends(self.dropped, first, last))

    def ranges(self) -> int:
        return len(self.decided) + len(self.dropped)

    def has_room_for(self, first: int, last: int) -> bool:
        """Whether deciding first..last keeps the gaps bounded; filling a gap always does."""
        decided = self.decided
        return len(decided) < MAX_RANGES or first - 1 in decided or last + 1 in decided

    def store(self, seq: int, measurements: int) -> bool:
        """Decide a report that came; False when it was decided before."""
        if not self.decided.add(seq):
            self.ledger.duplicates += measurements
            return False
        self.ledger.stored += measurements
        return True

    def drop(self, record: Drop) -> int:
        """Decide what of a drop record is not decided yet; the measurements that were lost by it."""
        lost = 0
        for seq, count in self._undecided(record):
            if len(self.dropped) < MAX_RANGES:
                self.dropped.add(seq)
            if count is None:
                self.ledger.unknown_reports += 1
            else:
                lost += count
        self.decided.add(record.first, record.last)
        if record.reason == "rejected":
            self.ledger.rejected += lost
        else:
            self.ledger.dropped += lost
        return lost

    def _undecided(self, record: Drop) -> Iterator[tuple[int, int | None]]:
        for low, high in self.decided.missing(record.first, record.last):
            yield from zip(range(low, high + 1), record.counts[low - record.first :], strict=False)

    def follows(self, previous: Previous) -> None:
        self.previous, self.previous_highest = previous.stream, previous.highest

    def forgettable(self, now: float) -> bool:
        return self.released is not None and now - self.released > FORGET_SECONDS


def fits(streams: Mapping[str, Marks], report: Report) -> bool:
    """Whether a report makes neither streams nor ranges more than there are, as nearly all do."""
    own = streams.get(report.stream)
    return (
        own is not None
        and own.extends(report.seq, report.seq)
        and all(
            (marks := streams.get(record.stream)) is not None
            and marks.extends(record.first, record.last, dropped=True)
            for record in report.body.drops
        )
    )


def _extends(ranges: Ranges, first: int, last: int) -> bool:
    return first - 1 in ranges or last + 1 in ranges
