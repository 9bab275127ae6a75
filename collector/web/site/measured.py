"""The measurements that the site's own agent makes, trouble first. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from collector.city.agents import ProbeState
from collector.inventory.targets import GATEWAY, INTERNET, RESOLVER, UPLINK
from collector.notices.quantities import share
from collector.web.lists.named import Named, application_named, site_named
from collector.web.quantities import response_time
from collector.web.site.judged import JudgedProbe
from collector.web.site.sight import Sight
from collector.web.tiles import TROUBLE_FIRST
from collector.web.words import Speaker

MAX_PROBES = 100
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


def measured(own: Sequence[JudgedProbe], sight: Sight, say: Speaker) -> OwnMeasurements:
    worst = sorted(own, key=_trouble_first)
    return OwnMeasurements(
        lines=[_line(one, sight, say) for one in worst[:MAX_PROBES]],
        left_out=max(0, len(own) - MAX_PROBES),
    )


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


def _trouble_first(one: JudgedProbe) -> tuple[int, str, str]:
    return TROUBLE_FIRST.index(one.state), one.latest.target, one.latest.kind


def _line(one: JudgedProbe, sight: Sight, say: Speaker) -> ProbeLine:
    latest = one.latest
    return ProbeLine(
        target=target_named(latest.target, one.agent, sight, say),
        address=latest.address,
        kind=latest.kind,
        state=one.state,
        reason=say.reason(one.reason) if one.reason else "",
        response=response_time(latest),
        loss=share(latest.value("icmp_loss_ratio")),
        age=say.duration(say.now - latest.at) if latest.at else "",
    )
