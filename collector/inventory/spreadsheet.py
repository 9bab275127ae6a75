"""A spreadsheet saved as CSV: column heads are keys, one is `id`, an empty cell is no key.

`router.snmp` as a head stands for `router = { snmp = … }`.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from files.text import visible

SEPARATORS = (",", ";", "\t")
"""Spreadsheets with a decimal comma write the second."""


class BadSheet(Exception):
    """What is wrong with the sheet as a whole."""


class Line(NamedTuple):
    """Values are text still. `complaint` is "" where the line is sound."""

    number: int
    id: str
    values: dict[str, Any]
    complaint: str
    separator: str


def lines(text: str) -> Iterator[Line]:
    """Raises BadSheet, perhaps after some lines."""
    separator, above = _separator(text)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for _ in range(above):
            next(reader)
        heads = [head.lower() for head in _stripped(next(reader, []))]
        if complaint := _bad_heads(heads):
            raise BadSheet(complaint)
        for row in reader:
            if cells := _stripped(row):
                values = _nested(heads, cells)
                id = str(values.pop("id", ""))
                complaint = _bad_cells(id, cells, heads, separator)
                yield Line(reader.line_num, id, values, complaint, separator)
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num}: {error}") from None


def _separator(text: str) -> tuple[str, int]:
    """Which it is, and the lines above the heads: a first line "sep=;" names it, else the heads tell."""
    first = text.partition("\n")[0].rstrip("\r")
    if named := re.fullmatch(r'"?sep=([,;|:\t])"?[,;|:\t]*', first, re.IGNORECASE):
        return named[1], 1
    return max(SEPARATORS, key=lambda one: _cells(first, one)), 0


def _cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:  # told when it is read
        return 0


def _stripped(row: Sequence[str]) -> list[str]:
    """Spreadsheets add blanks around cells, also such as nobody sees, and empty cells at the end."""
    cells = [visible(cell) for cell in row]
    while cells and not cells[-1]:
        del cells[-1]
    return cells


def _bad_heads(heads: Sequence[str]) -> str:
    if "id" not in heads:
        return "no column is headed `id`"
    for head in filter(None, heads):
        if heads.count(head) > 1:
            return f"two columns are headed {head!r}"
        outer = head.partition(".")[0]
        if outer != head and outer in heads:
            return f"{outer!r} and {head!r} can't both head a column: write {outer}.address for the first"
    return ""


def _bad_cells(id: str, cells: Sequence[str], heads: Sequence[str], separator: str) -> str:
    if not id:
        return "has no id; write one: of cells that were merged only the first has it"
    if stray := [cell for head, cell in zip(heads, cells, strict=False) if cell and not head]:
        return f"has {stray[0]!r} under no head; name the column, or empty it"
    if len(cells) > len(heads):
        return f"has {len(cells)} cells under {len(heads)} heads; quote a cell that has {separator!r} in it"
    return ""


def _nested(heads: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for head, cell in zip(heads, cells, strict=False):
        if cell and head:
            *outer, last = head.split(".")
            inner = values
            for step in outer:
                inner = inner.setdefault(step, {})
            inner[last] = cell
    return values
