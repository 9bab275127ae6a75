"""An inventory with the rows of NetBox' exports added, as far as they fit. Sans-IO."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from collector.inventory.city import Role
from collector.inventory.document import InventoryDocument, InventoryRow
from collector.inventory.load import drafted
from collector.inventory.problem import BadInventory, Problem
from collector.netbox.devices import add_devices
from collector.netbox.export import Export, ExportRow
from collector.netbox.gathered import Gathered, folded
from collector.netbox.links import add_links, circuits, wires
from collector.netbox.sites import add_sites

Tables = Mapping[str, Mapping[str, InventoryRow]]


class Imported(NamedTuple):
    """`tables` are the rows to write. `refused` names each line that made none. `known` counts lines about
    things that the inventory has already, and cables within one site."""

    tables: Tables
    refused: Sequence[Problem]
    known: int


def imported(document: InventoryDocument, exports: Iterable[Export], roles: Mapping[str, Role]) -> Imported:
    """Raises BadInventory when the rows would make a row of the document faulty that was good."""
    city, before = drafted(_joined(document, {}))
    gathered = Gathered(city, roles)
    rows: dict[str, list[ExportRow]] = {}
    for export in exports:
        rows.setdefault(export.sort, []).extend(export.rows)
    add_sites(rows.get("sites", []), gathered)
    devices = rows.get("devices", [])
    add_devices(devices, gathered)
    places = {folded(row.get("name")): row.get("site") for row in devices}
    lines = [
        wire for sort in ("cables", "wireless") for wire in wires(sort, rows.get(sort, []), places, gathered)
    ]
    add_links([*lines, *circuits(rows.get("circuits", []), gathered)], gathered)
    tables, faults = _sound(document, gathered.tables, {problem[:2] for problem in before})
    return Imported(tables, sorted([*gathered.refused, *faults], key=_place), gathered.known)


def _sound(
    document: InventoryDocument, tables: Tables, before: set[tuple[str, str]]
) -> tuple[Tables, list[Problem]]:
    """The rows without those that have a fault, and these faults. A row may be faulty for another's want."""
    refused: list[Problem] = []
    while True:
        _, problems = drafted(_joined(document, tables))
        files = {row.file for rows in tables.values() for row in rows.values()}
        ours = [problem for problem in problems if problem.file in files]
        if not ours:
            break
        refused += ours
        bad = {problem.file for problem in ours}
        tables = {
            table: {id: row for id, row in rows.items() if row.file not in bad}
            for table, rows in tables.items()
        }
    if theirs := [problem for problem in problems if problem[:2] not in before]:
        raise BadInventory(theirs)
    return tables, refused


def _joined(document: InventoryDocument, tables: Tables) -> InventoryDocument:
    both = {table: {**rows, **tables.get(table, {})} for table, rows in document.tables.items()}
    return replace(document, tables=both, problems=[*document.problems])


def _place(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.file.rpartition(":")
    return file, int(line) if line.isdigit() else 0
