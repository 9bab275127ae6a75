"""The paths whose measurements show how an incident began. Pure."""

from collections.abc import Iterator
from itertools import islice

from collector.incidents import Incident
from collector.incidents.network import PING
from collector.inventory.targets import INTERNET, UPLINK
from collector.past.course import PATHS_KEPT
from collector.past.paths import MeasuredPath, PathRows

WITHOUT = ("collector_blind", "certificate_expiry", "agent_trouble")
"""The kinds of incident that no path shows."""
OTHERS = 2
"""So many paths of others leave room for the site's own."""


def witnesses(incident: Incident, paths: PathRows) -> list[MeasuredPath]:
    """At most three: those in evidence first, then the root's own uplink."""
    if incident.kind in WITHOUT:
        return []
    others = list(islice(dict.fromkeys(_others(incident, paths)), PATHS_KEPT))
    own = MeasuredPath(incident.root, PING, UPLINK)
    if paths.row(own) is not None and own not in others:
        others = [*others[:OTHERS], own]
    return others


def _others(incident: Incident, paths: PathRows) -> Iterator[MeasuredPath]:
    """In the order of their worth; some may come twice."""
    if incident.excess is not None:
        agent, target = incident.excess.path
        yield from _measuring(agent, target, incident.probe, paths)
    seen_by = [agent for agent in (incident.agent, *incident.seen_by) if agent]
    for agent in seen_by:
        yield from _measuring(agent, incident.root, incident.probe, paths)
    for agent in seen_by:
        if incident.kind == "path_lost":
            yield from (path for path in paths.of_agent(agent) if path.target.startswith(INTERNET))
    places = [incident.root, *incident.affected_now, *(entry.site for entry in incident.affected)]
    for place in dict.fromkeys(places[: PATHS_KEPT + 1]):
        yield from (path for path in paths.to(place) if path.kind == PING and path.agent != place)


def _measuring(agent: str, target: str, kind: str, paths: PathRows) -> Iterator[MeasuredPath]:
    """The agent's paths to the target, that of the kind first."""
    found = [path for path in paths.of_agent(agent) if path.target == target]
    yield from sorted(found, key=lambda path: (path.kind != (kind or PING), path.kind))
