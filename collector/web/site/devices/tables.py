"""The tables of a device's parts, the worst first; the rest is counted. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.agents import Latest
from collector.incidents.paths.limits import Limits
from collector.web.quantities import reading
from collector.web.site.devices.columns import SORTS, Flag, PartColumn, Piece, Text
from collector.web.site.devices.grades import NO_LIMITS, Grade, grade_of
from collector.web.site.devices.last_values import LastValues
from collector.web.site.devices.own import own_values
from collector.web.site.devices.places import placed, state_of_part
from collector.web.words import Speaker
from wire.own_metrics import OWN_PART

ROWS_SHOWN = 24
OLD_SECONDS = 120.0
"""A table says how old it is from this age on."""
STATES = ("down", "unknown", "up")


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


def part_tables(device: Latest, say: Speaker, limits: Limits = NO_LIMITS) -> list[PartTable]:
    """A table for each sort of part that the device has, last those of which only an own profile knows."""
    found = ((sort, device.rows_of(sort)) for sort in (*SORTS, OWN_PART))
    return [_table(sort, parts, limits, say) for sort, parts in found if parts]


def _table(sort: str, parts: Sequence[Latest], limits: Limits, say: Speaker) -> PartTable:
    ordered = sorted((placed(sort, part, limits, say.now) for part in parts), key=lambda one: one.place)
    rows = [part_row(sort, one.part, limits, say) for one in ordered[:ROWS_SHOWN]]
    used = used_columns(rows)
    rows = [row._replace(cells=[row.cells[index] for index in used]) for row in rows]
    heads = heads_of(sort)
    states = [one.state for one in ordered]
    age = say.now - min((part.at for part in parts if part.fresh(say.now)), default=say.now)
    return PartTable(
        sort=sort,
        heads=[heads[index] for index in used],
        counts={state: states.count(state) for state in STATES if state in states},
        rows=rows,
        left_out=max(0, len(ordered) - ROWS_SHOWN),
        as_of=say("measured_ago", age=say.duration(age)) if age >= OLD_SECONDS else "",
        graded=any(piece.grade for row in rows for cell in row.cells for piece in cell),
    )


def heads_of(sort: str) -> list[str]:
    """Keys of the words, for all columns."""
    return [column.head for column in SORTS[sort].columns] if sort in SORTS else ["own_values"]


def used_columns(rows: Sequence[PartRow]) -> list[int]:
    """The numbers of the columns that have anything in them."""
    cells = [[bool(cell) for cell in row.cells] for row in rows]
    return [index for index, column in enumerate(zip(*cells, strict=True)) if any(column)]


def part_row(sort: str, part: Latest, limits: Limits, say: Speaker) -> PartRow:
    value, is_fresh, of = LastValues(part, say.now), part.fresh(say.now), SORTS.get(sort)
    if of is None:
        cells = [[GradedText(" ".join(one)) for one in own_values(value)]]
    else:
        cells = [list(_cell(column, value, limits, say)) for column in of.columns]
    if not is_fresh:
        cells = [[piece._replace(grade="") for piece in cell] for cell in cells]
    notes = dict.fromkeys(filter(None, (value.text(note) for note in of.notes))) if of else ()
    return PartRow(
        name=(value.text(of.name) if of and of.name else "") or part.row,
        note=", ".join(notes),
        state=state_of_part(sort, value, is_fresh),
        age="" if is_fresh else say.duration(say.now - part.at),
        cells=cells,
    )


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
