"""The assigned targets of which the collector gets no value, although their agent reports. Pure."""

from collections import Counter
from typing import NamedTuple

from collector.city.agents import MAX_AHEAD_SECONDS, OWN, fresh
from collector.city.state import State
from collector.web.verdict import verdict


class Unmeasured(NamedTuple):
    """`n` of `all` targets, with the most common reason and the places: sites, or the targets of one site."""

    n: int
    all: int
    reason: str
    names: list[str]


NONE = Unmeasured(0, 0, "", [])


def unmeasured(state: State, now: float) -> Unmeasured:
    """The targets of agents that report. A silent agent has a state of its own."""
    total, found, ahead = 0, list[tuple[str, str, str]](), now + MAX_AHEAD_SECONDS
    for site, agent in state.agents.items():
        if not fresh(agent.measured, now, agent.fresh_seconds):
            continue
        for kind, by_target in agent.probes.items():
            if kind == OWN[0]:
                continue
            total += len(by_target)
            for latest in by_target.values():  # tens of thousands in a city, and nearly all are well
                if latest.verdict == "unknown" or latest.at + latest.fresh_seconds < now or latest.at > ahead:
                    seen, reason = verdict(latest, now)
                    if seen == "unknown":
                        found.append((site, latest.target, reason))
    reasons = Counter(reason for _, _, reason in found)
    sites = list(dict.fromkeys(site for site, _, _ in found))
    names = [state.city.sites[site].name for site in sites if site in state.city.sites]
    if len(sites) == 1:
        names = list(dict.fromkeys(target.lstrip("@") for _, target, _ in found))
    return Unmeasured(len(found), total, reasons.most_common(1)[0][0] if reasons else "", names)
