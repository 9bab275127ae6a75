"""The collector's memory of the measurements of the last day. Bounded by the inventory's paths.

A measurement goes into the cell of the time at which it was made, however late it comes in.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from collector.assignments.kinds import KINDS
from collector.city.agents import MAX_AHEAD_SECONDS, OWN, Pair
from collector.city.taken import Taken
from collector.incidents import Incident
from collector.past.cell import CELLS_SHOWN, NOT_MEASURED, Cell, number_at
from collector.past.cells import Cells
from collector.past.course import AFTER_SECONDS, BEFORE_SECONDS, Course, PathCourse
from collector.past.fine import STEP_SECONDS, FineRings
from collector.past.paths import MeasuredPath, PathRows
from collector.past.units import loss_units, time_units
from collector.past.witnesses import witnesses
from wire.probes import NOT_RUN
from wire.report import Report, Table

LOSS, GREATEST = "icmp_loss_ratio", "icmp_rtt_max_seconds"
GRACE_STEPS = 3
"""A report of the last minutes may be on its way."""
NO_ROWS: Mapping[str, dict[str, int]] = {}


class PastCounts(Struct):
    """The counts of measurements that the past took, and those that it did not.

    `outside` are too old, ahead of the clock or undated, `unassigned` of no path of the inventory, `excess`
    too many of one cell.
    """

    taken: int = 0
    outside: int = 0
    unassigned: int = 0
    excess: int = 0


class Past:
    """`now` is Unix seconds. `adopt` tells of which paths it keeps cells."""

    def __init__(self, now: float) -> None:
        self.counts = PastCounts()
        self.paths = PathRows()
        self._cells = Cells(number_at(now))
        self._fine = FineRings(now)

    def adopt(self, expected: Mapping[str, Iterable[Pair]]) -> None:
        """Take over another inventory, by agent pairs of kind and target. Paths that left are forgotten."""
        measured = {agent: {pair for pair in pairs if pair != OWN} for agent, pairs in expected.items()}
        left = self.paths.adopt(measured)
        for one in (self._cells, self._fine):
            one.grow(self.paths.count)
            one.clear(left)

    def take(self, taken: Iterable[Taken], now: float) -> None:
        """Take in reports that the state took in, and go on to the present."""
        self._cells.roll(number_at(now))
        self._fine.roll(self._fine.number(now))
        for one in taken:
            rows = self.paths.rows.get(one.agent, NO_ROWS)
            for table in one.report.body.tables:
                if table.kind != OWN[0] and not table.row:
                    self._take(rows.get(table.kind, {}), one.report, table, one.received)

    def cells(self, path: MeasuredPath) -> list[Cell]:
        """The last cells, the running one last; of a path that is not in the inventory all are empty."""
        row = self.paths.row(path)
        if row is None:
            return [NOT_MEASURED] * CELLS_SHOWN
        newest = self._cells.newest
        return [self._cells.cell(row, number) for number in range(newest - CELLS_SHOWN + 1, newest + 1)]

    def trouble(self, path: MeasuredPath) -> int:
        """The most failed measurements of one cell: a cheap measure to show the worst paths first."""
        row = self.paths.row(path)
        return 0 if row is None else self._cells.trouble(row)

    def of_agent(self, agent: str) -> Iterator[MeasuredPath]:
        return self.paths.of_agent(agent)

    def to(self, target: str) -> Iterator[MeasuredPath]:
        return self.paths.to(target)

    @property
    def newest(self) -> int:
        """The number of the running cell."""
        return self._cells.newest

    def _take(self, rows: Mapping[str, int], report: Report, table: Table, received: float) -> None:
        cells, fine, counts = self._cells, self._fine, self.counts
        known = KINDS.get(table.kind)
        losses, greatest = table.values.get(LOSS), table.values.get(GREATEST)
        times = table.values.get(known.response_time) if known is not None else None
        pinged, reasons = table.kind == "icmp", table.reason
        places = {age: self._places(report, age, received) for age in sorted(set(table.age_ms))}
        for line, target in enumerate(table.target):
            row = rows.get(target)
            if row is None:
                counts.unassigned += 1
                continue
            first, step = places[table.age_ms[line]]
            if first < 0:
                counts.outside += 1
                continue
            reason = reasons[line] if reasons else ""
            if reason in NOT_RUN:
                continue
            loss = loss_units(losses[line]) if losses else -1
            time = time_units(times[line]) if times and (pinged or not reason) else -1
            worst = time_units(greatest[line]) if greatest else -1
            took = cells.add(first + row, not reason, loss, time, worst if worst > time else time)
            if not took:
                counts.excess += 1
                continue
            counts.taken += 1
            if step >= 0:
                fine.add(step + row, not reason, loss, time)

    def _places(self, report: Report, age_ms: int, received: float) -> tuple[int, int]:
        """The places of row 0 at that age, in cells and in steps; -1 for each that the past does not hold."""
        at = report.measured_at(age_ms)
        if at is None or at > received + MAX_AHEAD_SECONDS:
            return -1, -1
        return self._cells.first_place(number_at(at)), self._fine.first_place(self._fine.number(at))

    def course(self, incident: Incident) -> Course | None:
        """The course around its beginning, as far as it is remembered; None if no path shows it."""
        fine, began_at = self._fine, incident.began_at
        first, end = fine.number(began_at - BEFORE_SECONDS), fine.number(began_at + AFTER_SECONDS) + 1
        kept = []
        for path in witnesses(incident, self.paths):
            times, states = fine.span(
                self.paths.rows[path.agent][path.kind][path.target], first, min(end, fine.newest + 1)
            )
            if any(states):
                kept.append(PathCourse(*path, times, states))
        if not kept:
            return None
        return Course(
            incident.id,
            began_at,
            fine.began_at(first),
            STEP_SECONDS,
            end - first,
            kept,
            fine.newest >= end + GRACE_STEPS,
        )
