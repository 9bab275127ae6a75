"""The past day of each path, as the collector remembers it: cells of a quarter of an hour. Sans-IO."""

from collector.past.cell import CELL_SECONDS, CELLS_SHOWN, NOT_MEASURED, Cell
from collector.past.past import Past
from collector.past.paths import MeasuredPath

__all__ = ["CELLS_SHOWN", "CELL_SECONDS", "NOT_MEASURED", "Cell", "MeasuredPath", "Past"]
