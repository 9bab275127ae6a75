"""The assigned targets of which the collector gets no value, although their agent reports. Pure."""

from collections import Counter
from typing import NamedTuple

from collector.city.agents import OWN
from collector.city.state import State
from collector.web.verdict import verdict


class Unmeasured(NamedTuple):
    """`n` of `all` targets, with the most common reason and the places: sites, or the targets of one site."""

    n: int
    all: int
    reason: str
    names: list[str]


def unmeasured(state: State, now: float) -> Unmeasured:
    """The targets of agents that report. A silent agent has a state of its own."""
    total, found = 0, list[tuple[str, str, str]]()
    for site, agent in state.agents.items():
        if state.hearing(agent, now) != "fresh":
            continue
        for kind, by_target in agent.probes.items():
            if kind == OWN[0]:
                continue
            total += len(by_target)
            for target, latest in by_target.items():
                seen, reason = verdict(latest, now)
                if seen == "unknown":
                    found.append((site, target, reason))
    reasons = Counter(reason for _, _, reason in found)
    sites = list(dict.fromkeys(site for site, _, _ in found))
    names = [state.city.sites[site].name for site in sites if site in state.city.sites]
    if len(sites) == 1:
        names = list(dict.fromkeys(target.lstrip("@") for _, target, _ in found))
    return Unmeasured(len(found), total, reasons.most_common(1)[0][0] if reasons else "", names)
