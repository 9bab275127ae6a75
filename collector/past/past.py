"""The collector's memory of the measurements of the last day. Bounded by the inventory's paths.

A measurement goes into the cell of the time at which it was made, however late it comes in.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from collector.assignments.kinds import KINDS
from collector.city.agents import MAX_AHEAD_SECONDS, OWN, Pair
from collector.city.taken import Taken
from collector.past.cell import CELLS_SHOWN, NOT_MEASURED, Cell, number_at
from collector.past.cells import Cells
from collector.past.paths import MeasuredPath, PathRows
from wire.probes import NOT_RUN
from wire.report import Report, Table

LOSS, MEDIAN, GREATEST = "icmp_loss_ratio", "icmp_rtt_median_seconds", "icmp_rtt_max_seconds"
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

    def adopt(self, expected: Mapping[str, Iterable[Pair]]) -> None:
        """Take over another inventory, by agent pairs of kind and target. Paths that left are forgotten."""
        measured = {agent: {pair for pair in pairs if pair != OWN} for agent, pairs in expected.items()}
        left = self.paths.adopt(measured)
        self._cells.grow(self.paths.count)
        self._cells.clear(left)

    def take(self, taken: Iterable[Taken], now: float) -> None:
        """Take in reports that the state took in, and go on to the present."""
        self._cells.roll(number_at(now))
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
        cells, counts = self._cells, self.counts
        known = KINDS.get(table.kind)
        losses, greatest = table.values.get(LOSS), table.values.get(GREATEST)
        times = table.values.get(known.response_time) if known is not None else None
        pinged, reasons = table.kind == "icmp", table.reason
        numbers = {age: self._number(report, age, received) for age in set(table.age_ms)}
        for line, target in enumerate(table.target):
            row = rows.get(target)
            if row is None:
                counts.unassigned += 1
                continue
            number = numbers[table.age_ms[line]]
            if number is None:
                counts.outside += 1
                continue
            reason = reasons[line] if reasons else ""
            if reason in NOT_RUN:
                continue
            took = cells.add(
                cells.place(row, number),
                not reason,
                losses[line] if losses else None,
                times[line] if times and (pinged or not reason) else None,
                greatest[line] if greatest else None,
            )
            counts.taken += took
            counts.excess += not took

    def _number(self, report: Report, age_ms: int, received: float) -> int | None:
        """The number of the cell of that age; None if the past does not hold it."""
        at = report.measured_at(age_ms)
        if at is None or at > received + MAX_AHEAD_SECONDS:
            return None
        number = number_at(at)
        if number > self._cells.newest:
            self._cells.roll(number)
        return number if self._cells.holds(number) else None
