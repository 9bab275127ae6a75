"""The cells of all paths. All sums are whole numbers, so that no order of the measurements changes a cell."""

from array import array
from collections.abc import Iterable, Sequence

from collector.past.cell import NOT_MEASURED, Cell
from collector.past.rings import RingArrays
from collector.past.units import LOSS_UNITS, MOST_UNITS, TIME_UNITS, loss_units, time_units
from collector.past.whole import WholeTable, greater

BLOCK_CELLS = 8
"""So many cells are saved together."""
BLOCKS = 13
SLOTS = BLOCK_CELLS * BLOCKS
"""As many as are shown, wherever in its block the running cell is."""
CODES = "HHHIHII"
"""Up, down; intervals with a loss, sum of the losses; those with a time, sum of the times, greatest time."""
MOST_TIME = 2**32 - 1
MOST_MEASUREMENTS = 10_000
"""A probe runs once a second at most: more that succeed, or that fail, are an agent's fault."""


class Cells(RingArrays):
    """The caller gives the place of the row at the number of the cell's time."""

    def __init__(self, newest: int) -> None:
        super().__init__(CODES, SLOTS, BLOCK_CELLS, newest)

    def add(self, place: int, up: bool, loss: int, typical: int, worst: int) -> bool:
        """Add one measurement in whole units, -1 for undefined. False: the cell is full."""
        ups, downs, losses, lost, times, time, greatest = self.arrays
        counted = ups if up else downs
        if counted[place] >= MOST_MEASUREMENTS:
            return False
        counted[place] += 1
        if loss >= 0:
            losses[place] += 1
            if loss:
                lost[place] += loss
        if typical >= 0:
            times[place] += 1
            total = time[place] + typical
            time[place] = total if total < MOST_TIME else MOST_TIME
            if worst > greatest[place]:
                greatest[place] = worst
        return True

    def add_whole(self, place: int, table: WholeTable) -> bool:
        """Add a table of measurements that succeeded, from that place on. False: some cell is nearly full."""
        ups, _, losses, lost, times, time, greatest = self.arrays
        here = slice(place, place + len(table.times))
        if max(ups[here]) >= MOST_MEASUREMENTS or max(time[here]) > MOST_TIME - MOST_UNITS:
            return False
        for counted in (ups, losses, times):
            counted[here] = array("H", [count + 1 for count in counted[here]])
        if any(table.losses):
            lost[here] = array("I", [one + more for one, more in zip(lost[here], table.losses, strict=True)])
        time[here] = array("I", [one + more for one, more in zip(time[here], table.times, strict=True)])
        greatest[here] = array("I", greater(greatest[here], table.worst))
        return True

    def cell(self, row: int, number: int) -> Cell:
        place = number % SLOTS * self.rows + row
        ups, downs, losses, lost, times, time, greatest = self.arrays
        up, down, some_loss, some_time = ups[place], downs[place], losses[place], times[place]
        if not up and not down:
            return NOT_MEASURED
        return Cell(
            up,
            down,
            lost[place] / some_loss / LOSS_UNITS if some_loss else None,
            time[place] / some_time / TIME_UNITS if some_time else None,
            greatest[place] / TIME_UNITS if some_time else None,
        )

    def put(self, row: int, number: int, cell: Cell) -> None:
        """Set a cell that the ring holds; as good as the sums can be made from its means."""
        if not self.holds(number):
            return
        losses, times = (cell.measured if one is not None else 0 for one in (cell.loss, cell.typical))
        lost = max(0, loss_units(cell.loss)) * losses
        time = max(0, time_units(cell.typical)) * times
        worst = max(0, time_units(cell.worst))
        values = cell.up, cell.down, losses, lost, times, min(time, MOST_TIME), worst
        place = number % SLOTS * self.rows + row
        for one, value in zip(self.arrays, values, strict=True):
            one[place] = value

    def trouble(self, row: int) -> int:
        """The most failed measurements of a cell of the row: a cheap look at the whole day."""
        return int(max(self.arrays[1][row :: self.rows]))

    def has_block(self, block: int) -> bool:
        return self.oldest // BLOCK_CELLS <= block <= self.newest // BLOCK_CELLS

    def block(self, rows: Iterable[int], block: int) -> list[bytes]:
        """The bytes of a block of cells: of each array, row after row. Little-endian, as our machines are."""
        first = block % BLOCKS * BLOCK_CELLS * self.rows
        end = first + BLOCK_CELLS * self.rows
        return [
            b"".join([one[first + row : end : self.rows].tobytes() for row in rows]) for one in self.arrays
        ]

    def add_block(self, row: int, block: int, columns: Sequence[bytes]) -> None:
        """Add saved cells, one column of bytes for each array."""
        first = block % BLOCKS * BLOCK_CELLS * self.rows + row
        for one, column in zip(self.arrays, columns, strict=True):
            if not column.strip(b"\0"):
                continue
            places = slice(first, first + BLOCK_CELLS * self.rows, self.rows)
            one[places] = _sum(one, one[places], array(one.typecode, column), one is self.arrays[-1])

    def shifted(self, by: int, since: int, newest: int) -> "Cells":
        """The cells after a step of the clock: those from the number `since` on are `by` cells later."""
        after = Cells(newest)
        after.grow(self.rows)
        for number in range(self.oldest, self.newest + 1):
            place = number + by if number >= since else number
            if not after.holds(place):
                continue
            old, new = number % SLOTS * self.rows, place % SLOTS * self.rows
            for before, one in zip(self.arrays, after.arrays, strict=True):
                there, added = one[new : new + self.rows], before[old : old + self.rows]
                one[new : new + self.rows] = _sum(one, there, added, one is after.arrays[-1])
        return after


def _sum(column: "array[int]", there: "array[int]", added: "array[int]", greatest: bool) -> "array[int]":
    """Both together; of the greatest times the greater ones. No sum is more than the column can hold."""
    if not any(there):
        return added
    if greatest:
        return array(column.typecode, map(max, there, added))
    most = 256**column.itemsize - 1
    return array(column.typecode, (min(one + other, most) for one, other in zip(there, added, strict=True)))
