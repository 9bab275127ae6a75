"""From a report that the state took in to evidence."""

from collections.abc import Collection, Iterator

from collector.city.agents import PROBE_STATES, AgentState
from collector.city.state import MAX_BEHIND_SECONDS, credible
from collector.incidents.evidence import Evidence, Finding, Heard
from collector.incidents.late import Probe
from collector.intake.batch import Taken
from wire.report import Table

UNDATED = 0.0
"""It was heard, but after what it was measured nobody knows."""


def evidence_of(taken: Taken, known: AgentState, waiting: Collection[Probe] = ()) -> Iterator[Evidence]:
    """`known` is what the state has of the agent after it took the report in: older than that is late.

    `waiting` are the probes of which late evidence may tell that they were up again.
    """
    agent, report = taken.agent, taken.report
    reported_at = report.measured_at(0)
    if reported_at is None or not credible(reported_at, taken.received):
        yield Heard(agent, UNDATED, taken.received)
        return
    ahead = max(0.0, reported_at - taken.received)  # nothing is measured after it was received
    yield Heard(agent, reported_at - ahead, taken.received)
    for table in report.body.tables:
        if table.kind == "agent" or table.row:
            continue
        for line in _telling(agent, table, waiting if taken.late else ()):
            latest = known.probes.get(table.kind, {}).get(table.target[line])
            at = report.measured_at(table.age_ms[line])
            if latest is None or at is None:
                continue
            reason = table.reason[line] if table.reason else ""
            state = PROBE_STATES.get(reason, "down")
            late = taken.late or at < latest.at
            at -= ahead
            since = at - _silence_seconds(table, line) if state == "down" else at
            yield Finding(agent, table.kind, table.target[line], state, at, since, reason, late)
    for transition in taken.transitions:
        kind, _, target = transition.what.partition("/")
        if transition.after == "up" and target and "/" not in target:
            yield Finding(agent, kind, target, "up", transition.at - ahead, transition.at - ahead)


def _telling(agent: str, table: Table, waiting: Collection[Probe]) -> Iterator[int]:
    """The lines that are not up, and of late ones those that were not."""
    if not table.reason and not waiting:
        return
    for line, target in enumerate(table.target):
        if (table.reason and table.reason[line]) or (agent, table.kind, target) in waiting:
            yield line


def _silence_seconds(table: Table, line: int) -> float:
    """As far as it can be true: an outage is dated by it."""
    column = table.values.get("icmp_silence_seconds")
    return min(max(0.0, (column[line] if column else None) or 0.0), MAX_BEHIND_SECONDS)
