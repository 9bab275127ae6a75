"""NetBox' devices as those of the inventory's sites. Pure."""

import re
from collections import Counter
from collections.abc import Iterable

from collector.netbox.export import ExportRow
from collector.netbox.gathered import Gathered, free, slug

ROUTER = frozenset({"router", "gateway", "cpe"})
UPS = "ups"
SPEAKS_SNMP = frozenset(
    [
        "apc",
        "mikrotik",
        "ubiquiti",
        "cambium",
        "mimosa",
        "cisco",
        "huawei",
        "zte",
        "ruijie",
        "juniper",
        "aruba",
        "teltonika",
        "tp-link",
        "d-link",
        "v-sol",
        "bdcom",
        "fiberhome",
        "nokia",
        "eaton",
    ]
)
"""Manufacturers of network devices: the agent finds out how to read each."""
APC = "apc"


def add_devices(rows: Iterable[ExportRow], gathered: Gathered) -> None:
    usable = [row for row in rows if _usable(row, gathered)]
    heads = Counter((gathered.site(row.get("site")), _place(row)) for row in usable)
    for row in usable:
        site, place, address = gathered.site(row.get("site")), _place(row), _address(row)
        if _known(gathered, site, address):
            gathered.known += 1
            continue
        alone = place and heads[site, place] == 1 and not _taken(gathered, site, place)
        name = place if alone else _name(gathered, site, row)
        sort = _sort(row, place)
        gathered.add("devices", f"{site}/{name}", row, {"address": address, "snmp": sort})


def _usable(row: ExportRow, gathered: Gathered) -> bool:
    name = row.get("name")
    if not name:
        gathered.refuse(row, "a device", "has no name; give it one in NetBox")
    elif not gathered.active(row, name):
        pass
    elif not _address(row):
        gathered.refuse(row, name, "has no primary IP address, so no agent can poll it; set it in NetBox")
    elif not gathered.site(row.get("site")):
        what = f"its site {row.get('site')!r} is not taken; see the line of the site, or export the sites too"
        gathered.refuse(row, name, what)
    else:
        return True
    return False


def _address(row: ExportRow) -> str:
    """Without the length of the prefix."""
    return row.get("ip_address", "ipv4_address", "ipv6_address").partition("/")[0]


def _place(row: ExportRow) -> str:
    """router or ups, if its role says so; else ""."""
    words = {*re.findall(r"[a-z]+", row.get("role").casefold())}
    return "router" if words & ROUTER else UPS if UPS in words else ""


def _taken(gathered: Gathered, site: str, place: str) -> bool:
    held = gathered.city.sites.get(site)
    return held is not None and (bool(getattr(held, place)) or place in held.devices)


def _known(gathered: Gathered, site: str, address: str) -> bool:
    held = gathered.city.sites.get(site)
    addresses = {device.address for device in held.devices.values()} | {held.router} if held else set()
    return address in addresses


def _name(gathered: Gathered, site: str, row: ExportRow) -> str:
    """One that no device of the site has."""
    held = gathered.city.sites.get(site)
    here = {f"{site}/{name}" for name in ("router", UPS, *(held.devices if held else ()))}
    wanted = slug(row.get("name"))[:60] or "device"
    return free(f"{site}/{wanted}", here, gathered.tables["devices"]).partition("/")[2]


def _sort(row: ExportRow, place: str) -> str:
    """A device of which nothing is known is in the inventory, and nobody polls it until a person says how."""
    makers = {*row.get("manufacturer").casefold().split()}
    if place == UPS:
        return APC if APC in makers else UPS
    return "auto" if makers & SPEAKS_SNMP else ""
