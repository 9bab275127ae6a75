"""The list of the links: both ends, provider and contract, and the state now. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, get_args

from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.inventory import City, Link
from collector.inventory.city import Medium
from collector.latency import WorkingLatency
from collector.notices.quantities import share, time
from collector.web.lists.asked import FilterField, Params, choice, text
from collector.web.lists.latency import latency_week
from collector.web.lists.named import Named, link_named, provider_named
from collector.web.lists.pager import Pager, paged
from collector.web.lists.ways import LinkState, Way, Ways, by_root
from collector.web.verdict import verdict
from collector.web.words import Speaker

PATH = "/links"
STATES: tuple[LinkState, ...] = get_args(LinkState)
"""Trouble first."""
MEDIA: tuple[Medium, ...] = get_args(Medium)


class LinkRow(NamedTuple):
    """`incidents` are open ones: their ids and words. `latency` is "" while it is not known."""

    id: str
    named: Named
    state: LinkState
    medium: str
    provider: Named | None
    contract: str
    bandwidth: str
    promised: str
    measured: str
    latency: str
    incidents: Sequence[tuple[str, str]]


class LinkList(NamedTuple):
    fields: Sequence[FilterField]
    counts: Sequence[tuple[LinkState, int]]
    rows: Sequence[LinkRow]
    pager: Pager
    filtered: bool
    blind: bool


def link_list(
    ways: Ways,
    state: State,
    incidents: Incidents,
    latency: WorkingLatency,
    params: Params,
    say: Speaker,
) -> LinkList:
    """Raises BadParameter."""
    city = ways.city
    wanted = choice(params, "state", STATES)
    every = list(ways.ways(_found(city, params), state, incidents, say.now))
    found = sorted(
        (way for way in every if not wanted or way.state == wanted),
        key=lambda way: (STATES.index(way.state), way.id),
    )
    page, pager = paged(found, PATH, params, say)
    known = [way.state for way in every]
    return LinkList(
        fields=list(_fields(params, city, say)),
        counts=[(one, known.count(one)) for one in STATES if one in known],
        rows=link_rows(page, ways, incidents.open(), latency, say),
        pager=pager,
        filtered=any(params.get(key) for key in ("q", "state", "medium", "provider")),
        blind=incidents.blind,
    )


def _found(city: City, params: Params) -> Iterator[str]:
    """Raises BadParameter."""
    medium = choice(params, "medium", MEDIA)
    provider = choice(params, "provider", {link.provider for link in city.links.values()})
    find = text(params, "q").casefold()
    for id, link in city.links.items():
        fits = (not medium or link.medium == medium) and (not provider or link.provider == provider)
        if fits and (not find or any(find in one.casefold() for one in names_of_link(id, link, city))):
            yield id


def names_of_link(id: str, link: Link, city: City) -> Iterator[str]:
    """The texts by which people look for it."""
    yield from (id, link.contract, link.from_, link.to)
    yield from (city.sites[end].name for end in (link.from_, link.to) if end in city.sites)
    if link.provider in city.providers:
        yield city.providers[link.provider].name


def _fields(params: Params, city: City, say: Speaker) -> Iterator[FilterField]:
    def select(key: str, label: str, options: Iterable[tuple[str, str]]) -> FilterField:
        return FilterField(key, say(label), "select", params.get(key, ""), [("", say("any")), *options])

    used = sorted({link.provider for link in city.links.values()} - {""})
    yield FilterField("q", say("filter_text"), "search", text(params, "q"))
    yield select("state", "filter_state", ((one, say(f"link_{one}")) for one in STATES))
    yield select("medium", "medium", ((one, say(f"medium_{one}")) for one in MEDIA))
    yield select("provider", "provider", ((one, provider_named(one, city).name) for one in used))


def link_rows(
    some: Iterable[Way], ways: Ways, opened: list[Incident], latency: WorkingLatency, say: Speaker
) -> list[LinkRow]:
    roots = by_root(opened)
    return [
        _row(way, ways, ways.incidents_of(way.id, roots), latency_week(way.id, latency, say), say)
        for way in some
    ]


def _row(way: Way, ways: Ways, about: Sequence[Incident], latency: str, say: Speaker) -> LinkRow:
    link, city = way.link, ways.city
    return LinkRow(
        id=way.id,
        named=link_named(way.id, city),
        state=way.state,
        medium=say(f"medium_{link.medium}"),
        provider=provider_named(link.provider, city) if link.provider else None,
        contract=link.contract,
        bandwidth=bandwidth(link),
        promised=f"{link.sla_percent:g} %" if link.sla_percent is not None else "",
        measured=_measured(way, say.now),
        latency=latency,
        incidents=[(one.id, say(f"kind_{one.kind}")) for one in about],
    )


def bandwidth(link: Link) -> str:
    """Down and up, in Mbit/s; "" if the inventory has neither."""
    rates = [f"{arrow} {mbps:g}" for arrow, mbps in (("↓", link.down_mbps), ("↑", link.up_mbps)) if mbps]
    return " ".join([*rates, "Mbit/s"]) if rates else ""


def _measured(way: Way, now: float) -> str:
    """The least round-trip time and its loss, of what is fresh."""
    known = [
        (rtt, latest.value("icmp_loss_ratio"))
        for _, latest in way.pings
        if verdict(latest, now)[0] == "up" and (rtt := latest.value("icmp_rtt_median_seconds")) is not None
    ]
    if not known:
        return ""
    rtt, loss = min(known, key=lambda one: one[0])
    return ", ".join(filter(None, (time(rtt), share(loss) if loss else "")))
