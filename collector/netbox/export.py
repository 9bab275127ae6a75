"""One CSV export of NetBox: which sort of thing it has, and its rows under one set of names. Pure.

The heads are those of NetBox' tables in English, also of older releases, or the names of its bulk import.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from collector.inventory.problem import Problem
from collector.inventory.spreadsheet import BadSheet, plain_rows

Sort = Literal["sites", "devices", "cables", "wireless", "circuits"]

NEEDED: Mapping[Sort, tuple[frozenset[str], ...]] = {
    "circuits": (frozenset({"circuit_id", "provider", "side_a"}),),
    "wireless": (frozenset({"interface_a", "interface_b", "device_a", "device_b"}),),
    "cables": (frozenset({"site_a", "site_b"}), frozenset({"device_a", "device_b"})),
    "devices": (frozenset({"name", "site", "type"}), frozenset({"name", "site", "role", "ip_address"})),
    "sites": (frozenset({"name", "region"}), frozenset({"name", "slug"})),
}
"""The first sort of which an export has all these columns."""
OTHER_NAMES = {
    "cid": "circuit_id",
    "termination_a_device": "device_a",
    "termination_b_device": "device_b",
    "side_a_device": "device_a",
    "side_b_device": "device_b",
    "side_a_site": "site_a",
    "side_b_site": "site_b",
    "termination_z": "side_z",
    "primary_ip": "ip_address",
    "primary_ip4": "ipv4_address",
    "primary_ip6": "ipv6_address",
    "device_role": "role",
    "device_type": "type",
}
ONE_END = frozenset({"termination_a", "termination_b"})
ALL_DATA = 'export "All Data" from NetBox in English'
NOTHING = frozenset({"", "—", "None"})


class ExportRow(NamedTuple):
    """`place` is FILE:LINE. `cells` are by the names of the columns; an empty cell is not there."""

    place: str
    cells: Mapping[str, str]

    def get(self, *names: str) -> str:
        """The first of these cells that is not empty."""
        return next((self.cells[name] for name in names if name in self.cells), "")

    def without(self, name: str) -> "ExportRow":
        return self._replace(cells={key: cell for key, cell in self.cells.items() if key != name})

    def own(self) -> dict[str, str]:
        """The keys of the inventory that custom fields set: `users` for "Pantau users" or pantau_users."""
        return {
            name.removeprefix("pantau_"): cell
            for name, cell in self.cells.items()
            if name.startswith("pantau_")
        }


class Export(NamedTuple):
    sort: Sort
    rows: list[ExportRow]


def parsed(file: str, text: str) -> Export | Problem:
    """The export in a file of that name, or why it is none."""
    try:
        rows = list(plain_rows(text))
    except BadSheet as error:
        return Problem(file, "", f"{error}; {ALL_DATA} again")
    heads = [_name(head) for head in rows[0][1]] if rows else []
    sort = next((sort for sort, ways in NEEDED.items() if any(way <= {*heads} for way in ways)), None)
    if sort is None:
        return Problem(file, "", _no_export(heads))
    return Export(sort, list(_rows(file, heads, rows[1:])))


def _rows(file: str, heads: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[ExportRow]:
    for number, cells in rows:
        yield ExportRow(
            f"{file}:{number}",
            {
                head: " ".join(cell.split())
                for head, cell in zip(heads, cells, strict=False)
                if head and cell not in NOTHING
            },
        )


def _name(head: str) -> str:
    name = re.sub(r"\W+", "_", head.casefold()).strip("_")
    return OTHER_NAMES.get(name, name)


def _no_export(heads: list[str]) -> str:
    if {*heads} >= ONE_END:
        return f"says of cables only their ports; {ALL_DATA}, which has Site A and Site B"
    shown = ", ".join(heads[:6]) or "nothing"
    sorts = "sites, devices, cables, wireless links or circuits"
    return f"has the columns {shown}: no export of {sorts}; {ALL_DATA}"
