"""The files of an inventory as one document: rows by table and id, each with the name of its file."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.inventory.encodings import sheet_text
from collector.inventory.problem import BadInventory, Problem, listed, nearest
from collector.inventory.spreadsheet import ID, BadSheet, lines
from runtime.files.reading import data
from runtime.files.text import NotText, text
from runtime.files.toml import NotToml, parsed

TABLES = ("sites", "links", "devices", "applications", "roles", "snmp", "providers", "duty", "receivers")
LISTS = {"maintenance": "window", "rota": "shift", "escalation": "step"}
"""Tables that are lists, and the word for one row."""
TOP_LEVEL = ("city", *TABLES, *LISTS)
SHEETS = {"devices": ("site", "name"), "links": ID, "sites": ID}
"""By table, the columns that name a row."""
SHEET_SUFFIXES = (".csv", ".tsv", ".txt")
"""Excel's "Unicode text" has the last."""
PROFILES = "profiles"
"""The folder beside the inventory with a city's own profiles (wire.profile)."""
UNREAD_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """`separator` is that of the row's spreadsheet, whose values are still text; "" for a row of TOML."""

    file: str
    values: Any
    separator: str = ""

    def inner(self, values: Any) -> "InventoryRow":
        """The row with a part of its values."""
        return InventoryRow(self.file, values, self.separator)


@dataclass(slots=True)
class InventoryDocument:
    """`facts` are the keys of [city]; `profiles` are the SNMP profiles of the city's own, by name."""

    folder: Path
    facts: dict[str, InventoryRow] = field(default_factory=dict)
    tables: dict[str, dict[str, InventoryRow]] = field(
        default_factory=lambda: {table: {} for table in TABLES}
    )
    lists: dict[str, list[InventoryRow]] = field(default_factory=lambda: {name: [] for name in LISTS})
    profiles: dict[str, InventoryRow] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, table: str, key: str, row: InventoryRow) -> None:
        rows = self.facts if table == "city" else self.tables[table]
        if key in rows:
            what = f"stands in {rows[key].file} too; keep one of them"
            self.problems.append(Problem(row.file, f"{table}.{key}", what))
        else:
            rows[key] = row


def read(path: Path, without: str = "") -> InventoryDocument:
    """Every *.toml of a folder but `without`, or one .toml file, and the spreadsheets beside.

    Raises BadInventory.
    """
    try:
        folder = path if path.is_dir() else path.parent
        files, sheets, _ = sorted_out(folder)
        files = [file for file in files if file.name != without] if path.is_dir() else [path]
    except OSError as error:
        what = f"{error.strerror}; let the user that the collector runs as read it"
        raise BadInventory([Problem(str(path), "", what)]) from None
    if not files and not sheets:
        what = "has no .toml file; `pantau-collector init` writes a sample to start from"
        raise BadInventory([Problem(str(path), "", what)])
    document = InventoryDocument(folder)
    for file in files:
        _read_toml(file, document)
    for sheet in sheets:
        _read_sheet(sheet, document)
    for file in profile_files(folder):
        _read_profile(file, document)
    if any(not problem.key for problem in document.problems):
        raise BadInventory(document.problems)  # a row may refer to a file that could not be read
    return document


def sorted_out(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """TOML files, spreadsheets, and files that only look like a part of the inventory. Raises OSError.

    Names that begin with "." or "~" are locks and copies of editors. Suffixes may be in capital letters:
    on Windows both are the same.
    """
    visible = [file for file in sorted(folder.iterdir()) if file.name[0] not in ".~"]
    tomls = [file for file in visible if file.suffix.lower() == ".toml"]
    sheets = [
        file for file in visible if file.stem.lower() in SHEETS and file.suffix.lower() in SHEET_SUFFIXES
    ]
    others = [file for file in visible if file.suffix.lower() in UNREAD_SUFFIXES and file not in sheets]
    return tomls, sheets, others


def profile_files(folder: Path) -> list[Path]:
    """The SNMP profiles of the city's own, beside the inventory."""
    found = sorted((folder / PROFILES).glob("*"))
    return [file for file in found if file.name[0] not in ".~" and file.suffix.lower() == ".toml"]


def _read_profile(file: Path, document: InventoryDocument) -> None:
    name = f"{PROFILES}/{file.name}"
    try:
        document.profiles[file.stem] = InventoryRow(name, parsed(text(data(file))))
    except OSError as error:
        document.problems.append(Problem(name, "", f"{error.strerror}; let the collector's user read it"))
    except (NotText, NotToml) as error:
        document.problems.append(Problem(name, "", str(error)))


def _read_toml(file: Path, document: InventoryDocument) -> None:
    name = file.name
    try:
        tables = parsed(text(data(file)))
    except OSError as error:
        what = f"{error.strerror}; `pantau-collector init` writes a sample to start from"
        document.problems.append(Problem(str(file), "", what))
        return
    except (NotText, NotToml) as error:
        document.problems.append(Problem(name, "", str(error)))
        return
    for table, rows in tables.items():
        if complaint := _misplaced(table, rows):
            document.problems.append(Problem(name, table, complaint))
        elif table in LISTS:
            document.lists[table] += [InventoryRow(name, values) for values in rows]
        else:
            for key, values in rows.items():
                document.take(table, key, InventoryRow(name, values))


def _misplaced(table: str, rows: object) -> str:
    if table not in TOP_LEVEL:
        return f"no such table; {nearest(table, TOP_LEVEL, f'the tables are {listed(TOP_LEVEL)}')}"
    if table in LISTS:
        return "" if isinstance(rows, list) else f"is a list; write [[{table}]] above each {LISTS[table]}"
    return "" if isinstance(rows, dict) else f"is a table; write [{table}] on a line of its own"


def _read_sheet(sheet: Path, document: InventoryDocument) -> None:
    table = sheet.stem.lower()
    try:
        for line in lines(sheet_text(data(sheet)), SHEETS[table]):
            file = f"{sheet.name}:{line.number}"
            if line.complaint:
                key = f"{table}.{line.id}" if line.id else table
                document.problems.append(Problem(file, key, line.complaint))
            if line.id:
                document.take(table, line.id, InventoryRow(file, line.values, line.separator))
    except NotText as error:
        document.problems.append(Problem(sheet.name, "", str(error)))
    except (OSError, BadSheet) as error:
        document.problems.append(Problem(sheet.name, "", f"{error}; save it as CSV in UTF-8, heads first"))
