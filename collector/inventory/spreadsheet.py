"""A spreadsheet saved as CSV: column heads are keys, one is `id`, an empty cell is no key.

`router.snmp` as a head stands for `router = { snmp = … }`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from runtime.files.text import visible

SEPARATORS = (",", ";", "\t", "|")
"""Spreadsheets with a decimal comma write the second."""
ID = ("id",)
TITLE_ROWS = 10
"""So many may stand above the heads."""

WORDS = re.compile(r"[\w.-]+( +[\w.-]+)+")


class BadSheet(Exception):
    """The sheet as a whole is faulty."""


class SheetLine(NamedTuple):
    """A line of the sheet. Its values are still text. `complaint` is "" when the line has no fault.

    `id` is that of the column `id`, or the cells of several columns with a / between.
    """

    number: int
    id: str
    values: dict[str, Any]
    complaint: str
    separator: str


def lines(text: str, ids: Sequence[str] = ID) -> Iterator[SheetLine]:
    """Lines that the columns `ids` name. Raises BadSheet, perhaps after some lines."""
    separator, above = _separator(text, ids)
    rows = islice(_rows(text, separator), above, None)
    heads = _heads(rows, ids)
    if complaint := _bad_heads(heads, ids):
        raise BadSheet(complaint)
    for number, cells in rows:
        values = _nested(heads, cells)
        parts = {key: str(values.pop(key, "")) for key in ids}
        complaint = _bad_cells(parts, cells, heads, separator)
        id = "/".join(parts.values()) if all(parts.values()) else ""
        yield SheetLine(number, id, values, complaint, separator)


def plain_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, heads first, each with its line. Raises BadSheet, perhaps after some."""
    separator, above = _separator(text)
    return islice(_rows(text, separator), above, None)


def _heads(rows: Iterator[tuple[int, list[str]]], ids: Sequence[str]) -> list[str]:
    """The first row with a column that names a row; a title may stand above. Without one, the very first."""
    first: list[str] = []
    for _, cells in islice(rows, TITLE_ROWS + 1):
        heads = [_key(cell) for cell in cells]
        if ids[0] in heads:
            return heads
        first = first or heads
    return first


def _key(head: str) -> str:
    """The key that a head stands for: "Down Mbps" is down_mbps."""
    lower = head.lower()
    return re.sub(r"[ _]+", "_", lower) if WORDS.fullmatch(lower) else lower


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of its last line. Lines may end as on any system.

    Strictly: a quote that nobody closes would take the rest of the sheet into its cell.
    """
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    while True:
        begin = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise BadSheet(_bad_quotes(begin, str(error))) from None
        if row is None:
            return
        if cells := _stripped(row):
            yield reader.line_num, cells


def _bad_quotes(begin: int, error: str) -> str:
    if "unexpected end" in error:
        return f'line {begin}: the quotes " of a cell that begins there are never closed'
    if "expected after" in error:
        return f'line {begin}: a cell that begins there has text behind its closing quote "'
    return f"line {begin}: {error}"


def _separator(text: str, ids: Sequence[str] = ()) -> tuple[str, int]:
    """The separator, and the lines above the rows. A first line "sep=;" names it, else the heads do."""
    written = filter(visible, re.split(r"\r\n|\r|\n", text))
    first, *others = [*islice(written, TITLE_ROWS + 1)] or [""]
    if named := re.fullmatch(r'"?sep=([,;|:\t])"?[,;|:\t]*', first, re.IGNORECASE):
        return named[1], 1
    for line in (first, *others):
        for one in SEPARATORS:
            if len(cells := _cells(line, one)) > 1 and {*ids} & {_key(visible(cell)) for cell in cells}:
                return one, 0
    return max(SEPARATORS, key=lambda one: len(_cells(first, one))), 0


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # the reader names the fault later
        return []


def _stripped(row: Sequence[str]) -> list[str]:
    """The cells without blanks around them, also invisible ones, and without empty cells at the end."""
    cells = [visible(cell) for cell in row]
    while cells and not cells[-1]:
        del cells[-1]
    return cells


def _bad_heads(heads: Sequence[str], ids: Sequence[str]) -> str:
    for id in ids:
        if id not in heads:
            return f"no column is headed `{id}`"
    for head in filter(None, heads):
        if heads.count(head) > 1:
            return f"two columns are headed {head!r}"
        for outer in _outer(head):
            if outer in heads:
                return f"{outer!r} and {head!r} can't both head a column: {_instead(outer)}"
    return ""


def _outer(head: str) -> Iterator[str]:
    """The tables around a head such as `router.snmp.user`: router, router.snmp."""
    steps = head.split(".")
    return (".".join(steps[:count]) for count in range(1, len(steps)))


def _instead(outer: str) -> str:
    return f"take {outer!r} out" if "." in outer else f"write {outer}.address for the first"


def _bad_cells(parts: Mapping[str, str], cells: Sequence[str], heads: Sequence[str], separator: str) -> str:
    for key, part in parts.items():
        if not part:
            return f"has no {key}; write one: of cells that were merged only the first has it"
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
