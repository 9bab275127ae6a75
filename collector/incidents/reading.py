"""Turn a report that the state took in into evidence."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet

from collector.city.agents import PROBE_STATES, AgentState
from collector.city.state import MAX_BEHIND_SECONDS, credible
from collector.city.taken import Taken
from collector.incidents.evidence import Evidence, Finding, Flip, ReportedValues, ReportReceived
from collector.incidents.late import Probe
from collector.incidents.network import PING
from wire.report import Table

NO_LIMITS: frozenset[str] = frozenset()
UP_AND_DOWN = {"up", "down"}
UNDATED = 0.0
"""The `measured_at` of a report without a credible time: it shows only that its agent lives."""


def evidence_of(
    taken: Taken,
    known: AgentState,
    waiting: Collection[Probe] = (),
    limited: AbstractSet[str] = NO_LIMITS,
) -> Iterator[Evidence]:
    """`known` is the agent's state after the report. A finding older than the state's newest one is late.

    `waiting` are the probes with a late loss: their late recoveries are evidence too. `limited` are
    the values with a limit. Only a live report has evidence of quality and of flips.
    """
    agent, report = taken.agent, taken.report
    reported_at = report.measured_at(0)
    if reported_at is None or not credible(reported_at, taken.received):
        yield ReportReceived(agent, UNDATED, taken.received, known.version)
        return
    ahead = max(0.0, reported_at - taken.received)  # no measurement is later than its report
    yield ReportReceived(agent, reported_at - ahead, taken.received, known.version)
    for table in report.body.tables:
        if table.kind == "agent" or table.row:
            continue
        for line in _evident(agent, table, waiting if taken.late else ()):
            latest = known.probes.get(table.kind, {}).get(table.target[line])
            at = report.measured_at(table.age_ms[line])
            if latest is None or at is None:
                continue
            reason = table.reason[line] if table.reason else ""
            state = PROBE_STATES.get(reason, "down")
            late = taken.late or at < latest.at
            at -= ahead
            since = at - _silence_seconds(table, line) if state == "down" else at
            code = _status_code(table, line) if reason == "status" else None
            yield Finding(agent, table.kind, table.target[line], state, at, since, reason, late, code)
    yield from _changes(taken, known, ahead)
    if not taken.late and limited:
        for table in report.body.tables:
            if not limited.isdisjoint(table.values):
                yield ReportedValues(agent, reported_at - ahead, table)


def _changes(taken: Taken, known: AgentState, ahead: float) -> Iterator[Evidence]:
    """The changes of probes, and the recoveries that lasted until the end of the report."""
    for transition in taken.transitions:
        kind, _, target = transition.what.partition("/")
        if not target or "/" in target:
            continue
        at = transition.at - ahead
        if kind == PING and not taken.late and {transition.before, transition.after} == UP_AND_DOWN:
            yield Flip(taken.agent, target, at)
        if transition.after == "up" and known.probes[kind][target].verdict == "up":
            yield Finding(taken.agent, kind, target, "up", at, at)


def _evident(agent: str, table: Table, waiting: Collection[Probe]) -> Iterator[int]:
    """The lines of probes that are not up, and of `waiting` probes."""
    if not table.reason and not waiting:
        return
    for line, target in enumerate(table.target):
        if (table.reason and table.reason[line]) or (agent, table.kind, target) in waiting:
            yield line


def _status_code(table: Table, line: int) -> int | None:
    column = table.values.get("http_status_code")
    value = column[line] if column else None
    return round(value) if value is not None and 100 <= value <= 999 else None


def _silence_seconds(table: Table, line: int) -> float:
    """The silence that the probe measured, within credible limits: it dates the begin of an outage."""
    column = table.values.get("icmp_silence_seconds")
    return min(max(0.0, (column[line] if column else None) or 0.0), MAX_BEHIND_SECONDS)
