"""The links as ways to the collector's place, the NOC. The NOC's own uplinks are turned round. Sans-IO."""

from collections.abc import Collection, Mapping

Ways = Mapping[str, Collection[str]]


def oriented(uplinks: Ways, nocs: Collection[str]) -> dict[str, list[str]]:
    """Each site's ways to a NOC. Places above a NOC, by the links, come below the NOC.

    If a NOC has a link to the internet, the internet comes below it too, with the sites behind it. If one NOC
    is below another, the upper NOC is the collector's place.
    """
    places = [noc for noc in sorted(nocs) if not _above(noc, uplinks) & set(nocs)]
    core = set(places).union(*(_above(place, uplinks) for place in places))
    ways = {site: list(above) for site, above in uplinks.items() if site not in core}
    ways |= {site: [] for site in core}
    for site in sorted(core & uplinks.keys()):
        for up in uplinks[site]:
            if up not in places:
                ways.setdefault(up, []).append(site)
    return {site: ways[site] for site in sorted(ways)}


def _above(site: str, uplinks: Ways) -> set[str]:
    above: set[str] = set()
    to_see = [site]
    while to_see:
        for up in uplinks.get(to_see.pop(), ()):
            if up not in above:
                above.add(up)
                to_see.append(up)
    return above - {site}
