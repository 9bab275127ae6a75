"""The way of a report's measurements into the cells and the fine rings."""

from collections.abc import Mapping

from msgspec import Struct

from collector.assignments.kinds import KINDS
from collector.city.agents import MAX_AHEAD_SECONDS, OWN
from collector.past.cell import number_at
from collector.past.cells import BLOCK_CELLS, Cells
from collector.past.fine import FineRings
from collector.past.units import loss_units, time_units
from collector.past.whole import RowOrder, whole_table
from wire.probes import NOT_RUN
from wire.report import Report, Table

LOSS, MEDIAN, GREATEST = "icmp_loss_ratio", "icmp_rtt_median_seconds", "icmp_rtt_max_seconds"
NO_ROWS: Mapping[str, int] = {}


class PastCounts(Struct):
    """The counts of measurements that the past took, and those that it did not.

    `outside` are too old, ahead of the clock or undated, `unassigned` of no path of the inventory, `excess`
    too many of one cell. `blocks` counts saved blocks that no release can read, or ahead of the clock.
    `courses` are those of more incidents than it follows at once.
    """

    taken: int = 0
    outside: int = 0
    unassigned: int = 0
    excess: int = 0
    blocks: int = 0
    courses: int = 0


class MeasurementIntake:
    """`blocks` are those of the cells that the last report touched."""

    def __init__(self, cells: Cells, fine: FineRings, counts: PastCounts) -> None:
        self.cells = cells
        self.fine = fine
        self.counts = counts
        self.blocks: set[int] = set()
        self.order = RowOrder()

    def take(
        self, agent: str, rows: Mapping[str, Mapping[str, int]], report: Report, received: float
    ) -> None:
        """`rows` has by kind and target the agent's rows. Rows of a device are none of its state."""
        self.blocks = set()
        for table in report.body.tables:
            if table.kind == OWN[0] or table.row or not table.target:
                continue
            of_kind = rows.get(table.kind, NO_ROWS)
            youngest, eldest = min(table.age_ms), max(table.age_ms)
            first = self._places(report, youngest, received)
            last = first if youngest == eldest else self._places(report, eldest, received)
            together = first == last and first[0] >= 0
            if together and self._take_whole(agent, of_kind, table, *first):
                continue
            places = {youngest: first, eldest: last}
            for age in set(table.age_ms) - places.keys():
                places[age] = first if together else self._places(report, age, received)
            self._take_lines(of_kind, table, places)

    def _take_whole(self, agent: str, rows: Mapping[str, int], table: Table, first: int, step: int) -> bool:
        """Take a table of measurements that succeeded at one time. False: it has to be taken line by line."""
        losses, times = table.values.get(LOSS), table.values.get(MEDIAN)
        if not losses or not times or table.reason:
            return False
        order = self.order.of(agent, table.target, rows)
        if order is None:
            return False
        whole = whole_table(*order, losses, times, table.values.get(GREATEST) or times)
        if whole is None or not self.cells.add_whole(first + whole.first, whole):
            return False
        if step >= 0:
            self.fine.add_whole(step + whole.first, whole)
        self.counts.taken += len(table)
        return True

    def _take_lines(
        self, rows: Mapping[str, int], table: Table, places: Mapping[int, tuple[int, int]]
    ) -> None:
        cells, fine, counts = self.cells, self.fine, self.counts
        known = KINDS.get(table.kind)
        losses, greatest = table.values.get(LOSS), table.values.get(GREATEST)
        times = table.values.get(known.response_time) if known is not None else None
        pinged, reasons = table.kind == "icmp", table.reason
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
            if not cells.add(first + row, not reason, loss, time, worst if worst > time else time):
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
        number = number_at(at)
        first = self.cells.first_place(number)
        if first >= 0:
            self.blocks.add(number // BLOCK_CELLS)
        return first, self.fine.first_place(self.fine.number(at))
