"""`pantau-collector import netbox`: rows of the inventory from NetBox' CSV exports."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from collector.commands.parser import Commands, show_answer
from runtime.errors import UserError

if TYPE_CHECKING:
    from collector.inventory import Role
    from collector.netbox.export import Export


def add(commands: Commands) -> None:
    group = commands.group("import", "take over an inventory that another program keeps")
    what = "write NetBox' sites, devices and links into an inventory, beside the files of a person"
    netbox = group.add("netbox", _netbox, what, commands.as_json)
    netbox.add_argument("inventory", type=Path, metavar="DIR", help="the folder of the inventory")
    files = 'CSV files that NetBox exports as "All Data": sites, devices, cables, wireless links, circuits'
    netbox.add_argument("files", type=Path, nargs="+", metavar="FILE", help=files)
    role = "the role of sites whose group or tag in NetBox is WORD: noc, pop, office or hotspot"
    netbox.add_argument("--role", action="append", default=[], metavar="WORD=ROLE", help=role)


def _netbox(options: argparse.Namespace) -> int:
    from collector.inventory.document import read
    from collector.netbox.imported import imported
    from collector.netbox.written import NAME, put, toml

    roles = _roles(options.role)
    exports = [_export(file) for file in options.files]
    made = imported(read(options.inventory, without=NAME), exports, roles)
    written = put(options.inventory, toml(made.tables))
    counts = {table: len(rows) for table, rows in made.tables.items()}
    answer = {
        "written": written,
        **counts,
        "known": made.known,
        "refused": [one._asdict() for one in made.refused],
    }
    return show_answer(
        options,
        answer,
        [
            *(f"not taken: {one}" for one in made.refused),
            f"taken: {', '.join(f'{table} {count}' for table, count in counts.items())};"
            f" there already or within a site: {made.known}; not taken: {len(made.refused)}",
            f"{written}; see it by: pantau-collector check {options.inventory}",
        ],
    )


def _export(file: Path) -> "Export":
    from collector.inventory.encodings import sheet_text
    from collector.inventory.problem import BadInventory, Problem
    from collector.netbox.export import parsed
    from runtime.files.reading import data
    from runtime.files.text import NotText

    try:
        found = parsed(file.name, sheet_text(data(file)))
    except OSError as error:
        found = Problem(str(file), "", f"{error.strerror}; name a file that NetBox exported")
    except NotText as error:
        found = Problem(str(file), "", str(error))
    if isinstance(found, Problem):
        raise BadInventory([found])
    return found


def _roles(given: Sequence[str]) -> "Mapping[str, Role]":
    from collector.netbox.sites import ROLES

    roles: dict[str, Role] = {}
    for one in given:
        word, _, role = one.partition("=")
        known = next((known for known in ROLES if known == role.strip()), None)
        if not word.strip() or known is None:
            raise UserError(f"--role {one}: write WORD=ROLE, and as role {', '.join(ROLES)}")
        roles[word] = known
    return roles
