"""The neighbours, and the check of the declared tree, as a terminal shows them. Pure."""

from collections.abc import Iterator, Sequence

from collector.neighbors import Difference, SeenNeighbor, TopologyCheck

HEAD = ("SITE", "DEVICE", "PORT", "NEIGHBOUR", "ITS PORT", "IS")
NOBODY_KNOWS = "-"
NONE = (
    "no device reports neighbours now, so nothing is compared; "
    "poll routers and switches by SNMP, and switch LLDP on there"
)


def table(seen: Sequence[SeenNeighbor]) -> Iterator[str]:
    """One line for each neighbour."""
    if not seen:
        yield NONE
        return
    rows = [HEAD, *sorted(_row(one) for one in seen)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def check(found: TopologyCheck) -> Iterator[str]:
    """The differences, each with a remedy, then the counts."""
    if not found.neighbors:
        yield NONE
        return
    yield from (_difference(one) for one in found.differences)
    links = len(found.confirmed) + len(found.unconfirmed) + len(found.unheard)
    shown = f"{len(found.confirmed)} of {links} links between sites"
    yield f"{shown} are confirmed; devices report {found.neighbors} neighbours"
    if found.unconfirmed:
        yield f"not seen, though a device at an end sees neighbours: {', '.join(found.unconfirmed)}"
    if found.unheard:
        yield f"{len(found.unheard)} links have no device at either end that reports neighbours"
    if found.unmatched:
        names = dict.fromkeys(_named(one) for one in found.unmatched)
        yield f"not compared, since their names tell no site: {', '.join(names)}"
    yield f"differences: {len(found.differences)}"


def _difference(one: Difference) -> str:
    seen = one.neighbor
    here = f"{seen.site}, {seen.device}, port {seen.port}"
    there = f"the neighbour {seen.name!r} is {seen.is_site}"
    if one.kind == "alias":
        link = f"link {one.link} to {one.expected}" if one.link else one.expected
        return f"{here}: its alias {seen.alias!r} says {link}, but {there}; correct the alias, or the link"
    if one.kind == "elsewhere":
        return f"links.{one.link}: nothing confirms it; {here}: {there}; correct the link, or add one"
    return f"{here}: {there}, and no link joins {seen.site} and {seen.is_site}; add it to [links]"


def _row(one: SeenNeighbor) -> tuple[str, ...]:
    return (
        one.site,
        one.device,
        one.port or NOBODY_KNOWS,
        one.name or one.chassis or NOBODY_KNOWS,
        one.remote_port or NOBODY_KNOWS,
        one.is_site or ("? " + ", ".join(one.may_be) if one.may_be else NOBODY_KNOWS),
    )


def _named(one: SeenNeighbor) -> str:
    choice = f" ({' or '.join(one.may_be)})" if one.may_be else ""
    return f"{one.name or one.chassis or 'one without a name'}{choice} at {one.site}"
