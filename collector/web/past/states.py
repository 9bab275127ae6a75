"""The state of a cell as the strips show it, and its spans in words. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from collector.assignments.kinds import KINDS
from collector.incidents.paths.limits import Limits
from collector.past import CELL_SECONDS, Cell
from collector.past.taking import LOSS

CellState = Literal["up", "degraded", "partly", "down", "none"]


class StateSpan(NamedTuple):
    """Cells of one state that follow each other: the first, and the one after the last."""

    state: CellState
    first: int
    end: int


def state_of(cell: Cell, kind: str, limits: Limits) -> CellState:
    """A cell without a measurement is none of the others: nobody knows."""
    if not cell.measured:
        return "none"
    if not cell.up:
        return "down"
    if cell.down:
        return "partly"
    return "degraded" if _over(cell, kind, limits) else "up"


def spans_of(states: Sequence[CellState]) -> Iterator[StateSpan]:
    first = 0
    for state, same in groupby(states):
        end = first + sum(1 for _ in same)
        yield StateSpan(state, first, end)
        first = end


def began_at(newest: int, cells: int, index: int) -> float:
    """Unix seconds at which the cell of that index begins, of so many cells with this newest one."""
    return float((newest - cells + 1 + index) * CELL_SECONDS)


def _over(cell: Cell, kind: str, limits: Limits) -> bool:
    """Is the mean loss or the typical time of the cell beyond its limit?"""
    known = KINDS.get(kind)
    values = {LOSS: cell.loss, known.response_time if known else "": cell.typical}
    return any(
        value is not None and name in limits and limits[name].is_broken_by(value)
        for name, value in values.items()
    )
