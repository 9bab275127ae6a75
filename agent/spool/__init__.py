"""The spool keeps reports until the collector has stored them: on disk, and in memory while the disk fails.

The spool is synchronous: one thread calls it. It never raises for a disk that is full, read-only, failing or
damaged. It then sets a condition, takes reports as before, and counts each measurement that it loses.
"""

import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeVar

from agent.clock import ClockReading
from agent.spool.dropping import Bounds
from agent.spool.drops import each_seq, records
from agent.spool.failure import FAILURES, Disagreement, in_use, is_damage, remedy
from agent.spool.key import Key
from agent.spool.note import Note, Unsaved
from agent.spool.pending import Fate, Pending
from agent.spool.salvage import LostStream, salvage
from agent.spool.shelf import ReportRow, Shelf, SpoolLedger
from runtime.errors import UserError
from wire.messages import Commit
from wire.ranges import Range, Ranges
from wire.report import Body, DropReason

__all__ = ["ReportRow", "Spool", "SpoolInUse", "SpoolLedger"]

MEMORY_BYTES = 4 * 2**20
T = TypeVar("T")


class SpoolInUse(UserError):
    """Two agents can't share a spool."""


class Spool:
    """The reports of this agent and of its earlier runs. Seqs count from 1 in `stream`.

    The caller gives a new random `stream` at every opening. `conditions` has at most two keys, each with a
    text for a person: `spool_unwritable` (new reports are in memory alone until the disk can be written
    again) and `spool_damaged` (the spool has found damage since the start).
    """

    def __init__(
        self, path: Path, *, stream: str, boot: str, days: float = 7, mebibytes: float = 256
    ) -> None:
        """Raises SpoolInUse. `days` and `mebibytes` bound what the spool holds on disk."""
        self.stream = stream
        self._path = path
        self._boot = boot
        self._bounds = Bounds(days * 86400, int(mebibytes * 2**20), "full")
        self._seq = 0
        self._written = 0
        self._acknowledged = Ranges()
        """The seqs of this stream. If the agent can't read the file, all other reports count as lost.
        A dropped report is not in here, since its drop record may be lost with the file."""
        self._pending = Pending()
        self._memory: Shelf | None = None
        self._disk: Shelf | None = None
        self._note = Note(path.with_name(f"{path.name}.unsaved"))
        self._unsaved = self._note.read()  # of processes before this one
        self.conditions: dict[str, str] = {}
        try:
            self._disk = self._opened()
        except FAILURES as error:
            if in_use(error):
                raise SpoolInUse(f"{path}: in use; stop the other agent or set another directory") from None
            self._failed(error)

    def append(self, body: Body) -> int:
        """Keep a report; returns its seq. It is on disk by then, or in memory while the disk fails."""
        self._seq += 1
        if not self._append_to_disk(body, once_more=True):
            self._in_memory().append(self._seq, body)
            self._note_down()
        return self._seq

    def held(self, count: int, passed_over: Callable[[Key], bool] = lambda _: False) -> list[Key]:
        """The oldest reports without an acknowledgement, at most `count`, but none that is `passed_over`."""
        return self._held(count, None, passed_over)

    def lowest(self, stream: str) -> int | None:
        """The lowest seq of this stream that the spool holds; None when it holds none."""
        return next((seq for _, seq in self._held(1, stream, lambda _: False)), None)

    def streams(self) -> list[str]:
        """The streams that the spool holds reports of, oldest first."""
        return [stream for stream in self.ledger() if self.lowest(stream) is not None]

    def held_reports(self) -> int:
        if self._pending:
            return len(self._held(None, None, lambda _: False))
        return sum(self._each(Shelf.held_reports))

    def read(self, key: Key) -> ReportRow | None:
        """One report; None when the spool does not hold it or can't read it. A damaged body is dropped."""
        try:
            row = next((row for row in self._each(lambda shelf: shelf.read(key)) if row is not None), None)
        except zlib.error:
            self.conditions["spool_damaged"] = f"{self._path}: report {key[0]}/{key[1]} can't be unpacked"
            self.drop(key, "corrupt")
            return None
        if row is None and any(self._each(lambda shelf: shelf.lists(key))):
            self._failed(Disagreement(f"report {key[0]}/{key[1]} is listed and not found"))
        return row

    def freeze(self, frozen: Iterable[tuple[Key, ClockReading]]) -> None:
        """Give each report the offset that it carries from now on, also in the next process."""
        frozen = list(frozen)
        if frozen:
            self._each(lambda shelf: shelf.freeze(frozen))

    def acknowledge(self, stream: str, ranges: Iterable[Range], collector_now: float) -> None:
        """The collector has stored these reports: move them to the ring. `collector_now` is its Unix time."""
        self._pending.collector_now = collector_now
        self._settle(stream, list(ranges), None)

    def drop(self, key: Key, reason: DropReason) -> None:
        """Give a report up: the spool counts it, and a later report carries the drop record."""
        self._settle(key[0], [(key[1], key[1])], reason)

    @property
    def known(self) -> Commit | None:
        """The last transaction of the collector that the agent knows."""
        return self._pending.known

    def know(self, commit: Commit) -> None:
        """Remember a transaction of the collector. Call this before `acknowledge` for the same answer."""
        self._pending.know(commit)
        self._write_pending()

    def put_back(self, collector_now: float) -> None:
        """The collector's store was restored: the spool holds the reports of the ring again."""
        self._pending.collector_now = collector_now
        self._pending.put_back()
        self._acknowledged = Ranges()
        if self._memory is not None:
            self._memory.put_back(collector_now)
            self._note_down()
        self._write_pending()

    def keep_reading(self, reading: ClockReading) -> None:
        """Keep this boot's offset for those of its reports that are sent after the next boot."""
        self._pending.keep_reading(reading)
        self._write_pending()

    def reading(self, boot: str) -> ClockReading | None:
        """The offset of an earlier boot; None when that boot never had one."""
        return next((reading for reading in self._each(lambda shelf: shelf.reading(boot)) if reading), None)

    def ledger(self) -> dict[str, SpoolLedger]:
        """The ledgers of the last hundred streams, oldest first.

        A report counts as held until the disk has taken its acknowledgement or drop.
        """
        ledgers: dict[str, SpoolLedger] = {}
        for shelf in self._each(Shelf.ledger):
            for stream, ledger in shelf.items():
                ledgers[stream] = _sum((ledgers.get(stream, SpoolLedger()), ledger))
        ledgers.pop("", None)
        return ledgers

    def account(self) -> SpoolLedger:
        """The sum of the ledgers of all streams so far, as far as the disk can be read."""
        return _sum(self._each(Shelf.account))

    def close(self) -> None:
        if self._disk is not None:
            with suppress(*FAILURES):
                self._catch_up(self._disk)
        for shelf in (self._disk, self._memory):
            if shelf is not None:
                shelf.close()
        self._disk = self._memory = None

    def _held(self, count: int | None, stream: str | None, passed_over: Callable[[Key], bool]) -> list[Key]:
        def of(shelf: Shelf) -> list[Key]:
            wanted = (key for key in shelf.held(stream) if not passed_over(key) and key not in self._pending)
            return list(islice(wanted, count))

        return [key for keys in self._each(of) for key in keys][:count]

    def _each(self, work: Callable[[Shelf], T]) -> list[T]:
        """The answers of disk and memory, the disk first. A disk that fails gives none."""
        answers = []
        if self._disk is not None:
            try:
                answers.append(work(self._disk))
            except FAILURES as error:
                self._failed(error)
        if self._memory is not None:
            answers.append(work(self._memory))
        return answers

    def _in_memory(self) -> Shelf:
        if self._memory is None:
            bounds = Bounds(self._bounds.seconds, MEMORY_BYTES, "unwritable")
            self._memory = Shelf(":memory:", self.stream, self._boot, bounds)
        return self._memory

    def _settle(self, stream: str, ranges: list[Range], fate: Fate) -> None:
        if stream == self.stream:
            ranges = [(low, min(high, self._seq)) for low, high in ranges if low <= self._seq]
            for low, high in ranges if fate is None else ():
                self._acknowledged.add(low, high)
        if not ranges:
            return
        if self._memory is not None:
            self._pending.apply(self._memory, stream, ranges, fate)
            self._note_down()
        self._pending.settle(stream, ranges, fate)
        self._write_pending()

    def _write_pending(self) -> None:
        if self._disk is not None:
            try:
                self._pending.write(self._disk)
            except FAILURES as error:
                self._failed(error)

    def _append_to_disk(self, body: Body, *, once_more: bool) -> bool:
        try:
            if self._disk is None:
                self._disk = self._opened()
            self._catch_up(self._disk)
            self._disk.append(self._seq, body)
        except FAILURES as error:
            begun_anew = self._failed(error)
            return begun_anew and once_more and self._append_to_disk(body, once_more=False)
        self._written = self._seq
        self.conditions.pop("spool_unwritable", None)
        return True

    def _catch_up(self, disk: Shelf) -> None:
        """Write to disk all that waits in memory since the disk failed."""
        self._pending.write(disk)
        if self._memory is not None:
            disk.absorb(self._memory)
            self._memory.close()
            self._memory = None
            self._note_down()

    def _note_down(self) -> None:
        """Note which reports would be lost with this process, so that the next process counts them."""
        mine = [] if self._memory is None else self._memory.streams()
        self._note.write(self._unsaved.spool or self.stream, [*self._unsaved.lost, *mine])

    def _opened(self) -> Shelf:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        shelf = Shelf(str(self._path), self.stream, self._boot, self._bounds, self._unsaved)
        self._unsaved = Unsaved(shelf.name)
        self._pending.opened(shelf)
        self._note_down()
        return shelf

    def _failed(self, error: Exception) -> bool:
        """Set the condition. True when the file was damaged and a new file has taken its place."""
        if is_damage(error):
            try:
                self._start_anew(error)
                return True
            except FAILURES as failure:
                error = failure
        self.conditions.setdefault("spool_unwritable", f"{self._path}: {error}; {remedy(error)}")
        return False

    def _start_anew(self, error: Exception) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None
        aside = f"{self._path}.damaged"
        for suffix in ("-wal", ""):
            Path(aside + suffix).unlink(missing_ok=True)
            if (part := Path(f"{self._path}{suffix}")).exists():
                part.rename(aside + suffix)
        lost, drops = salvage(aside)
        if self._written and self.stream not in [stream.name for stream in lost]:
            lost.append(LostStream(self.stream, self._boot, self._written))
            perhaps_lost = each_seq(self._acknowledged.missing(1, self._written))
            drops += records(((self.stream, seq, None) for seq in perhaps_lost), "corrupt")
        count = sum(len(drop.counts) for drop in drops)
        self.conditions["spool_damaged"] = (
            f"{self._path}: {error}; {count} reports lost; set aside as {aside}"
        )
        try:
            self._disk = self._opened()
            self._disk.record_loss(lost, drops)
        except FAILURES:
            self._in_memory().record_loss(lost, drops)
            self._note_down()
            raise


def _sum(ledgers: Iterable[SpoolLedger]) -> SpoolLedger:
    return SpoolLedger(*map(sum, zip(SpoolLedger(), *ledgers, strict=True)))
