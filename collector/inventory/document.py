"""The files of an inventory as one document: rows by table and id, each with the file it came from."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.inventory.problem import BadInventory, Problem, listed, nearest
from collector.inventory.spreadsheet import BadSheet, lines

TABLES = ("sites", "links", "applications", "roles", "snmp", "providers", "duty", "receivers")
TOP_LEVEL = ("city", *TABLES, "maintenance")
SPREADSHEETS = ("sites", "links")


@dataclass(frozen=True, slots=True)
class Row:
    """`text` is True where every value is text still, out of a spreadsheet."""

    file: str
    values: Any
    text: bool = False


@dataclass(slots=True)
class Document:
    """`facts` are the keys of [city]."""

    folder: Path
    facts: dict[str, Row] = field(default_factory=dict)
    tables: dict[str, dict[str, Row]] = field(default_factory=lambda: {table: {} for table in TABLES})
    maintenance: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, table: str, key: str, row: Row) -> None:
        rows = self.facts if table == "city" else self.tables[table]
        if key in rows:
            what = f"stands in {rows[key].file} too; keep one of them"
            self.problems.append(Problem(row.file, f"{table}.{key}", what))
        else:
            rows[key] = row


def read(path: Path) -> Document:
    """Every *.toml of a folder, or one .toml file, and the spreadsheets beside. Raises BadInventory."""
    try:
        folder, files = (path, sorted(path.glob("*.toml"))) if path.is_dir() else (path.parent, [path])
        sheets = [sheet for sheet in (folder / f"{table}.csv" for table in SPREADSHEETS) if sheet.exists()]
    except OSError as error:
        what = f"{error.strerror}; let the user that the collector runs as read it"
        raise BadInventory([Problem(str(path), "", what)]) from None
    if not files and not sheets:
        what = "has no .toml file; `pantau-collector init` writes a sample to start from"
        raise BadInventory([Problem(str(path), "", what)])
    document = Document(folder)
    for file in files:
        _read_toml(file, document)
    for sheet in sheets:
        _read_sheet(sheet, document)
    if any(not problem.key for problem in document.problems):
        raise BadInventory(document.problems)  # what refers to an unread file can't be judged
    return document


def _read_toml(file: Path, document: Document) -> None:
    name = file.name
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"{error.strerror}; `pantau-collector init` writes a sample to start from"
        document.problems.append(Problem(str(file), "", what))
        return
    except (ValueError, RecursionError) as error:
        document.problems.append(Problem(name, "", f"not TOML: {error}"))
        return
    for table, rows in tables.items():
        if complaint := _misplaced(table, rows):
            document.problems.append(Problem(name, table, complaint))
        elif table == "maintenance":
            document.maintenance += [Row(name, values) for values in rows]
        else:
            for key, values in rows.items():
                document.take(table, key, Row(name, values))


def _misplaced(table: str, rows: object) -> str:
    if table not in TOP_LEVEL:
        return f"no such table; {nearest(table, TOP_LEVEL, f'the tables are {listed(TOP_LEVEL)}')}"
    if table == "maintenance":
        return "" if isinstance(rows, list) else "is a list; write [[maintenance]] above each window"
    return "" if isinstance(rows, dict) else f"is a table; write [{table}] on a line of its own"


def _read_sheet(sheet: Path, document: Document) -> None:
    table = sheet.stem
    try:
        for line in lines(sheet.read_text(encoding="utf-8-sig")):
            file, key = f"{sheet.name}:{line.number}", f"{table}.{line.id}"
            if line.complaint:
                document.problems.append(Problem(file, key, line.complaint))
            document.take(table, line.id, Row(file, line.values, text=True))
    except (OSError, UnicodeDecodeError, BadSheet) as error:
        document.problems.append(Problem(sheet.name, "", f"{error}; save it as CSV in UTF-8, heads first"))
