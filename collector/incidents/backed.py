"""The sites with a backup beside their main ways. Pure."""

from collections.abc import Collection, Mapping

from collector.inventory import INTERNET, Topology

Ways = Mapping[str, Collection[str]]


def mains_of(tree: Topology, uplinks: Ways) -> dict[str, list[str]]:
    """By site with a backup, the next places of its main ways.

    A main way across the internet is left out: no ping is lost with it that the backup does not carry too.
    `uplinks` are the ways to the core, so a site of the core has none.
    """
    mains = {}
    for site, ways in tree.uplinks.items():
        its = list(dict.fromkeys(up.link.to for up in ways if not up.link.backup))
        has_backup = any(up.link.backup for up in ways)
        if its and has_backup and INTERNET not in its and set(its) <= set(uplinks.get(site, ())):
            mains[site] = its
    return mains
