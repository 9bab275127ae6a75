"""The cells of all paths. All sums are whole numbers, so that no order of the measurements changes a cell."""

from array import array
from collections.abc import Sequence

from collector.past.cell import NOT_MEASURED, Cell
from collector.past.rings import RingArrays

BLOCK_CELLS = 8
"""So many cells are saved together."""
BLOCKS = 13
SLOTS = BLOCK_CELLS * BLOCKS
"""A little more than are shown."""
CODES = "HHHIHII"
"""Up, down; intervals with a loss, sum of the losses; those with a time, sum of the times, greatest time."""
LOSS_UNITS, TIME_UNITS = 10_000, 1_000_000
"""For a ratio of 1 and for a second: as precise as the wire."""
MOST_TIME = 2**32 - 1
MOST_MEASUREMENTS = 10_000
"""A probe runs once a second at most: so many measurements of one cell are an agent's fault."""


class Cells(RingArrays):
    """`row` and `number` say which cell. The caller asks `holds` before it adds."""

    def __init__(self, newest: int) -> None:
        super().__init__(CODES, SLOTS, newest)

    def add(
        self, place: int, up: bool, loss: float | None, typical: float | None, worst: float | None
    ) -> bool:
        """Add one measurement at a place (see `place`). False: the cell is full."""
        ups, downs, losses, lost, times, time, greatest = self.arrays
        if ups[place] + downs[place] >= MOST_MEASUREMENTS:
            return False
        if up:
            ups[place] += 1
        else:
            downs[place] += 1
        if loss is not None:
            losses[place] += 1
            lost[place] += int(min(max(loss, 0.0), 1.0) * LOSS_UNITS + 0.5)
        if typical is not None:
            units = _units(typical)
            times[place] += 1
            time[place] = min(time[place] + units, MOST_TIME)
            if worst is not None:
                units = max(units, _units(worst))
            if units > greatest[place]:
                greatest[place] = units
        return True

    def place(self, row: int, number: int) -> int:
        """The index in each array."""
        return row * SLOTS + number % SLOTS

    def cell(self, row: int, number: int) -> Cell:
        place = self.place(row, number)
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

    def trouble(self, row: int) -> int:
        """The most failed measurements of a cell of the row: a cheap look at the whole day."""
        return int(max(self.arrays[1][row * SLOTS : (row + 1) * SLOTS]))

    def measured(self, row: int) -> bool:
        """Has any cell of the row a measurement?"""
        first, last = row * SLOTS, (row + 1) * SLOTS
        return any(any(one[first:last]) for one in self.arrays[:2])

    def block(self, row: int, block: int) -> list[bytes]:
        """The bytes of a block of cells of one row, little-endian as on every machine that pantau runs on."""
        first = row * SLOTS + block % BLOCKS * BLOCK_CELLS
        return [one[first : first + BLOCK_CELLS].tobytes() for one in self.arrays]

    def put_block(self, row: int, block: int, columns: Sequence[bytes]) -> None:
        """Take saved cells in, into empty ones. Cells that are no longer held are left out."""
        for place, one in enumerate(self.arrays):
            values = array(one.typecode, columns[place])
            for offset, value in enumerate(values):
                number = block * BLOCK_CELLS + offset
                if self.holds(number):
                    one[self.place(row, number)] = value


def _units(seconds: float) -> int:
    return int(min(max(seconds, 0.0) * TIME_UNITS + 0.5, MOST_TIME))
