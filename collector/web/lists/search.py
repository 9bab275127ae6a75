"""The search over all that has a page: incidents, sites and agents, applications, links, providers. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from collector.incidents import Incident
from collector.inventory import City
from collector.notices.title import name_of
from collector.web.lists.asked import address
from collector.web.lists.links import names_of_link
from collector.web.lists.named import Named, application_named, link_named, provider_named, site_named
from collector.web.words import Speaker

SHOWN = 20
"""Of each kind of thing."""


class Hit(NamedTuple):
    """A thing that fits. `also` is a second page about it, `note` a short text beside its name."""

    named: Named
    note: str = ""
    also: Named | None = None


class HitGroup(NamedTuple):
    """The things of one kind. `more` of them are not shown, and `href` leads to a list that has them."""

    label: str
    hits: Sequence[Hit]
    more: int
    href: str


class Search(NamedTuple):
    """`past` is the address of the list that also searches past incidents."""

    find: str
    groups: Sequence[HitGroup]
    past: str


def search(find: str, incidents: Iterable[Incident], city: City, say: Speaker) -> Search:
    """`incidents` are the open ones, and a past one whose id is the text."""
    if not find:
        return Search("", [], "")
    wanted = find.casefold()
    groups = [
        _group(
            "nav_incidents", _incidents(wanted, incidents, city, say), address("/incidents", {}, q=find), say
        ),
        _group("found_sites", _sites(wanted, city, say), address("/", {}, find=find), say),
        _group("applications", _applications(wanted, city), "/applications", say),
        _group("links", _links(wanted, city), address("/links", {}, q=find), say),
        _group("found_providers", _providers(wanted, city), "/links", say),
    ]
    return Search(find, [group for group in groups if group.hits], address("/incidents", {}, q=find))


def _group(label: str, hits: Iterable[Hit], href: str, say: Speaker) -> HitGroup:
    found = list(hits)
    return HitGroup(say(label), found[:SHOWN], max(0, len(found) - SHOWN), href)


def _fits(wanted: str, *texts: str) -> bool:
    return any(wanted in one.casefold() for one in texts)


def _incidents(wanted: str, incidents: Iterable[Incident], city: City, say: Speaker) -> Iterator[Hit]:
    for one in incidents:
        name = name_of(one, city, say.language)
        if _fits(wanted, one.id, one.root, name):
            href = f"/incidents/{quote(one.id, safe='')}"
            since = say("since", at=say.clock(one.began_at))
            yield Hit(Named(f"{name}: {say(f'kind_{one.kind}')}", href), f"{since} · {one.id}")


def _sites(wanted: str, city: City, say: Speaker) -> Iterator[Hit]:
    for id, site in city.sites.items():
        if _fits(wanted, id, site.name, site.subdistrict, site.router):
            agent = Named(say("its_agent"), address("/agents", {}, q=id))
            yield Hit(site_named(id, city), " · ".join(filter(None, (site.district, id))), agent)


def _applications(wanted: str, city: City) -> Iterator[Hit]:
    for id, application in city.applications.items():
        if _fits(wanted, id, application.name, application.url):
            yield Hit(application_named(id, city), application.url)


def _links(wanted: str, city: City) -> Iterator[Hit]:
    for id, link in city.links.items():
        if _fits(wanted, *names_of_link(id, link, city)):
            yield Hit(link_named(id, city), " · ".join(filter(None, (link.contract, id))))


def _providers(wanted: str, city: City) -> Iterator[Hit]:
    for id, provider in city.providers.items():
        if _fits(wanted, id, provider.name):
            yield Hit(provider_named(id, city), id)
