"""The site's ways up, and the sites right below it, trouble first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from collector.incidents import State as SiteState
from collector.inventory import Link
from collector.web.lists.latency import latency_week
from collector.web.lists.links import bandwidth
from collector.web.lists.named import Named, link_named, provider_named, site_named
from collector.web.lists.ways import LinkState
from collector.web.site.sight import Sight
from collector.web.tiles import TROUBLE_FIRST
from collector.web.words import Speaker

CHILDREN_SHOWN = 30


class LinkUp(NamedTuple):
    """A link up. `state` is "" for a place that is no site, as the internet. `facts` are texts.

    `latency` is "" while it is not known.
    """

    to: Named
    state: SiteState | str
    link: Named
    link_state: LinkState
    provider: Named | None
    facts: str
    latency: str


class SiteBelow(NamedTuple):
    named: Named
    state: SiteState
    on_backup: bool


class Surroundings(NamedTuple):
    """`counts` are those of all children. So many are `left_out`; `rest_href` leads to all of them."""

    ways_up: Sequence[LinkUp]
    counts: Mapping[SiteState, int]
    children: Sequence[SiteBelow]
    left_out: int
    rest_href: str


def family(site: str, sight: Sight, say: Speaker) -> Surroundings:
    city, incidents = sight.state.city, sight.incidents
    below = [(incidents.site_state(child), child) for child in sight.ways.children(site)]
    below.sort(key=lambda one: (TROUBLE_FIRST.index(one[0]), city.sites[one[1]].name))
    states, on_backup = [state for state, _ in below], frozenset(incidents.sites_on_backup())
    return Surroundings(
        ways_up=list(_ways_up(site, sight, say)),
        counts={state: states.count(state) for state in TROUBLE_FIRST if state in states},
        children=[
            SiteBelow(site_named(child, city), state, child in on_backup)
            for state, child in below[:CHILDREN_SHOWN]
        ],
        left_out=max(0, len(below) - CHILDREN_SHOWN),
        rest_href="/links?" + urlencode({"q": city.sites[site].name}),
    )


def _ways_up(site: str, sight: Sight, say: Speaker) -> Iterator[LinkUp]:
    city = sight.state.city
    for way in sight.ways.ways(sight.ways.ups(site), sight.state, sight.incidents, say.now):
        link = way.link
        yield LinkUp(
            to=site_named(link.to, city),
            state=sight.incidents.site_state(link.to) if link.to in city.sites else "",
            link=link_named(way.id, city),
            link_state=way.state,
            provider=provider_named(link.provider, city) if link.provider else None,
            facts=", ".join(filter(None, _facts(link, say))),
            latency=latency_week(way.id, sight.latency, say),
        )


def _facts(link: Link, say: Speaker) -> Iterator[str]:
    yield say(f"medium_{link.medium}")
    yield say("link_backup") if link.backup else ""
    yield bandwidth(link)
    yield say("sla", percent=f"{link.sla_percent:g}") if link.sla_percent is not None else ""
    yield link.note
