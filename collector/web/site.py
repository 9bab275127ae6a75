"""The content of a site's page: the agent's own state, and its measurements. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.agents import OWN, AgentState, Latest, ProbeState
from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.incidents import State as SiteState
from collector.inventory import City, Link, Site
from collector.notices.quantities import share
from collector.web.quantities import response_time
from collector.web.status import Entry, entry
from collector.web.tiles import TROUBLE_FIRST
from collector.web.verdict import verdict
from collector.web.words import Speaker

LEDGER = {
    "taken": "agent_taken_measurements_total",
    "stored": "agent_stored_measurements_total",
    "dropped": "agent_dropped_measurements_total",
    "rejected": "agent_rejected_measurements_total",
    "spooled": "agent_spooled_measurements",
}
MAX_PROBES = 500
"""A NOC's agent may have thousands."""


class ProbeLine(NamedTuple):
    """A measurement."""

    target: str
    address: str
    kind: str
    state: ProbeState
    reason: str
    response: str
    loss: str
    age: str


class SitePage(NamedTuple):
    """`facts` and `agent` are texts with the keys of their labels. `left_out` lines are not shown.

    `blind`: the page shows the last known state. `geo` is the URI of the place (RFC 5870), or "".
    """

    id: str
    name: str
    state: SiteState
    blind: bool
    incidents: Sequence[Entry]
    facts: Sequence[tuple[str, str]]
    agent: Sequence[tuple[str, str]]
    on_backup: bool
    silent: bool
    conditions: Sequence[str]
    lines: Sequence[ProbeLine]
    left_out: int
    geo: str


def site_page(site: str, state: State, incidents: Incidents, say: Speaker) -> SitePage | None:
    """The page; None when the inventory has no such site."""
    city, agent = state.city, state.agents.get(site)
    if agent is None:
        return None
    probes = sorted(_probes(agent), key=lambda one: _trouble_first(one, say.now))
    hearing = state.hearing(agent, say.now)
    return SitePage(
        id=site,
        name=city.sites[site].name,
        state=incidents.site_state(site),
        blind=incidents.blind,
        incidents=[entry(one, city, say) for one in incidents.open() if _concerns(one, site)],
        facts=[(key, value) for key, value in _facts(site, city, say) if value],
        agent=[(key, value) for key, value in _agent(agent, hearing, say) if value],
        on_backup=incidents.on_backup(site) is True,
        silent=hearing == "silent",
        conditions=[say.condition(code) for code in _conditions(agent, say.now)],
        lines=[_line(latest, say) for latest in probes[:MAX_PROBES]],
        left_out=max(0, len(probes) - MAX_PROBES),
        geo=_geo(city.sites[site]),
    )


def _probes(agent: AgentState) -> Iterator[Latest]:
    """The lines of the agent's probes."""
    for kind, by_target in agent.probes.items():
        if kind != OWN[0]:
            yield from by_target.values()


def _trouble_first(latest: Latest, now: float) -> tuple[int, str, str]:
    return TROUBLE_FIRST.index(verdict(latest, now)[0]), latest.target, latest.kind


def _concerns(incident: Incident, site: str) -> bool:
    return site in (incident.root, incident.agent, *incident.affected_now)


def _facts(site: str, city: City, say: Speaker) -> Iterator[tuple[str, str]]:
    place = city.sites[site]
    yield "role", say(f"role_{place.role}")
    yield "place", ", ".join(filter(None, (place.subdistrict, place.district)))
    yield "router", place.router
    yield "feeder", place.feeder
    yield "coordinates", _coordinates(place, say)
    yield "way_up", "; ".join(_way(link, city, say) for link in city.links.values() if link.from_ == site)
    yield "contact", place.contact
    yield "users_label", str(place.users) if place.users else ""
    yield "note", place.note


def _way(link: Link, city: City, say: Speaker) -> str:
    provider = city.providers.get(link.provider)
    to = city.sites[link.to].name if link.to in city.sites else link.to
    name = provider.name if provider else link.provider
    parts = to, say(f"medium_{link.medium}"), name, _bandwidth(link), _sla(link, say), link.note
    return ", ".join(filter(None, parts))


def _bandwidth(link: Link) -> str:
    """Down and up, in Mbit/s; "" if the inventory has neither."""
    rates = [f"{arrow} {mbps:g}" for arrow, mbps in (("↓", link.down_mbps), ("↑", link.up_mbps)) if mbps]
    return " ".join([*rates, "Mbit/s"]) if rates else ""


def _sla(link: Link, say: Speaker) -> str:
    return say("sla", percent=f"{link.sla_percent:g}") if link.sla_percent is not None else ""


def _geo(place: Site) -> str:
    known = place.latitude is not None and place.longitude is not None
    return f"geo:{place.latitude},{place.longitude}" if known else ""


def _coordinates(place: Site, say: Speaker) -> str:
    if place.latitude is None or place.longitude is None:
        return ""
    where = f"{place.latitude:.5f}, {place.longitude:.5f}"
    quality = place.coordinate_quality
    return f"{where} ({say(f'coordinates_{quality}')})" if quality else where


def _agent(agent: AgentState, hearing: str, say: Speaker) -> Iterator[tuple[str, str]]:
    version = ", " + say("version", version=agent.version) if agent.version else ""
    yield "agent", _hearing(agent, hearing, say) + version
    yield "clock", say(f"clock_{agent.clock}") if agent.clock else ""
    spooled = agent.probes[OWN[0]][OWN[1]].value("agent_spooled_reports")
    yield "spool", "" if spooled is None else say("spooled", n=round(spooled))
    yield "ledger", _ledger(agent.probes[OWN[0]][OWN[1]], say)


def _conditions(agent: AgentState, now: float) -> Iterator[str]:
    if agent.doubled(now):
        yield "doubled"
    yield from agent.conditions


def _ledger(own: Latest, say: Speaker) -> str:
    """The ledger as the agent reports it; "" when it reports none."""
    counts = {fate: own.value(name) for fate, name in LEDGER.items()}
    if None in counts.values():
        return ""
    return say("ledger_of", **{fate: f"{count:.0f}" for fate, count in counts.items()})


def _hearing(agent: AgentState, hearing: str, say: Speaker) -> str:
    if not agent.measured and hearing != "fresh":
        if agent.received:
            return say("heard_undated")
        return say("heard_never" if hearing == "silent" else "heard_not_yet")
    said = say(f"heard_{hearing}", age=say.duration(say.now - agent.measured))
    if hearing == "fresh" or agent.online or not agent.online_changed:
        return said
    return said + ", " + say("disconnected", age=say.duration(say.now - agent.online_changed))


def _line(latest: Latest, say: Speaker) -> ProbeLine:
    state, reason = verdict(latest, say.now)
    return ProbeLine(
        target=latest.target,
        address=latest.address,
        kind=latest.kind,
        state=state,
        reason=say.reason(reason) if reason else "",
        response=response_time(latest),
        loss=share(latest.value("icmp_loss_ratio")),
        age=say.duration(say.now - latest.at) if latest.at else "",
    )
