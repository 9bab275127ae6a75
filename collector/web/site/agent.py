"""The agent as it reports of itself. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.agents import OWN, AgentState, Freshness, Latest
from collector.incidents.upkeep.look import OWN_EXPIRY
from collector.web.lists.applications import expiry_said
from collector.web.site.doctor import Advice, advice
from collector.web.site.judged import JudgedProbe
from collector.web.site.sight import Sight
from collector.web.words import Speaker

LEDGER = {
    "taken": "agent_taken_measurements_total",
    "stored": "agent_stored_measurements_total",
    "dropped": "agent_dropped_measurements_total",
    "rejected": "agent_rejected_measurements_total",
    "spooled": "agent_spooled_measurements",
}


class AgentHealth(NamedTuple):
    """`facts` are texts with the keys of their labels."""

    hearing: Freshness
    facts: Sequence[tuple[str, str]]
    advice: Sequence[Advice]


def agent_health(site: str, own: Sequence[JudgedProbe], sight: Sight, say: Speaker) -> AgentHealth:
    agent = sight.state.agents[site]
    hearing = sight.state.hearing(agent, say.now)
    return AgentHealth(
        hearing=hearing,
        facts=[(key, value) for key, value in _facts(agent, hearing, say) if value],
        advice=list(advice(site, hearing, own, sight, say)),
    )


def _facts(agent: AgentState, hearing: Freshness, say: Speaker) -> Iterator[tuple[str, str]]:
    own = agent.probes[OWN[0]][OWN[1]]
    version = ", " + say("version", version=agent.version) if agent.version else ""
    yield "agent", _hearing(agent, hearing, say) + version
    yield "clock", say(f"clock_{agent.clock}") if agent.clock else ""
    spooled, ends = own.value("agent_spooled_reports"), own.value(OWN_EXPIRY)
    yield "spool", "" if spooled is None else say("spooled", n=round(spooled))
    yield "ledger", _ledger(own, say)
    yield "certificate", "" if ends is None else expiry_said(ends, say)
    yield "assignment", _assignment(agent, say)


def _assignment(agent: AgentState, say: Speaker) -> str:
    """ "" while the agent has not said by which assignment it works."""
    if not agent.assignment:
        return ""
    if agent.assignment == agent.assigned:
        return say("assignment_newest", number=agent.assignment)
    return say("assignment_older", number=agent.assignment, newest=agent.assigned)


def _ledger(own: Latest, say: Speaker) -> str:
    """The ledger as the agent reports it; "" when it reports none."""
    counts = {fate: own.value(name) for fate, name in LEDGER.items()}
    if None in counts.values():
        return ""
    return say("ledger_of", **{fate: f"{count:.0f}" for fate, count in counts.items()})


def _hearing(agent: AgentState, hearing: Freshness, say: Speaker) -> str:
    if not agent.measured and hearing != "fresh":
        if agent.received:
            return say("heard_undated")
        return say("heard_never" if hearing == "silent" else "heard_not_yet")
    said = say(f"heard_{hearing}", age=say.duration(say.now - agent.measured))
    if hearing == "fresh" or agent.online or not agent.online_changed:
        return said
    return said + ", " + say("disconnected", age=say.duration(say.now - agent.online_changed))
