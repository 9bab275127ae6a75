"""The people on duty for an incident, and the providers to call about a link. Sans-IO."""

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from collector.incidents import Incident
from collector.incidents.blamed import blamed
from collector.incidents.network import PROVIDER
from collector.inventory import City, Link, Topology, rota_of
from collector.inventory.targets import INTERNET, UPLINK
from collector.notices.places import places
from collector.notices.title import affected

LINK_SUSPECTED = frozenset({"site_down", "target_down", "path_lost", "degraded", "flapping", "on_backup"})
"""The kinds of incidents of which a link may be the cause."""
LINK_TO_BLAME = ("", "link", "provider")
"""By these causes of a person a link is still the cause, or may be."""


class Contact(Struct, frozen=True):
    """A person or desk to call."""

    name: str
    phone: str = ""


class ProviderContact(Struct, frozen=True):
    """A company to call about these contracts. `ticket` is an address or URL for fault reports."""

    name: str
    phone: str = ""
    ticket: str = ""
    contracts: list[str] = []


def on_duty(incident: Incident, city: City, at: float) -> list[Contact]:
    """The people on duty at that time for the place of the incident; of an application, for its owner's.

    Nobody needs to be called about a thing of severity info.
    """
    if not city.duty or incident.severity == "info":
        return []
    people = rota_of(city).on_duty(_districts(incident, city), at)
    return [Contact(city.duty[id].name, city.duty[id].phone) for id in people]


def providers(incident: Incident, city: City) -> list[ProviderContact]:
    """The providers of the links that are the cause, or may be, as far as the clues do not deny it."""
    if blamed(incident) not in LINK_TO_BLAME:
        return []
    return [
        ProviderContact(provider.name, provider.phone, provider.ticket, contracts(links))
        for provider, links in ((city.providers[id], its) for id, its in suspected(incident, city).items())
    ]


def suspected(incident: Incident, city: City) -> dict[str, list[Link]]:
    """The links that are the cause, or may be, by provider."""
    by_provider: dict[str, list[Link]] = {}
    if city.providers and incident.kind in LINK_SUSPECTED and incident.cause in LINK_TO_BLAME:
        for link in _suspected(incident, city):
            known = by_provider.setdefault(link.provider, [])
            known += [link] if link not in known else []
    return {id: links for id, links in by_provider.items() if id in city.providers}


def contracts(links: Iterable[Link]) -> list[str]:
    """Each contract of the links once."""
    return list(dict.fromkeys(link.contract for link in links if link.contract))


def _districts(incident: Incident, city: City) -> set[str]:
    application = city.applications.get(incident.root)
    owned = application is not None and application.owner in city.sites
    sites = [application.owner] if application and owned else places(incident, city.sites)
    return {city.sites[site].district for site in sites}


def _suspected(incident: Incident, city: City) -> Iterator[Link]:
    """The main links of the site; of the internet, the links of the affected sites' ways that lead there."""
    root, agent = incident.root, incident.agent
    if incident.kind == "path_lost":
        yield from _ways_out(incident, city)
    elif root in city.sites:
        yield from _main_links([root], city)
    elif root.startswith(PROVIDER):
        links = _main_links(affected(incident), city)
        yield from (link for link in links if link.provider == root.removeprefix(PROVIDER))
    elif root == UPLINK:
        yield from _main_links([agent], city)
    elif root.rstrip("0123456789") == INTERNET:
        topology = Topology(city.sites, city.links)
        for site in affected(incident) or (agent,):
            if site in city.sites:
                yield from (link for link in topology.path(site) if link.to == INTERNET)


def _ways_out(incident: Incident, city: City) -> list[Link]:
    """The links by which the traffic of the affected sites leaves the city, each once."""
    topology = Topology(city.sites, city.links)
    found = (topology.way_out(site) for site in affected(incident) if site in city.sites)
    return list(dict.fromkeys(link for link in found if link is not None))


def _main_links(sites: Collection[str], city: City) -> list[Link]:
    links = [link for _, link in sorted(city.links.items()) if link.from_ in sites]
    return [link for link in links if not link.backup] or links
