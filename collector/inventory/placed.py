"""The table `[devices]`: devices apart from their sites, as devices.csv has them. A key is "SITE/NAME"."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from collector.inventory.build import build
from collector.inventory.city import Device, Site
from collector.inventory.devices import NAMED
from collector.inventory.document import InventoryDocument, InventoryRow
from collector.inventory.problem import Problem

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
KEY = '"SITE/NAME"'


def with_placed(sites: Mapping[str, Site], document: InventoryDocument) -> dict[str, Site]:
    """The sites, each with its devices of that table. It adds each fault to the document's problems."""
    placed = dict(sites)
    for key, row in document.tables["devices"].items():
        site, _, name = key.partition("/")
        problems = document.problems
        known = len(problems)
        device = build(Device, _with_sort(row, name), f"devices.{key}", problems)
        if what := _misplaced(site, name, placed):
            problems.append(Problem(row.file, f"devices.{key}", what))
        if len(problems) == known:
            placed[site] = _with(placed[site], name, device)
    return placed


def as_placed(document: InventoryDocument, site: str, key: str) -> tuple[str, str] | None:
    """The file and key of a fault that the checks see at a site's device; None if it stands at the site."""
    for name in NAMED:
        key = key if key != name else f"devices.{name}.address"
    found = re.fullmatch(r"devices\.(.+)\.(\w+)", key)
    row = found and document.tables["devices"].get(f"{site}/{found[1]}")
    return (row.file, f"devices.{site}/{found[1]}.{found[2]}") if found and row else None


def _with_sort(row: InventoryRow, name: str) -> InventoryRow:
    if not NAMED.get(name) or not isinstance(row.values, dict):
        return row
    return row.inner({"snmp": NAMED[name], **row.values})


def _misplaced(site: str, name: str, sites: Mapping[str, Site]) -> str:
    if not name:
        return f"a device's key is {KEY} in quotes; or write it as devices.NAME at its site"
    if site not in sites:
        return f"{site!r} is not in [sites]; add it there, or correct it"
    if not NAME.fullmatch(name):
        return f"{name!r}: write a name of at most 64 of a-z, 0-9, '.', '_' and -"
    if name in sites[site].devices or (name in NAMED and getattr(sites[site], name)):
        return f"stands at sites.{site} too; keep one of them"
    return ""


def _with(site: Site, name: str, device: Device) -> Site:
    here: dict[str, Any] = {name: device.address} if name in NAMED else {}
    return replace(site, devices={**site.devices, name: device}, **here)
