"""A cell: the measurements of one path in a quarter of an hour. Pure."""

from typing import NamedTuple

CELL_SECONDS = 900
"""A cell begins at a multiple of it since 1970."""
CELLS_SHOWN = 97
"""The last 24 hours, and the cell that is still running."""


class Cell(NamedTuple):
    """`up` and `down` count measurements; one that could not run counts nowhere.

    `loss` is the mean ratio of the intervals. `typical` is the mean of the medians of the intervals, for
    other kinds than icmp the mean duration of the measurements that succeeded. `worst` is the greatest single
    round-trip time or duration. Both are seconds. An undefined value is None.
    """

    up: int = 0
    down: int = 0
    loss: float | None = None
    typical: float | None = None
    worst: float | None = None

    @property
    def measured(self) -> int:
        return self.up + self.down


NOT_MEASURED = Cell()


def number_at(at: float) -> int:
    """The number of the cell of that time, Unix seconds."""
    return int(at // CELL_SECONDS)
