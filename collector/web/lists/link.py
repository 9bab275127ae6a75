"""The page of one link, and the page of one provider with its links. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.state import State
from collector.incidents import Incidents
from collector.incidents.network import PROVIDER
from collector.inventory.city import Provider
from collector.latency import WorkingLatency
from collector.notices.quantities import share
from collector.web.lists.asked import Params
from collector.web.lists.latency import LinkLatency, link_latency
from collector.web.lists.links import STATES, LinkRow, bandwidth, link_rows
from collector.web.lists.named import Named, link_named, provider_named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.lists.ways import LinkState, Way, Ways, by_root
from collector.web.quantities import response_time
from collector.web.status import Entry, entry
from collector.web.verdict import verdict
from collector.web.words import Speaker


class AcrossRow(NamedTuple):
    """A ping that crosses the link."""

    agent: Named
    to: Named
    state: str
    reason: str
    response: str
    loss: str
    age: str


class LinkPage(NamedTuple):
    """`facts` are texts with the keys of their labels."""

    id: str
    name: str
    state: LinkState
    blind: bool
    ends: tuple[Named, Named]
    provider: Named | None
    facts: Sequence[tuple[str, str]]
    incidents: Sequence[Entry]
    rows: Sequence[AcrossRow]
    latency: LinkLatency


class ProviderPage(NamedTuple):
    """`ticket` is the address for fault reports, and `ticket_href` the link to it, "" for none."""

    id: str
    name: str
    blind: bool
    phone: str
    ticket: str
    ticket_href: str
    incidents: Sequence[Entry]
    rows: Sequence[LinkRow]
    pager: Pager


def link_page(
    id: str, ways: Ways, state: State, incidents: Incidents, latency: WorkingLatency, say: Speaker
) -> LinkPage | None:
    """The page; None when the inventory has no such link."""
    city = ways.city
    if id not in city.links:
        return None
    (way,) = ways.ways([id], state, incidents, say.now)
    link = way.link
    return LinkPage(
        id=id,
        name=link_named(id, city).name,
        state=way.state,
        blind=incidents.blind,
        ends=(site_named(link.from_, city), site_named(link.to, city)),
        provider=provider_named(link.provider, city) if link.provider else None,
        facts=[(key, value) for key, value in _facts(id, ways, say) if value],
        incidents=[entry(one, city, say) for one in ways.incidents_of(id, by_root(incidents.open()))],
        rows=list(_across(way, ways, say)),
        latency=link_latency(id, latency, say),
    )


def _facts(id: str, ways: Ways, say: Speaker) -> Iterator[tuple[str, str]]:
    link = ways.city.links[id]
    yield "medium", say(f"medium_{link.medium}")
    yield "contract", link.contract
    yield "bandwidth", bandwidth(link)
    yield "promised", f"{link.sla_percent:g} %" if link.sla_percent is not None else ""
    yield "link_role", say("link_backup" if link.backup else "link_main")
    yield "metered", say("metered_yes") if link.metered else ""
    yield "note", link.note


def _across(way: Way, ways: Ways, say: Speaker) -> Iterator[AcrossRow]:
    for (agent, target), latest in way.pings:
        shown, reason = verdict(latest, say.now)
        other = way.link.to if agent == way.link.from_ else way.link.from_
        yield AcrossRow(
            agent=site_named(agent, ways.city),
            to=site_named(other, ways.city) if other in ways.city.sites else Named(target, ""),
            state=shown,
            reason=say.reason(reason) if reason else "",
            response=response_time(latest) if shown != "unknown" else "",
            loss=share(latest.value("icmp_loss_ratio")) if shown != "unknown" else "",
            age=say.duration(say.now - latest.at) if latest.at else "",
        )


def provider_page(
    id: str,
    ways: Ways,
    state: State,
    incidents: Incidents,
    latency: WorkingLatency,
    params: Params,
    say: Speaker,
) -> ProviderPage | None:
    """The page; None when the inventory has no such provider. Raises BadParameter."""
    city = ways.city
    provider = city.providers.get(id)
    if provider is None:
        return None
    ids = [link for link, its in city.links.items() if its.provider == id]
    its = list(ways.ways(ids, state, incidents, say.now))
    its.sort(key=lambda way: (STATES.index(way.state), way.id))
    page, pager = paged(its, provider_named(id, city).href, params, say)
    opened = incidents.open()
    return ProviderPage(
        id=id,
        name=provider.name,
        blind=incidents.blind,
        phone=provider.phone,
        ticket=provider.ticket,
        ticket_href=_href(provider),
        incidents=[entry(one, city, say) for one in opened if one.root == PROVIDER + id],
        rows=link_rows(page, ways, opened, latency, say),
        pager=pager,
    )


def _href(provider: Provider) -> str:
    if provider.ticket.startswith(("https://", "http://")):
        return provider.ticket
    return f"mailto:{provider.ticket}" if "@" in provider.ticket else ""
