"""All that the past has for one transaction. Pure."""

from msgspec import Struct, field

from collector.past.course import Course
from collector.past.saved import BlockKey, SavedCells


class PastChanges(Struct, frozen=True):
    """`cells` are by site and block. `kept` are the first and the last block that the store keeps, None if
    that is as before. `courses` are by incident.
    """

    cells: dict[BlockKey, SavedCells] = field(default_factory=dict)
    kept: tuple[int, int] | None = None
    courses: dict[str, Course] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.kept or self.courses)

    def then(self, later: "PastChanges") -> "PastChanges":
        return PastChanges(self.cells | later.cells, later.kept or self.kept, self.courses | later.courses)
