"""The cells of all paths. All sums are whole numbers, so that no order of the measurements changes a cell."""

from collector.past.cell import NOT_MEASURED, Cell
from collector.past.rings import RingArrays
from collector.past.units import LOSS_UNITS, TIME_UNITS

BLOCK_CELLS = 8
"""So many cells are saved together."""
BLOCKS = 13
SLOTS = BLOCK_CELLS * BLOCKS
"""A little more than are shown."""
CODES = "HHHIHII"
"""Up, down; intervals with a loss, sum of the losses; those with a time, sum of the times, greatest time."""
MOST_TIME = 2**32 - 1
MOST_MEASUREMENTS = 10_000
"""A probe runs once a second at most: more that succeed, or that fail, are an agent's fault."""


class Cells(RingArrays):
    """The caller gives the place of the row at the number of the cell's time."""

    def __init__(self, newest: int) -> None:
        super().__init__(CODES, SLOTS, newest)

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

    def trouble(self, row: int) -> int:
        """The most failed measurements of a cell of the row: a cheap look at the whole day."""
        return int(max(self.arrays[1][row :: self.rows]))
