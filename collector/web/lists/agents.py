"""The list of the agents: how each is heard, and all that needs care, worst first. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from collector.city.agents import AgentState
from collector.city.state import State
from collector.incidents.upkeep.look import DAY_SECONDS
from collector.web.lists.agent_entry import (
    HEARINGS,
    AgentEntry,
    AgentsSeen,
    Hearing,
    Worry,
    agent_entry,
    gravity,
    looked_at,
)
from collector.web.lists.asked import FilterField, Params, choice, text
from collector.web.lists.named import Named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.quantities import size
from collector.web.words import Speaker

PATH = "/agents"
SAID = ("floods", "assignment", "never_heard")
"""The worries that no column shows."""


class AgentRow(NamedTuple):
    """Texts, "" where nobody knows. `worries` has the keys of what hurts: a page shows those bold."""

    named: Named
    id: str
    district: str
    state: Hearing
    worries: Sequence[str]
    joining: str
    heard: str
    version: str
    certificate: str
    clock: str
    spooled: str
    dropped: str
    refused: str
    bytes: str
    conditions: Sequence[str]


class AgentList(NamedTuple):
    """`bytes_since` is a time of day, `bytes` what all agents sent since."""

    fields: Sequence[FilterField]
    counts: Sequence[tuple[Hearing, int]]
    rows: Sequence[AgentRow]
    pager: Pager
    filtered: bool
    bytes_since: str
    bytes: str


class _Looked(NamedTuple):
    agent: AgentState
    state: Hearing
    worries: Sequence[Worry]


def agent_list(seen: AgentsSeen, params: Params, say: Speaker) -> AgentList:
    """Raises BadParameter."""
    state = seen.state
    wanted = choice(params, "state", HEARINGS)
    every = [_Looked(agent, *looked_at(agent, seen, say.now)) for agent in _found(state, params)]
    found = sorted(
        (one for one in every if not wanted or one.state == wanted),
        key=lambda one: gravity(one.state, one.worries, state.city.sites[one.agent.id].name),
    )
    page, pager = paged(found, PATH, params, say)
    known = [one.state for one in every]
    return AgentList(
        fields=list(_fields(state, params, say)),
        counts=[(one, known.count(one)) for one in HEARINGS if one in known],
        rows=[_row(agent_entry(one.agent, seen, say.now), state, say) for one in page],
        pager=pager,
        filtered=any(params.get(key) for key in ("q", "state", "district", "version")),
        bytes_since=say.clock(seen.today.since),
        bytes=size(sum(seen.today.by_agent.get(one.agent.id, 0) for one in every)),
    )


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


def _row(one: AgentEntry, state: State, say: Speaker) -> AgentRow:
    said = [say(f"worry_{worry}") for worry in one.worries if worry in SAID]
    return AgentRow(
        named=site_named(one.id, state.city),
        id=one.id,
        district=one.district,
        state=one.state,
        worries=one.worries,
        joining=_joining(one, say),
        heard="" if one.heard_at is None else say.duration(say.now - one.heard_at),
        version=one.version,
        certificate=_certificate(one, say),
        clock=say(f"clock_{one.clock}") if one.clock else "",
        spooled=_count(one.spooled_reports),
        dropped=_count(one.dropped),
        refused=_count(one.refused),
        bytes=size(one.bytes_today),
        conditions=[*map(say.condition, one.conditions), *said],
    )


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def _joining(one: AgentEntry, say: Speaker) -> str:
    """ "" where all is as it should be."""
    if one.joining in ("", "joined"):
        return ""
    until = "" if one.invited_until is None else say.clock(one.invited_until)
    return say(f"joining_{one.joining}", until=until)


def _certificate(one: AgentEntry, say: Speaker) -> str:
    if one.certificate_ends is None:
        return ""
    days = (one.certificate_ends - say.now) // DAY_SECONDS
    return say("certificate_over") if one.certificate_ends <= say.now else say("days", n=round(days))
