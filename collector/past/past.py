"""The collector's memory of the measurements of the last day. Bounded by the inventory's paths.

A measurement goes into the cell of the time at which it was made, however late it comes in.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from collector.city.agents import OWN, Pair
from collector.city.step import Step
from collector.city.taken import Taken
from collector.incidents import Incident
from collector.past.cell import CELL_SECONDS, CELLS_SHOWN, NOT_MEASURED, Cell, number_at
from collector.past.cells import BLOCK_CELLS, Cells
from collector.past.changes import PastChanges
from collector.past.course import AFTER_SECONDS, BEFORE_SECONDS, Course, PathCourse
from collector.past.fine import STEP_SECONDS, FineRings
from collector.past.followed import FollowedIncidents
from collector.past.paths import MeasuredPath, PathRows
from collector.past.saved import BlockKey, SavedCells, put_back, saved_block
from collector.past.taking import MeasurementIntake, PastCounts
from collector.past.unsaved import UnsavedBlocks
from collector.past.witnesses import witnesses

SAVED_AT_ONCE = 20
"""Sites of one transaction: at four a second all sites of a big city have their turn in time."""
AHEAD_SECONDS = 3600.0
"""Saved cells that are ahead of the clock wait so long for a step of it."""
NO_END = 2**31
NO_ROWS: Mapping[str, Mapping[str, int]] = {}


class Past:
    """`now` is Unix seconds. `cells` and `courses` are those in the store, and `incidents` too.

    `adopt` tells of which paths it keeps cells.
    """

    def __init__(
        self,
        now: float,
        cells: Mapping[BlockKey, bytes] | None = None,
        courses: Iterable[Course] = (),
        incidents: Iterable[Incident] = (),
    ) -> None:
        self.counts = PastCounts()
        self.paths = PathRows()
        self._taking = MeasurementIntake(Cells(number_at(now)), FineRings(now), self.counts)
        self._unsaved = UnsavedBlocks()
        self._followed = FollowedIncidents()
        self._waiting = dict(cells or {})
        self._waiting_until = now + AHEAD_SECONDS
        self._courses = {one.incident: one for one in courses}
        self._followed.follow(incidents, now)
        self._kept_since = 0

    def adopt(self, expected: Mapping[str, Iterable[Pair]]) -> None:
        """Take over another inventory, by agent pairs of kind and target. Paths that left are forgotten."""
        measured = {agent: {pair for pair in pairs if pair != OWN} for agent, pairs in expected.items()}
        left = self.paths.adopt(measured)
        self._taking.order.forget()
        for one in (self._cells, self._fine):
            one.grow(self.paths.count)
            one.clear(left)
        self._unsaved.keep(expected)
        self._put_back()

    def take(self, taken: Iterable[Taken], now: float) -> None:
        """Take in reports that the state took in, and go on to the present."""
        self._cells.roll(number_at(now))
        self._fine.roll(self._fine.number(now))
        for one in taken:
            self._taking.take(one.agent, self.paths.rows.get(one.agent, NO_ROWS), one.report, one.received)
            self._unsaved.touch(one.agent, self._taking.blocks, now)

    def changes(self, incidents: Iterable[Incident], now: float) -> PastChanges:
        """The changes to be written now. `incidents` are those that changed."""
        self._followed.follow(incidents, now)
        self.counts.courses = self._followed.dropped
        courses = {
            incident.id: replace(course, complete=complete)
            for incident, complete in self._followed.due(now)
            if (course := self.course(incident)) is not None
        }
        kept, oldest = None, self._cells.oldest // BLOCK_CELLS
        if oldest != self._kept_since:
            self._kept_since, kept = oldest, (oldest, NO_END)
            self._put_back()
        if self._waiting and now > self._waiting_until:
            self.counts.blocks += len(self._waiting)
            self._waiting = {}
        return PastChanges(self._saved(self._unsaved.due(now, SAVED_AT_ONCE)), kept, courses)

    def last(self) -> PastChanges:
        """All that is not in the store yet: the collector stops."""
        courses = {one.id: course for one in self._followed.all() if (course := self.course(one)) is not None}
        return PastChanges(self._saved(self._unsaved.all()), None, courses)

    def stepped(self, step: Step, incidents: Iterable[Incident], now: float) -> PastChanges:
        """The clock was set: cells of this run move to the quarter of an hour that is right.

        `incidents` are those of which the times moved.
        """
        by, since = round(step.by / CELL_SECONDS), number_at(step.since)
        self._fine.stepped(step)
        self._unsaved.stepped(step.by)
        self._followed.stepped(step.by)
        self._followed.follow(incidents, now)
        if not by:
            return PastChanges()
        self._taking.cells = self._cells.shifted(by, since, number_at(now))
        self._put_back()
        first, last = self._cells.oldest // BLOCK_CELLS, self._cells.newest // BLOCK_CELLS
        for site in self.paths.rows:
            self._unsaved.touch(site, range(first, last + 1), now)
        return PastChanges(kept=(first, last))

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

    @property
    def bytes(self) -> int:
        """The memory that all cells and steps take."""
        return self._cells.bytes + self._fine.bytes

    def course(self, incident: Incident) -> Course | None:
        """The course around its beginning, as far as it is remembered; None if no path shows it."""
        return course_in(self._fine, self.paths, incident)

    @property
    def _cells(self) -> Cells:
        return self._taking.cells

    @property
    def _fine(self) -> FineRings:
        return self._taking.fine

    def _saved(self, blocks: Iterable[BlockKey]) -> dict[BlockKey, SavedCells]:
        return {
            (site, block): saved_block(site, block, self.paths, self._cells)
            for site, block in blocks
            if site in self.paths.rows and self._cells.has_block(block)
        }

    def _put_back(self) -> None:
        """Put saved cells and courses in their places. Cells ahead of the clock wait: it may be wrong."""
        for (site, block), saved in list(self._waiting.items()):
            if block > self._cells.newest // BLOCK_CELLS:
                continue
            del self._waiting[site, block]
            if site in self.paths.rows and self._cells.has_block(block):
                self.counts.blocks += not put_back(site, block, saved, self.paths, self._cells)
        for course in self._courses.values():
            for path in course.paths:
                row = self.paths.row(MeasuredPath(path.agent, path.kind, path.target))
                if row is not None:
                    self._fine.put(row, self._fine.number(course.first_at), path.times, path.states)
        self._courses = {}


def course_in(fine: FineRings, paths: PathRows, incident: Incident) -> Course | None:
    """The course of the paths that saw the incident, as far as these rings have it."""
    began_at = incident.began_at
    first, end = fine.number(began_at - BEFORE_SECONDS), fine.number(began_at + AFTER_SECONDS) + 1
    kept = []
    for path in witnesses(incident, paths):
        row = paths.row(path)
        if row is not None:
            times, states = fine.span(row, first, min(end, fine.newest + 1))
            if any(states):
                kept.append(PathCourse(*path, times, states))
    if not kept:
        return None
    return Course(incident.id, began_at, fine.began_at(first), STEP_SECONDS, end - first, kept)
