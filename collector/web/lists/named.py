"""The name of a thing, and the address of the page about it. Pure."""

from typing import NamedTuple
from urllib.parse import quote

from collector.incidents import Incident
from collector.incidents.network import PROVIDER
from collector.inventory import City


class Named(NamedTuple):
    """`href` is "" where there is no page."""

    name: str
    href: str


def site_named(site: str, city: City) -> Named:
    """A site, or a place that is none, as "internet"."""
    if site not in city.sites:
        return Named(site, "")
    return Named(city.sites[site].name, f"/sites/{quote(site, safe='')}")


def provider_named(provider: str, city: City) -> Named:
    if provider not in city.providers:
        return Named(provider, "")
    return Named(city.providers[provider].name, f"/providers/{quote(provider, safe='')}")


def application_named(application: str, city: City) -> Named:
    return Named(city.applications[application].name, f"/applications/{quote(application, safe='')}")


def link_named(link: str, city: City) -> Named:
    """By its ends: nobody knows a link by its id."""
    ends = (site_named(end, city).name for end in (city.links[link].from_, city.links[link].to))
    return Named(" → ".join(ends), f"/links/{quote(link, safe='')}")


def root_named(incident: Incident, city: City) -> Named | None:
    """The thing that the incident is about, or the site of the agent that found it; None without a page."""
    root = incident.root
    if root in city.sites:
        return site_named(root, city)
    if root in city.applications:
        return application_named(root, city)
    if root.startswith(PROVIDER) and root.removeprefix(PROVIDER) in city.providers:
        return provider_named(root.removeprefix(PROVIDER), city)
    return site_named(incident.agent, city) if incident.agent in city.sites else None
