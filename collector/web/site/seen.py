"""How others see the site: each agent that measures it, trouble first. Pure.

A POP that is down can't say so itself: its own measurements are old.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.agents import Latest, ProbeState
from collector.inventory.targets import UPLINK
from collector.notices.quantities import share
from collector.past import MeasuredPath
from collector.web.lists.named import Named, site_named
from collector.web.quantities import response_time
from collector.web.site.sight import Sight
from collector.web.tiles import TROUBLE_FIRST
from collector.web.verdict import verdict
from collector.web.words import Speaker

SEEN_SHOWN = 30


class SeenRow(NamedTuple):
    """`way`: the agent measures it as its own uplink."""

    agent: Named
    kind: str
    as_uplink: bool
    state: ProbeState
    reason: str
    response: str
    loss: str
    age: str


class SeenByOthers(NamedTuple):
    """`counts` are the rows of each state, trouble first. So many rows are `left_out`."""

    counts: Mapping[ProbeState, int]
    rows: Sequence[SeenRow]
    left_out: int


class Seeing(NamedTuple):
    """A measurement by another agent."""

    agent: str
    latest: Latest


def seen_by_others(site: str, sight: Sight, say: Speaker) -> SeenByOthers:
    judged = [(verdict(one.latest, say.now), one) for one in seeing(site, sight)]
    judged.sort(key=lambda one: (TROUBLE_FIRST.index(one[0][0]), one[1].agent, one[1].latest.kind))
    states = [state for (state, _), _ in judged]
    return SeenByOthers(
        counts={state: states.count(state) for state in TROUBLE_FIRST if state in states},
        rows=[_row(one, state, reason, sight, say) for (state, reason), one in judged[:SEEN_SHOWN]],
        left_out=max(0, len(judged) - SEEN_SHOWN),
    )


def seeing(site: str, sight: Sight) -> Iterator[Seeing]:
    """It looks at all agents once."""
    agents = sight.state.agents
    for id, agent in agents.items():
        if id != site:
            for by_target in agent.probes.values():
                if site in by_target:
                    yield Seeing(id, by_target[site])
    for id in sight.ways.below(site):
        by_target = agents[id].probes.get("icmp", {}) if id in agents else {}
        if UPLINK in by_target:
            yield Seeing(id, by_target[UPLINK])


def paths_as_uplink(site: str, sight: Sight) -> Iterator[MeasuredPath]:
    """The paths by which sites below measure it as their uplink."""
    return (MeasuredPath(id, "icmp", UPLINK) for id in sight.ways.below(site))


def _row(one: Seeing, state: ProbeState, reason: str, sight: Sight, say: Speaker) -> SeenRow:
    latest = one.latest
    return SeenRow(
        agent=site_named(one.agent, sight.state.city),
        kind=latest.kind,
        as_uplink=latest.target == UPLINK,
        state=state,
        reason=say.reason(reason) if reason else "",
        response=response_time(latest) if state != "unknown" else "",
        loss=share(latest.value("icmp_loss_ratio")) if state != "unknown" else "",
        age=say.duration(say.now - latest.at) if latest.at else "",
    )
