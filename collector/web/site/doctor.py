"""Advice about an agent: each trouble in a line, with the thing to do. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.agents import OWN, AgentState, Freshness
from collector.incidents.upkeep.look import DAY_SECONDS, OWN_EXPIRY, STEPS
from collector.web.lists.applications import expiry_said
from collector.web.site.judged import JudgedProbe
from collector.web.site.sight import Sight
from collector.web.words import CONDITIONS, Speaker

EXPIRES_DAYS = max(days for days, _ in STEPS)
SPOOLED_REPORTS = 60
"""Fewer wait after any short outage, and go out by themselves."""


class Advice(NamedTuple):
    trouble: str
    to_do: str


def advice(
    site: str, hearing: Freshness, own: Sequence[JudgedProbe], sight: Sight, say: Speaker
) -> Iterator[Advice]:
    """The gravest first. Values of an agent that is silent are old, so nothing is judged by them."""
    agent = sight.state.agents[site]
    if hearing == "silent" and not sight.incidents.blind:
        yield _silent(agent, sight.incidents.site_state(site), say)
    for code in ["doubled", *agent.conditions] if agent.doubled(say.now) else agent.conditions:
        yield Advice(say.condition(code), say(f"todo_{code}") if code in CONDITIONS else "")
    if hearing == "fresh":
        yield from _by_vitals(agent, say)
    if agent.assignment and agent.assignment != agent.assigned and hearing == "fresh":
        yield Advice(say("trouble_assignment"), say("todo_assignment"))
    if refused := sum(one.reason == "permission" for one in own):
        yield Advice(say("trouble_permission", n=refused), say("todo_permission"))


def _silent(agent: AgentState, state: str, say: Speaker) -> Advice:
    if not agent.received:
        return Advice(say("trouble_never"), say("todo_never", id=agent.id))
    trouble = say("trouble_silent", age=say.duration(say.now - agent.received))
    return Advice(trouble, say("todo_silent_down" if state == "down" else "todo_silent_up"))


def _by_vitals(agent: AgentState, say: Speaker) -> Iterator[Advice]:
    own = agent.probes[OWN[0]][OWN[1]]
    if not own.fresh(say.now):
        return
    ends = own.value(OWN_EXPIRY)
    if ends is not None and ends - say.now <= EXPIRES_DAYS * DAY_SECONDS:
        yield Advice(say("trouble_certificate", ends=expiry_said(ends, say)), say("todo_certificate"))
    if dropped := own.value("agent_dropped_measurements_total"):
        yield Advice(say("trouble_dropped", n=round(dropped)), say("todo_dropped"))
    if rejected := own.value("agent_rejected_measurements_total"):
        yield Advice(say("trouble_rejected", n=round(rejected)), say("todo_rejected"))
    if (spooled := own.value("agent_spooled_reports") or 0.0) >= SPOOLED_REPORTS:
        yield Advice(say("trouble_spool", n=round(spooled)), say("todo_spool"))
    if own.value("agent_clock_synchronized") == 0:
        yield Advice(say("trouble_clock"), say("todo_clock"))
