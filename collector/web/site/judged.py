"""The measurements from a site and to it, each judged once for all parts of the page. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.city.agents import OWN, Latest, ProbeState
from collector.inventory.targets import UPLINK
from collector.past import MeasuredPath
from collector.web.site.sight import Sight
from collector.web.verdict import verdict

PING = "icmp"


class JudgedProbe(NamedTuple):
    """The latest measurement of a probe of that agent, with its state now."""

    agent: str
    latest: Latest
    state: ProbeState
    reason: str


class JudgedProbes(NamedTuple):
    """`own` are the probes of the site's agent without its vitals, `others` those of others to the site."""

    own: list[JudgedProbe]
    others: list[JudgedProbe]


def judged_probes(site: str, sight: Sight, now: float) -> JudgedProbes:
    own = (
        latest
        for kind, by_target in sight.state.agents[site].probes.items()
        if kind != OWN[0]
        for latest in by_target.values()
    )
    return JudgedProbes(
        own=[JudgedProbe(site, latest, *verdict(latest, now)) for latest in own],
        others=[JudgedProbe(agent, latest, *verdict(latest, now)) for agent, latest in _to(site, sight)],
    )


def paths_as_uplink(site: str, sight: Sight) -> Iterator[MeasuredPath]:
    """The paths by which sites below measure it as their uplink."""
    return (MeasuredPath(id, PING, UPLINK) for id in sight.ways.below(site))


def _to(site: str, sight: Sight) -> Iterator[tuple[str, Latest]]:
    """It looks at all agents once."""
    agents = sight.state.agents
    for id, agent in agents.items():
        if id != site:
            for by_target in agent.probes.values():
                if site in by_target:
                    yield id, by_target[site]
    for path in paths_as_uplink(site, sight):
        by_target = agents[path.agent].probes.get(PING, {}) if path.agent in agents else {}
        if UPLINK in by_target:
            yield path.agent, by_target[UPLINK]
