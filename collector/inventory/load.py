"""Load a City from files, or name every problem of the files at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from collector.duty import Shift
from collector.inventory.build import build
from collector.inventory.checks import faults
from collector.inventory.city import (
    Application,
    City,
    CityTable,
    Duty,
    Escalation,
    InventoryTable,
    Link,
    Polling,
    Provider,
    Receiver,
    Site,
    WatchSettings,
)
from collector.inventory.devices import as_written, with_devices
from collector.inventory.document import InventoryDocument, InventoryRow, read
from collector.inventory.internet import as_table, without_table
from collector.inventory.placed import with_placed
from collector.inventory.problem import BadInventory, Problem
from collector.planned import MaintenanceWindow
from wire.profile import Profile

SCHEMA: dict[str, type[InventoryTable]] = {
    "sites": Site,
    "links": Link,
    "applications": Application,
    "roles": WatchSettings,
    "snmp": Polling,
    "providers": Provider,
    "duty": Duty,
    "receivers": Receiver,
}
LIST_SCHEMA: dict[str, type[Struct]] = {
    "maintenance": MaintenanceWindow,
    "rota": Shift,
    "escalation": Escalation,
}


def load(path: Path) -> City:
    """Load a city without faults. Raises BadInventory, which names every problem."""
    city, problems = drafted(read(path))
    if problems:
        raise BadInventory(problems)
    return city


def drafted(document: InventoryDocument) -> tuple[City, list[Problem]]:
    """The city, with stand-ins for its faults, and these. The document gets the faults of its rows."""
    city = _built(document)
    return city, [*document.problems, *faults(city, document)]


class Inventory:
    """The city in force. The collector refuses a change with faults and keeps the city before it."""

    def __init__(self, path: Path) -> None:
        """Raises BadInventory, since there is no earlier city to keep."""
        self._path = path
        self.city = load(path)
        self.problems: tuple[Problem, ...] = ()

    def reload(self) -> bool:
        """True when the city in force has changed. `problems` says why a change was refused."""
        before = self.city
        try:
            self.city, self.problems = load(self._path), ()
        except BadInventory as error:
            self.problems = tuple(error.problems)
        return self.city != before


def _built(document: InventoryDocument) -> City:
    """Build the city of the document, and add each fault to its problems."""
    tables: dict[str, Any] = {table: dict(_rows(table, document)) for table in SCHEMA}
    tables["sites"] = with_placed(tables["sites"], document)
    lists: dict[str, Any] = {
        name: [
            build(kind, row, f"{name}[{number}]", document.problems)
            for number, row in enumerate(document.lists[name])
        ]
        for name, kind in LIST_SCHEMA.items()
    }
    return City(**asdict(_facts(document)), **tables, **lists, profiles=_profiles(document))


def _profiles(document: InventoryDocument) -> dict[str, Profile]:
    """The key of a fault is as in the profile's own file."""
    found, problems = {}, list[Problem]()
    for name, row in document.profiles.items():
        found[name] = build(Profile, row, "", problems)
    document.problems += [problem._replace(key=problem.key.removeprefix(".")) for problem in problems]
    return found


def _rows(table: str, document: InventoryDocument) -> Iterator[tuple[str, InventoryTable]]:
    for key, row in document.tables[table].items():
        if table == "sites" and isinstance(row.values, dict):
            row = row.inner(with_devices(row.values))
        elif table == "receivers" and isinstance(row.values, dict):
            row = row.inner(_anchored(row.values, document.folder))
        problems: list[Problem] = []
        yield key, build(SCHEMA[table], row, f"{table}.{key}", problems)
        document.problems += [problem._replace(key=as_written(problem.key)) for problem in problems]


def _facts(document: InventoryDocument) -> CityTable:
    """The keys of [city] may come from several files, so each key is a row of its own."""
    values = {key: row.values for key, row in document.facts.items()}
    internet = values.get("internet", {})
    if "internet" in values:
        values["internet"] = as_table(internet)
    if values.get("ticket_url_file"):
        values = _anchored(values, document.folder)
    problems: list[Problem] = []
    facts = build(CityTable, InventoryRow(str(document.folder), values), "city", problems)
    for problem in problems:
        key = re.split(r"[.\[]", problem.key)[1]
        file = document.facts[key].file if key in document.facts else problem.file
        document.problems.append(problem._replace(file=file, key=without_table(problem.key, internet)))
    return facts


def _anchored(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """File names are relative to the inventory's folder."""
    anchored = {}
    for key, value in values.items():
        if isinstance(value, dict):
            value = _anchored(value, folder)
        elif key.endswith("_file") and isinstance(value, str):
            value = str(folder / value)
        anchored[key] = value
    return anchored
