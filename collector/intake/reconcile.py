"""The differences between the findings of the incidents and the measurements of the state. Sans-IO.

Both take in the same reports, but the incidents only what changed: of a change that never reached them they
would be wrong for ever.
"""

from collections.abc import Iterator

from collector.city.agents import PROBE_STATES, Latest
from collector.city.state import State
from collector.incidents import Finding, Incidents

RECONCILE_SECONDS = 60.0
LATE_SECONDS = 30.0
"""Later measurements are history to the incidents."""
UNTOLD = ("stale", "unmeasured")
"""Reasons of the state's own, which nobody reported."""


def differences(state: State, incidents: Incidents, now: float) -> Iterator[Finding]:
    """The state's newest of each probe of which the incidents believe something else, as evidence."""
    for word in incidents.findings():
        agent = state.agents.get(word.agent)
        latest = agent.probes.get(word.kind, {}).get(word.target) if agent else None
        if latest is None or not latest.fresh(now) or not _evident(latest):
            continue
        measured = PROBE_STATES.get(latest.reason, "down")
        if measured != word.state:
            at = min(latest.at, latest.received)
            yield Finding(word.agent, word.kind, word.target, measured, at, at, latest.reason)


def _evident(latest: Latest) -> bool:
    return latest.reason not in UNTOLD and latest.received - latest.at <= LATE_SECONDS
