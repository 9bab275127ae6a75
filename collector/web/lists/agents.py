"""The list of the agents: how each is heard, and all that needs care, trouble first. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from collector.city.agents import OWN, AgentState
from collector.city.state import State
from collector.inventory import City
from collector.web.lists.asked import FilterField, Params, choice, text
from collector.web.lists.named import Named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.words import Speaker

PATH = "/agents"
Hearing = Literal["silent", "unknown", "care", "fresh"]
HEARINGS: tuple[Hearing, ...] = ("silent", "unknown", "care", "fresh")
"""Trouble first. "care": it reports, and has a condition, drops, or an old assignment."""


class AgentRow(NamedTuple):
    """`spooled` and `dropped` are as of now; "" while the agent is not heard."""

    named: Named
    id: str
    district: str
    state: Hearing
    heard: str
    version: str
    clock: str
    spooled: str
    dropped: str
    assignment: str
    conditions: Sequence[str]


class AgentList(NamedTuple):
    fields: Sequence[FilterField]
    counts: Sequence[tuple[Hearing, int]]
    rows: Sequence[AgentRow]
    pager: Pager
    filtered: bool


def agent_list(state: State, params: Params, say: Speaker) -> AgentList:
    """Raises BadParameter."""
    city = state.city
    wanted = choice(params, "state", HEARINGS)
    every = [(hearing_of(state, agent, say.now), agent) for agent in _found(state, params)]
    found = sorted(
        (one for one in every if not wanted or one[0] == wanted),
        key=lambda one: (HEARINGS.index(one[0]), city.sites[one[1].id].name),
    )
    page, pager = paged(found, PATH, params, say)
    known = [hearing for hearing, _ in every]
    return AgentList(
        fields=list(_fields(state, params, say)),
        counts=[(one, known.count(one)) for one in HEARINGS if one in known],
        rows=[_row(agent, hearing, city, say) for hearing, agent in page],
        pager=pager,
        filtered=any(params.get(key) for key in ("q", "state", "district", "version")),
    )


def hearing_of(state: State, agent: AgentState, now: float) -> Hearing:
    hearing = state.hearing(agent, now)
    if hearing != "fresh":
        return hearing
    return "care" if needs_care(agent, now) else "fresh"


def needs_care(agent: AgentState, now: float) -> bool:
    own = agent.probes[OWN[0]][OWN[1]]
    dropped = own.value("agent_dropped_measurements_total")
    return bool(agent.conditions or dropped or agent.doubled(now) or _assignment(agent) == "old")


def _assignment(agent: AgentState) -> Literal["", "current", "old"]:
    """Whether the agent works by the newest assignment; "" while it has not said by which."""
    if not agent.assignment:
        return ""
    return "current" if agent.assignment == agent.assigned else "old"


def _found(state: State, params: Params) -> Iterator[AgentState]:
    """Raises BadParameter."""
    city, find = state.city, text(params, "q").casefold()
    district = choice(params, "district", {site.district for site in city.sites.values()})
    version = choice(params, "version", {agent.version for agent in state.agents.values()})
    for id, agent in state.agents.items():
        site = city.sites[id]
        fits = (not district or site.district == district) and (not version or agent.version == version)
        if fits and (not find or find in id.casefold() or find in site.name.casefold()):
            yield agent


def _fields(state: State, params: Params, say: Speaker) -> Iterator[FilterField]:
    def select(key: str, label: str, options: Iterable[tuple[str, str]]) -> FilterField:
        return FilterField(key, say(label), "select", params.get(key, ""), [("", say("any")), *options])

    districts = sorted({site.district for site in state.city.sites.values()} - {""})
    versions = sorted({agent.version for agent in state.agents.values()} - {""})
    yield FilterField("q", say("filter_text"), "search", text(params, "q"))
    yield select("state", "filter_state", ((one, say(f"agent_{one}_is")) for one in HEARINGS))
    yield select("district", "filter_district", ((one, one) for one in districts))
    yield select("version", "filter_version", ((one, one) for one in versions))


def _row(agent: AgentState, hearing: Hearing, city: City, say: Speaker) -> AgentRow:
    own = agent.probes[OWN[0]][OWN[1]]
    fresh = own.fresh(say.now)
    spooled = own.value("agent_spooled_reports") if fresh else None
    dropped = own.value("agent_dropped_measurements_total") if fresh else None
    assignment = _assignment(agent)
    codes = ["doubled", *agent.conditions] if agent.doubled(say.now) else agent.conditions
    return AgentRow(
        named=site_named(agent.id, city),
        id=agent.id,
        district=city.sites[agent.id].district,
        state=hearing,
        heard=say.duration(say.now - agent.measured) if agent.measured else "",
        version=agent.version,
        clock=say(f"clock_{agent.clock}") if agent.clock else "",
        spooled=f"{spooled:.0f}" if spooled is not None else "",
        dropped=f"{dropped:.0f}" if dropped is not None else "",
        assignment=say(f"assignment_{assignment}") if assignment else "",
        conditions=[say.condition(code) for code in codes],
    )
