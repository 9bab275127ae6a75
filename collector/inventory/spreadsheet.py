"""A spreadsheet saved as CSV: column heads are keys, one is `id`, an empty cell is no key.

`router.snmp` as a head stands for `router = { snmp = … }`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class BadSheet(Exception):
    """What is wrong with the sheet as a whole."""


class Line(NamedTuple):
    """Values are text still. `complaint` is "" where the line is sound."""

    number: int
    id: str
    values: dict[str, Any]
    complaint: str


def lines(text: str) -> Iterator[Line]:
    """Raises BadSheet, perhaps after some lines."""
    separator = ";" if ";" in text.partition("\n")[0] else ","  # spreadsheets with a decimal comma write ;
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        heads = _stripped(next(reader, []))
        if complaint := _bad_heads(heads):
            raise BadSheet(complaint)
        for row in reader:
            if cells := _stripped(row):
                values = _nested(heads, cells)
                id = str(values.pop("id", ""))
                yield Line(reader.line_num, id, values, _bad_cells(id, cells, heads, separator))
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num}: {error}") from None


def _stripped(row: Sequence[str]) -> list[str]:
    """Spreadsheets add blanks around cells and empty cells at the end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        del cells[-1]
    return cells


def _bad_heads(heads: Sequence[str]) -> str:
    if "id" not in heads:
        return "no column is headed `id`"
    for head in heads:
        if heads.count(head) > 1:
            return f"two columns are headed {head!r}"
        outer = head.partition(".")[0]
        if outer != head and outer in heads:
            return f"{outer!r} and {head!r} can't both head a column: write {outer}.address for the first"
    return ""


def _bad_cells(id: str, cells: Sequence[str], heads: Sequence[str], separator: str) -> str:
    if not id:
        return "has no id; write one"
    if len(cells) > len(heads):
        return f"has {len(cells)} cells under {len(heads)} heads; quote a cell that has {separator!r} in it"
    return ""


def _nested(heads: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for head, cell in zip(heads, cells, strict=False):
        if cell:
            *outer, last = head.split(".")
            inner = values
            for step in outer:
                inner = inner.setdefault(step, {})
            inner[last] = cell
    return values
