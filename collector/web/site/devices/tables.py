"""The tables of a device's parts, the worst first; the rest is counted. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.agents import Latest
from collector.incidents.paths.limits import Limits
from collector.web.quantities import reading
from collector.web.site.devices.columns import SORTS, Flag, PartColumn, Piece, Sort, Text
from collector.web.site.devices.grades import NO_LIMITS, Grade, grade_of, over_weak
from collector.web.site.devices.last_values import LastValues
from collector.web.site.devices.own import own_values
from collector.web.words import Speaker
from wire.own_metrics import OWN_PART

ROWS_SHOWN = 24
OLD_SECONDS = 120.0
"""A table says how old it is from this age on."""
STATES = ("down", "unknown", "up")
DIGITS = re.compile(r"(\d+)")


class GradedText(NamedTuple):
    text: str
    grade: Grade = ""


class PartRow(NamedTuple):
    """`state` is "" of a part that has none. `age` is the age of values that are not of now, "" of others."""

    name: str
    note: str
    state: str
    age: str
    cells: Sequence[Sequence[GradedText]]


class PartTable(NamedTuple):
    """`heads` are keys of the words, one for each cell of a row. `counts` are those of each state.

    `as_of` says how old the oldest row is, if that is worth saying; `graded` whether a value is weak.
    """

    sort: str
    heads: Sequence[str]
    counts: Mapping[str, int]
    rows: Sequence[PartRow]
    left_out: int
    as_of: str
    graded: bool


class Judged(NamedTuple):
    """A row with its place: the least first."""

    place: tuple[int, float, list[tuple[int, str]]]
    at: float
    row: PartRow


OWN = Sort("", (), ())
"""Parts of which only a city's own profile knows."""


def part_tables(device: Latest, say: Speaker, limits: Limits = NO_LIMITS) -> list[PartTable]:
    """A table for each sort of part that the device has."""
    found = ((name, sort, device.rows_of(name)) for name, sort in (*SORTS.items(), (OWN_PART, OWN)))
    return [_table(name, sort, rows, limits, say) for name, sort, rows in found if rows]


def _table(name: str, sort: Sort, parts: Sequence[Latest], limits: Limits, say: Speaker) -> PartTable:
    judged = sorted((judged_part(sort, part, limits, say) for part in parts), key=lambda one: one.place)
    shown = [one.row for one in judged[:ROWS_SHOWN]]
    heads = [column.head for column in sort.columns] or ["own_values"]
    used = used_columns(shown)
    states = [one.row.state for one in judged]
    oldest = min((one.at for one in judged if not one.row.age), default=say.now)
    age = say.now - oldest
    rows = [row._replace(cells=[row.cells[index] for index in used]) for row in shown]
    return PartTable(
        sort=name,
        heads=[heads[index] for index in used],
        counts={state: states.count(state) for state in STATES if state in states},
        rows=rows,
        left_out=max(0, len(judged) - ROWS_SHOWN),
        as_of=say("measured_ago", age=say.duration(age)) if age >= OLD_SECONDS else "",
        graded=any(piece.grade for row in rows for cell in row.cells for piece in cell),
    )


def used_columns(rows: Sequence[PartRow]) -> list[int]:
    """The numbers of the columns that have anything in them."""
    cells = [[bool(cell) for cell in row.cells] for row in rows]
    return [index for index, column in enumerate(zip(*cells, strict=True)) if any(column)]


def judged_part(sort: Sort, part: Latest, limits: Limits, say: Speaker) -> Judged:
    value, is_fresh = LastValues(part, say.now), part.fresh(say.now)
    state = _state(sort, value, is_fresh)
    cells = [list(_cell(column, value, limits, say)) for column in sort.columns]
    if not cells:
        cells = [[GradedText(" ".join(one)) for one in own_values(value)]]
    if not is_fresh:
        cells = [[piece._replace(grade="") for piece in cell] for cell in cells]
    name = value.text(sort.name) if sort.name else ""
    notes = dict.fromkeys(filter(None, (value.text(note) for note in sort.notes)))
    row = PartRow(
        name=name or part.row,
        note=", ".join(notes),
        state=state,
        age="" if is_fresh else say.duration(say.now - part.at),
        cells=cells,
    )
    return Judged(_place(row, value, limits, is_fresh), part.at, row)


def _state(sort: Sort, value: LastValues, is_fresh: bool) -> str:
    """A part that says nothing of its state has none while its values are fresh."""
    works = value(sort.state) if sort.state else None
    if not is_fresh or (works is None and sort.state == "interface_up"):
        return "unknown"
    return "" if works is None else "up" if works else "down"


def _cell(column: PartColumn, value: LastValues, limits: Limits, say: Speaker) -> Iterator[GradedText]:
    for piece in column.pieces:
        found = _piece(piece, value, limits, say)
        if found is not None:
            yield found


def _piece(piece: Piece, value: LastValues, limits: Limits, say: Speaker) -> GradedText | None:
    if isinstance(piece, Text):
        text = value.text(piece.info)
        return GradedText(text) if text else None
    if isinstance(piece, Flag):
        return GradedText(say(piece.said), piece.grade) if value(piece.metric) else None
    known = [one for metric in piece.metrics if (one := value(metric)) is not None]
    if not known:
        return None
    metric, total = piece.metrics[0], sum(known)
    text = reading(metric, total, say)
    return GradedText(say(piece.said, value=text) if piece.said else text, grade_of(metric, total, limits))


def _place(
    row: PartRow, value: LastValues, limits: Limits, is_fresh: bool
) -> tuple[int, float, list[tuple[int, str]]]:
    """Down, then weak, the weakest first, then by name as a person counts: ether2 before ether10."""
    grades = {piece.grade for cell in row.cells for piece in cell}
    found = [row.state == "down", "bad" in grades, "weak" in grades, row.state == "unknown", True]
    margins = (over_weak(name, one, limits) for name in value.names() if (one := value(name)) is not None)
    margin = min(margins, default=float("inf")) if is_fresh else float("inf")
    parts = [(int(text) if text.isdecimal() else -1, text) for text in DIGITS.split(row.name)]
    return found.index(True), margin, parts
