"""The measurements that the site's own agent makes, trouble first. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.agents import OWN, AgentState, Latest, ProbeState
from collector.inventory.targets import GATEWAY, INTERNET, RESOLVER, UPLINK
from collector.notices.quantities import share
from collector.web.lists.named import Named, application_named, site_named
from collector.web.quantities import response_time
from collector.web.site.sight import Sight
from collector.web.tiles import TROUBLE_FIRST
from collector.web.verdict import verdict
from collector.web.words import Speaker

MAX_PROBES = 200
"""A NOC's agent may have thousands."""
DIGITS = "0123456789"
OF_EACH_AGENT = (GATEWAY, RESOLVER, INTERNET)


class ProbeLine(NamedTuple):
    """A measurement."""

    target: Named
    address: str
    kind: str
    state: ProbeState
    reason: str
    response: str
    loss: str
    age: str


class OwnMeasurements(NamedTuple):
    """So many lines are `left_out`."""

    lines: Sequence[ProbeLine]
    left_out: int


def measured(site: str, sight: Sight, say: Speaker) -> OwnMeasurements:
    probes = sorted(probes_of(sight.state.agents[site]), key=lambda one: _trouble_first(one, say.now))
    return OwnMeasurements(
        lines=[_line(latest, site, sight, say) for latest in probes[:MAX_PROBES]],
        left_out=max(0, len(probes) - MAX_PROBES),
    )


def probes_of(agent: AgentState) -> Iterator[Latest]:
    """Without the agent's own vitals."""
    for kind, by_target in agent.probes.items():
        if kind != OWN[0]:
            yield from by_target.values()


def target_named(target: str, site: str, sight: Sight, say: Speaker) -> Named:
    """The target as people know it. Each agent has an uplink of its own: the router of the site above."""
    city = sight.state.city
    if target in city.sites:
        return site_named(target, city)
    if target in city.applications:
        return application_named(target, city)
    if target == UPLINK and (above := sight.ways.parents(site)):
        name, href = site_named(above[0], city)
        return Named(say("target_uplink", name=name), href)
    name, number = target.rstrip(DIGITS), target[len(target.rstrip(DIGITS)) :]
    if name in OF_EACH_AGENT:
        return Named(f"{say(f'target_{name}')} {number}".strip(), "")
    return Named(target, "#devices" if target in city.sites[site].devices else "")


def _trouble_first(latest: Latest, now: float) -> tuple[int, str, str]:
    return TROUBLE_FIRST.index(verdict(latest, now)[0]), latest.target, latest.kind


def _line(latest: Latest, site: str, sight: Sight, say: Speaker) -> ProbeLine:
    state, reason = verdict(latest, say.now)
    return ProbeLine(
        target=target_named(latest.target, site, sight, say),
        address=latest.address,
        kind=latest.kind,
        state=state,
        reason=say.reason(reason) if reason else "",
        response=response_time(latest),
        loss=share(latest.value("icmp_loss_ratio")),
        age=say.duration(say.now - latest.at) if latest.at else "",
    )
