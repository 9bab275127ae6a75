"""Knows every measurement that was taken, which may be lost without our fault, and what was stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.spool.key import Key
from collector.city.taken import Taken
from wire.report import Report

IN_MEMORY = "in memory alone, and not noted"
SWORN = "on a disk that lied"
DAMAGED = "on a disk that was damaged"
FORGOTTEN = "acknowledged by a store that was lost"
"""By a spool that had no room to remember it, or whose memory was damaged."""


@dataclass
class Measurement:
    """`at` is the true time. `excuse` says why nobody may ever hear of it; `sworn` is by a disk that lies."""

    agent: str
    at: float
    interval: float
    box: str = ""
    key: Key = ("", 0)
    boot: str = ""
    sworn: bool = False
    excuse: str = ""

    def __str__(self) -> str:
        return f"a measurement of {self.box} in {self.key[0][:4]}/{self.key[1]}"


FRESH_SLACK_SECONDS = 20.0
"""An offset may be wrong by some seconds, and what is without measurements tells nothing of the time."""

Transaction = tuple[str, int]
"""Of the collector's store: who wrote it, and its number."""


class Oracle:
    """`dated` are the boots that had an answer which tells the time, and a disk to keep it on; `forgetful`
    the boxes that can't be relied on to remember what was acknowledged; `doubled` the agents of which the
    collector told that they are two.
    """

    def __init__(self) -> None:
        self.measurements: list[Measurement] = []
        self.stored: list[Taken] = []
        self.dated: set[str] = set()
        self.forgetful: set[str] = set()
        self.doubled: set[str] = set()
        self.conditions: dict[str, set[str]] = defaultdict(set)
        self.complaints: list[str] = []
        self.errors: dict[int, list[float]] = {}
        self._heard: dict[str, float] = {}
        self._made: dict[Key, float] = {}
        self._former: set[float] = set()
        self._this_run: set[float] = set()
        self._streams: dict[str, dict[str, str]] = {}
        self._unwritten: dict[str, list[Measurement]] = defaultdict(list)
        self._noted: dict[str, int] = {}
        self._log: dict[Transaction, list[Taken]] = {}

    def measured(self, agent: str, at: float, interval: float) -> int:
        """Its number, which it carries as its value."""
        self.measurements.append(Measurement(agent, at, interval))
        return len(self.measurements) - 1

    def taking(self, box: str, numbers: Iterable[int], key: Key, boot: str, now: float) -> None:
        """A report is about to be kept."""
        self._made[key] = now
        for number in numbers:
            one = self.measurements[number]
            one.box, one.key, one.boot = box, key, boot
            self._streams.setdefault(one.agent, {})[box] = key[0]
            self._unwritten[box].append(one)

    def took(self, box: str, *, on_disk: bool, lied: bool, noted: bool) -> None:
        """It is kept; when on disk, then with all before it; in memory, noted with all before it."""
        if not on_disk:
            self.forgetful.add(box)
            if noted:
                self._noted[box] = len(self._unwritten[box])
        else:
            self._noted.pop(box, None)
            for one in self._unwritten.pop(box, ()):
                one.sworn = lied

    def process_ended(self, box: str, *, disk_lost_all_it_swore: bool) -> None:
        for one in self._unwritten.pop(box, [])[self._noted.pop(box, 0) :]:
            one.excuse = IN_MEMORY
        if disk_lost_all_it_swore:
            for one in self.measurements:
                if one.box == box and one.sworn:
                    one.excuse = one.excuse or SWORN

    def damaged(self, box: str, boot: str) -> None:
        """What was on its disk: what can't be read any more may not be named either, and is not known."""
        self.dated.discard(boot)
        self.forgetful.add(box)
        for one in self.measurements:
            if one.box == box:
                one.excuse = DAMAGED

    def committing(self, transaction: Transaction, taken: Iterable[Taken]) -> None:
        """It may come to be, on top of what is stored now."""
        self._log[transaction] = [*self.stored, *taken]

    def store_has(self, transaction: Transaction) -> None:
        """It is the last one, and what it was put on top of is there; nothing else is."""
        before, self.stored = self.stored, self._log.get(transaction, [])
        if len(self.stored) < len(before) or self.stored[: len(before)] != before:
            self._excuse_forgotten(before)

    def _excuse_forgotten(self, lost: list[Taken]) -> None:
        """What a store had and lost again is not in every spool's ring any more: reports, and drops told."""
        decided = {(one.agent, one.report.stream, one.report.seq) for one in lost}
        drops = ((one.agent, drop) for one in lost for drop in one.report.body.drops)
        decided |= {
            (agent, drop.stream, drop.first + n) for agent, drop in drops for n in range(len(drop.counts))
        }
        for one in self.measurements:
            if one.box in self.forgetful and (one.agent, *one.key) in decided:
                one.excuse = DAMAGED if one.excuse == DAMAGED else FORGOTTEN

    def collector_started(self, error: float) -> None:
        """With a clock so wrong."""
        self._former, self._this_run = self._former | self._this_run, {error}
        self._heard.clear()

    def took_in(self, taken: Iterable[Taken], error: float, now: float) -> None:
        """While the collector's clock was wrong by that: the first of the errors that its times may have.

        Nobody can tell what an earlier run has dated, nor another boot; of two boxes each is another boot.
        """
        self._this_run.add(error)
        for one in taken:
            unknowable = self._former
            if [*self._streams.get(one.agent, {}).values()] != [one.report.stream]:
                unknowable = unknowable | self._this_run
            self.errors[id(one)] = [error, *unknowable]
            made = self._made.get((one.report.stream, one.report.seq), now)
            self._heard[one.agent] = max(made, self._heard.get(one.agent, 0.0))

    def shown_as_fresh(self, agent: str, fresh_for: float, now: float) -> None:
        """Nothing true was measured so long ago."""
        age = now - self._heard.get(agent, 0.0)
        if age > fresh_for + FRESH_SLACK_SECONDS:
            self.complaints.append(f"{agent} is shown as fresh, though measured {age:.0f} s ago")

    def of(self, report: Report) -> Iterator[tuple[Measurement, float | None]]:
        """The measurements that a report holds, and the time it gives to each."""
        for number, age_ms in zip(*numbers(report), strict=True):
            yield self.measurements[number], report.measured_at(age_ms)


def numbers(report: Report) -> tuple[list[int], list[int]]:
    """The numbers and the ages of its measurements."""
    for table in report.body.tables:
        return [int(value or 0) for value in table.values["tcp_connect_duration_seconds"]], table.age_ms
    return [], []
