"""The last lines of a notice: the thing to do, and the people to call. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.incidents import Incident
from collector.incidents.blamed import blamed
from collector.incidents.network import PROVIDER, RING_OF_INTERNET
from collector.inventory import City, Link, Site
from collector.inventory.targets import GATEWAY, INTERNET, RESOLVER, UPLINK

ABBREVIATED = ("lte", "vsat")
"""Media whose names are the same in all languages."""
ACTED_ON = frozenset({"power", "link", "provider", "device"})
"""The causes of a site's outage of which each has a thing to do."""


class Line(NamedTuple):
    """A text of texts.py by its key, with its values."""

    key: str
    values: Mapping[str, str] = {}


def actions(incident: Incident, city: City) -> Iterator[Line]:
    """The thing to do, in the order of the notice."""
    match incident.kind:
        case "site_down":
            yield from _outage(incident, city)
        case "power_cut":
            yield from (Line("do_power"), Line("held"))
        case "target_down":
            yield Line(_target(incident, city))
        case "application_down":
            yield Line("application_down_here" if incident.scope == "here" else "application_down")
        case "path_lost":
            yield Line(lost_path(incident))
        case "agent_trouble":
            yield Line(f"agent_trouble_{incident.probe}")
        case "on_backup":
            yield from _on_backup(incident, city)
        case "certificate_expiry":
            served = incident.root in city.applications
            yield Line("certificate_expiry" if served else "certificate_of_pantau")
        case _:
            yield Line(incident.kind)


def lost_path(incident: Incident) -> str:
    """The key of the texts about a path of all providers, or about one provider's way out."""
    of_one = incident.root.startswith(PROVIDER)
    return f"path_lost_{'provider' if of_one else incident.root.removeprefix(RING_OF_INTERNET)}"


def calls(incident: Incident, city: City) -> Iterator[Line]:
    """The people to call, by name and number."""
    application = city.applications.get(incident.root)
    place = (
        application.owner if application else incident.root if incident.root in city.sites else incident.agent
    )
    site = city.sites.get(place)
    if site is None or incident.kind == "agent_silent":
        return
    if application is not None:
        yield Line("owner_call" if site.contact else "owner", {"name": site.name, "contact": site.contact})
    elif site.contact:
        yield Line("call", {"name": site.name, "contact": site.contact})


def _outage(incident: Incident, city: City) -> Iterator[Line]:
    """At a place that others hang below: its power and its link. Elsewhere: things that anybody can see."""
    root = city.sites.get(incident.root)
    several = len(incident.affected_now) > 1
    if (cause := blamed(incident)) in ACTED_ON:
        radio = cause == "link" and _medium(incident.root, city) == "radio"
        yield Line("do_link_radio" if radio else f"do_{cause}")
    elif root is None or (not several and root.role not in ("pop", "noc")):
        yield Line("site_down")
    else:
        yield _check_way_up(incident, city, root)
    if several:
        yield Line("held")


def _medium(site: str, city: City) -> str:
    links = sorted((link.backup, id) for id, link in city.links.items() if link.from_ == site)
    return city.links[links[0][1]].medium if links else ""


def _check_way_up(incident: Incident, city: City, root: Site) -> Line:
    ups = [link.to for link in city.links.values() if link.from_ == incident.root and not link.backup]
    names = ", ".join(city.sites[up].name if up in city.sites else up for up in ups)
    return Line("uplink_down" if names else "uplink_down_alone", {"name": root.name, "uplinks": names})


def _on_backup(incident: Incident, city: City) -> Iterator[Line]:
    """Each backup by provider and contract, and the cost of a metered one."""
    yield Line("on_backup")
    for _, link in sorted(city.links.items()):
        if link.from_ == incident.root and link.backup:
            yield Line("backup_metered" if link.metered else "backup", {"backup": _way(link, city)})


def _way(link: Link, city: City) -> str:
    """Its medium, provider and contract; or else the place that it leads to."""
    provider, to = city.providers.get(link.provider), city.sites.get(link.to)
    medium = link.medium.upper() if link.medium in ABBREVIATED else ""
    parts = medium, provider.name if provider else link.provider, link.contract
    return ", ".join(filter(None, parts)) or (to.name if to else link.to)


def _target(incident: Incident, city: City) -> str:
    if incident.root in city.sites:
        return "target_down_router"
    name = incident.root.rstrip("0123456789")
    return f"target_down_{name}" if name in (GATEWAY, UPLINK, INTERNET, RESOLVER) else "target_down"
