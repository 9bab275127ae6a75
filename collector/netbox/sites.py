"""NetBox' sites as those of the inventory. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from collector.inventory.city import Role
from collector.inventory.problem import listed
from collector.netbox.export import ExportRow
from collector.netbox.gathered import Gathered, folded, slug

ROLES: tuple[Role, ...] = get_args(Role)
WORDS: dict[str, Role] = {**{role: role for role in ROLES}, "kantor": "office"}


def add_sites(rows: Iterable[ExportRow], gathered: Gathered) -> None:
    rows = list(rows)
    usual = _spellings(rows, gathered)
    for row in rows:
        name = row.get("name")
        id = row.get("slug") or slug(name)
        if known := gathered.site(name) or (gathered.site(id)):
            if known in gathered.tables["sites"]:
                place = gathered.tables["sites"][known].file
                gathered.refuse(row, name, f"stands in {place} too; give one another name or slug in NetBox")
            else:
                gathered.site_ids[folded(name)] = known
                gathered.known += 1
        elif not name:
            gathered.refuse(row, id, "has no name; give it one in NetBox")
        elif gathered.active(row, name) and (role := _role(row, gathered)):
            gathered.site_ids |= {folded(name): id, folded(id): id}
            gathered.add("sites", id, row.without("pantau_role"), _values(row, name, role, usual))


def _values(row: ExportRow, name: str, role: str, usual: dict[str, str]) -> dict[str, str]:
    values = {
        "role": role,
        "name": name,
        "district": usual.get(_letters(row.get("region")), ""),
        "contact": row.get("contacts", "contact_name"),
        "note": row.get("description", "facility"),
    }
    if row.get("latitude") and row.get("longitude"):
        values |= {"latitude": row.get("latitude"), "longitude": row.get("longitude")}
    return values


def _role(row: ExportRow, gathered: Gathered) -> str:
    """The role that a custom field, the group or the tags name; "" after a refusal."""
    if own := row.own().get("role"):
        return WORDS.get(folded(own), own)
    found = dict.fromkeys(_named(row, gathered))
    if len(found) == 1:
        return next(iter(found))
    what = f"its group and tags name the roles {' and '.join(found)}" if found else "nothing names its role"
    remedy = f"give it a group or tag {listed(ROLES)} in NetBox, or add --role WORD=ROLE"
    gathered.refuse(row, row.get("name"), f"{what}; {remedy}")
    return ""


def _named(row: ExportRow, gathered: Gathered) -> Iterator[Role]:
    """A word that --role explains counts before those that are roles."""
    phrases = [row.get("group"), *row.get("tags").split(",")]
    explained = [gathered.roles[folded(one)] for one in phrases if folded(one) in gathered.roles]
    yield from explained
    if not explained:
        for phrase in phrases:
            yield from (WORDS[word] for word in re.findall(r"\w+", phrase.casefold()) if word in WORDS)


def _spellings(rows: Iterable[ExportRow], gathered: Gathered) -> dict[str, str]:
    """Each district as a person writes it, or as most sites in NetBox do."""
    usual: dict[str, str] = {}
    written = [site.district for site in gathered.city.sites.values()]
    exported = [row.get("region") for row in rows]
    for district in [*dict.fromkeys(written), *(name for name, _ in Counter(exported).most_common())]:
        usual.setdefault(_letters(district), district)
    return usual


def _letters(district: str) -> str:
    return re.sub(r"[\W_]", "", district).casefold()
