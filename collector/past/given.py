"""A past made from given values, as a demo's day before its start. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from collector.incidents import Incident
from collector.past.cell import Cell, number_at
from collector.past.cells import BLOCK_CELLS, Cells
from collector.past.changes import PastChanges
from collector.past.course import AFTER_SECONDS, Course
from collector.past.fine import FineRings
from collector.past.past import course_in
from collector.past.paths import MeasuredPath, PathRows
from collector.past.saved import saved_block
from collector.past.units import loss_units, time_units


class GivenMeasurement(NamedTuple):
    """A measurement of that Unix time, with its loss ratio and its time in seconds; None is undefined."""

    at: float
    up: bool
    loss: float | None = None
    seconds: float | None = None


def given_cells(cells: Mapping[MeasuredPath, Mapping[float, Cell]]) -> PastChanges:
    """By path, and by a Unix time within each. Commit it as `Changes(past=…)` before the collector starts."""
    by_site: dict[str, dict[MeasuredPath, Mapping[float, Cell]]] = defaultdict(dict)
    for path, its in cells.items():
        by_site[path.agent][path] = its
    changes = PastChanges()
    for site, of_paths in by_site.items():
        numbers = [number_at(at) for its in of_paths.values() for at in its]
        rows, kept = _rows(of_paths), Cells(max(numbers, default=0))
        kept.grow(rows.count)
        for path, row in rows.with_rows(site):
            for at, cell in of_paths[path].items():
                kept.put(row, number_at(at), cell)
        for block in {number // BLOCK_CELLS for number in numbers}:
            if kept.has_block(block):
                changes.cells[site, block] = saved_block(site, block, rows, kept)
    return changes


def given_course(
    incident: Incident, measurements: Mapping[MeasuredPath, Iterable[GivenMeasurement]]
) -> Course | None:
    """The course of an incident that is over, from the measurements of its paths."""
    end = incident.began_at + AFTER_SECONDS
    rows, fine = _rows(measurements), FineRings(end)
    fine.grow(rows.count)
    for path, its in measurements.items():
        row = rows.rows[path.agent][path.kind][path.target]
        for one in its:
            number = fine.number(one.at)
            if fine.holds(number):
                place = fine.first_place(number)
                fine.add(place + row, one.up, loss_units(one.loss), time_units(one.seconds))
    found = course_in(fine, rows, incident)
    return None if found is None else replace(found, complete=True)


def _rows(paths: Iterable[MeasuredPath]) -> PathRows:
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in paths:
        pairs[path.agent].append((path.kind, path.target))
    rows = PathRows()
    rows.adopt(pairs)
    return rows
