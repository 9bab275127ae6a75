"""Drop records: which reports will never come, and how many measurements each had."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from wire.ranges import Range
from wire.report import MAX_MEASUREMENTS, Drop, DropReason

Loss = tuple[str, int, int | None]
"""A report's stream, its seq, and the count of its measurements; None when nobody knows the count."""


def records(lost: Iterable[Loss], reason: DropReason) -> Iterator[Drop]:
    """One record for each run of seqs. `lost` is in order of stream and seq."""
    record: Drop | None = None
    for stream, seq, measurements in lost:
        if record is not None and _continues(record, stream, seq):
            record.counts.append(measurements)
            continue
        if record is not None:
            yield record
        record = Drop(stream, seq, [measurements], reason)
    if record is not None:
        yield record


def joined(drops: Iterable[Drop]) -> list[Drop]:
    """The same losses in as few records as possible."""
    ordered = sorted(drops, key=lambda drop: (drop.reason, drop.stream, drop.first))
    return [
        record
        for reason, group in groupby(ordered, key=lambda drop: drop.reason)
        for record in records((loss for drop in group for loss in each_loss(drop)), reason)
    ]


def each_loss(drop: Drop) -> Iterator[Loss]:
    return ((drop.stream, drop.first + index, count) for index, count in enumerate(drop.counts))


def each_seq(ranges: Iterable[Range]) -> Iterator[int]:
    return (seq for low, high in ranges for seq in range(low, high + 1))


def _continues(record: Drop, stream: str, seq: int) -> bool:
    return (
        record.stream == stream
        and record.first + len(record.counts) == seq
        and len(record.counts) < MAX_MEASUREMENTS
    )
