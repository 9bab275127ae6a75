"""The last good measurement of the way to a place, as the state has it. Sans-IO."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.city.agents import PROBE_STATES, AgentState, Latest
from collector.incidents import Incident
from collector.inventory.targets import INTERNET, UPLINK
from collector.notices.places import places
from wire.report import Table

CLOSE_SECONDS = 30.0


class LastGood(NamedTuple):
    """The agent reached the target at that time, in Unix seconds. `seconds` is the round-trip time."""

    at: float
    agent: str
    kind: str
    target: str
    seconds: float | None


def last_good(incident: Incident, agents: Mapping[str, AgentState]) -> LastGood | None:
    """The newest before the incident began; of the same half minute, that of an agent that saw the incident.

    None: the state has none, as after a restart of the collector.
    """
    wanted = places(incident, agents)
    found = [
        LastGood(at, agent.id, latest.kind, latest.target, _round_trip(table, line))
        for place in wanted
        for agent, latest in _of_the_way(place, agents)
        for at, table, line in _measurements(latest)
        if 0 < at <= incident.began_at
        if PROBE_STATES.get(table.reason[line] if table.reason else "", "down") == "up"
    ]
    newest = max((one.at for one in found), default=0.0)
    close = (one for one in found if one.at >= newest - CLOSE_SECONDS)
    return max(
        close, key=lambda one: (one.agent in incident.seen_by, one.at, one.agent, one.target), default=None
    )


def _of_the_way(place: str, agents: Mapping[str, AgentState]) -> Iterator[tuple[AgentState, Latest]]:
    """The probes of the place's own agent on its way up, and those of other agents that lead to the place."""
    for agent in agents.values():
        for by_target in agent.probes.values():
            for target, latest in by_target.items():
                way_up = target == UPLINK or target.rstrip("0123456789") == INTERNET
                if target == place or (agent.id == place and way_up):
                    yield agent, latest


def _measurements(latest: Latest) -> Iterator[tuple[float, Table, int]]:
    """The latest one, and the one before it that had more values."""
    if latest.table is not None:
        yield latest.at, latest.table, latest.line
    if latest.earlier is not None:
        yield latest.earlier


def _round_trip(table: Table, line: int) -> float | None:
    column = table.values.get("icmp_rtt_median_seconds") or table.values.get("tcp_connect_duration_seconds")
    return column[line] if column else None
