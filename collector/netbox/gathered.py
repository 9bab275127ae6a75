"""The rows of the inventory that exports make, and the lines of exports that make none. Pure."""

import re
import unicodedata
from collections.abc import Container, Mapping

from collector.inventory.city import City, Role
from collector.inventory.document import InventoryRow
from collector.inventory.problem import Problem
from collector.netbox.export import ExportRow

COMMA = ","
"""NetBox' numbers have a decimal point, as those of any sheet that commas separate."""


class Gathered:
    """`site_ids` has the id of each site by its name in NetBox, also of sites that a person wrote.

    `known` counts lines about things that the inventory has already, and wires within a site.
    """

    def __init__(self, city: City, roles: Mapping[str, Role]) -> None:
        self.city = city
        self.roles = {folded(word): role for word, role in roles.items()}
        self.tables: dict[str, dict[str, InventoryRow]] = {
            table: {} for table in ("sites", "devices", "links", "providers")
        }
        self.refused: list[Problem] = []
        self.known = 0
        self.site_ids: dict[str, str] = {}
        for id, site in city.sites.items():
            self.site_ids |= {folded(id): id, folded(site.name): id}

    def site(self, name: str) -> str:
        """The id of the site of that name; "" if there is none."""
        return self.site_ids.get(folded(name), "") if name else ""

    def add(self, table: str, id: str, row: ExportRow, values: Mapping[str, str]) -> None:
        """A custom field's key has precedence over a column of NetBox' own."""
        filled = {key: value for key, value in values.items() if value}
        self.tables[table][id] = InventoryRow(row.place, {**filled, **row.own()}, COMMA)

    def refuse(self, row: ExportRow, name: str, what: str) -> None:
        self.refused.append(Problem(row.place, name, what))

    def active(self, row: ExportRow, name: str) -> bool:
        status = row.get("status")
        if status and folded(status) not in ("active", "connected"):
            self.refuse(row, name, f"its status is {status!r}; only active ones are watched")
            return False
        return True


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def slug(name: str) -> str:
    """The name with nothing but a-z, 0-9 and -."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def free(id: str, *taken: Container[str]) -> str:
    """The id, or the id with the first number that makes it another one than those."""
    number, made = 1, id
    while any(made in held for held in taken):
        number += 1
        made = f"{id}-{number}"
    return made
