"""The past of each path as the collector remembers it: a day of cells, and the course around each incident.

sans-IO: time is a parameter.
"""

from collector.past.cell import CELL_SECONDS, CELLS_SHOWN, NOT_MEASURED, Cell
from collector.past.changes import PastChanges
from collector.past.course import Course, PathCourse
from collector.past.given import GivenMeasurement, given_cells, given_course
from collector.past.past import Past
from collector.past.paths import MeasuredPath

__all__ = [
    "CELLS_SHOWN",
    "CELL_SECONDS",
    "NOT_MEASURED",
    "Cell",
    "Course",
    "GivenMeasurement",
    "MeasuredPath",
    "Past",
    "PastChanges",
    "PathCourse",
    "given_cells",
    "given_course",
]
