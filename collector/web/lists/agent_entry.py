"""All that is known of one agent, and its worries, the gravest first. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from collector.authority.membership import UNKNOWN, Joining, Membership
from collector.city.agents import OWN, AgentState, Latest
from collector.city.state import State
from collector.incidents.upkeep.look import DAY_SECONDS, OWN_EXPIRY, STEPS
from collector.streams.traffic import BytesToday

Hearing = Literal["silent", "unknown", "care", "fresh"]
HEARINGS: tuple[Hearing, ...] = ("silent", "unknown", "care", "fresh")
"""Trouble first. "care": it reports, and has a worry."""

Worry = Literal[
    "floods",
    "certificate_ended",
    "silent",
    "certificate_ends_soon",
    "clock",
    "condition",
    "dropped",
    "refused",
    "spool",
    "certificate_ends",
    "assignment",
    "never_heard",
]
WORRIES: tuple[Worry, ...] = get_args(Worry)
"""The gravest first."""

CLOCK = "clock_disagrees"
SPOOLED_REPORTS = 60
"""Fewer wait after any short outage, and go out by themselves."""
ENDS_DAYS = max(days for days, _ in STEPS)
ENDS_SOON_DAYS = sorted(days for days, _ in STEPS)[1]


class AgentsSeen(NamedTuple):
    """All that is known of the agents. `memberships` is empty where the collector has no authority. The
    `flooding` ones say so much that the broker should deny them.
    """

    state: State
    today: BytesToday
    memberships: Mapping[str, Membership]
    flooding: Collection[str]


class AgentEntry(Struct, frozen=True, kw_only=True):
    """Times are in Unix seconds, null where nobody knows. `heard_at` is when its newest report was made.

    `clock` is the source of its time. `synchronized`, `spooled_reports`, `dropped` and `refused`
    (measurements) are as of now, so null while the agent is not heard. `bytes_today` came in since
    `bytes_since`. `joining` and `invited_until` are by the collector's own authority.
    """

    id: str
    name: str
    district: str
    state: Hearing
    worries: list[Worry]
    heard_at: float | None
    version: str
    certificate_ends: float | None
    joining: Joining
    invited_until: float | None
    clock: str
    synchronized: bool | None
    spooled_reports: int | None
    dropped: int | None
    refused: int | None
    bytes_today: int
    bytes_since: float
    assignment: Literal["", "current", "old"]
    conditions: list[str]


def agent_entry(agent: AgentState, seen: AgentsSeen, now: float) -> AgentEntry:
    site, own = seen.state.city.sites[agent.id], agent.probes[OWN[0]][OWN[1]]
    membership = seen.memberships.get(agent.id, UNKNOWN)
    state, worries = looked_at(agent, seen, now)
    synchronized = _now(own, "agent_clock_synchronized", now)
    return AgentEntry(
        id=agent.id,
        name=site.name,
        district=site.district,
        state=state,
        worries=worries,
        heard_at=agent.measured or None,
        version=agent.version,
        certificate_ends=_ends(own, membership, now),
        joining=membership.joining,
        invited_until=membership.invited_until,
        clock=agent.clock,
        synchronized=None if synchronized is None else bool(synchronized),
        spooled_reports=_now(own, "agent_spooled_reports", now),
        dropped=_now(own, "agent_dropped_measurements_total", now),
        refused=_now(own, "agent_rejected_measurements_total", now),
        bytes_today=seen.today.by_agent.get(agent.id, 0),
        bytes_since=seen.today.since,
        assignment=_assignment(agent),
        conditions=["doubled", *agent.conditions] if agent.doubled(now) else list(agent.conditions),
    )


def looked_at(agent: AgentState, seen: AgentsSeen, now: float) -> tuple[Hearing, list[Worry]]:
    """How the agent is heard, and its worries, the gravest first."""
    hearing = seen.state.hearing(agent, now)
    worries = sorted(_worries(agent, hearing == "silent", seen, now), key=WORRIES.index)
    return "care" if hearing == "fresh" and worries else hearing, worries


def gravity(state: Hearing, worries: Sequence[Worry], name: str) -> tuple[int, int, int, str]:
    """The order of a list, worst first: what hurts most, then how much hurts."""
    gravest = WORRIES.index(worries[0]) if worries else len(WORRIES)
    return gravest, HEARINGS.index(state), -len(worries), name


def _now(own: Latest, name: str, now: float) -> int | None:
    value = own.value(name) if own.fresh(now) else None
    return None if value is None else round(value)


def _ends(own: Latest, membership: Membership, now: float) -> float | None:
    """As the agent says it. Of one that is not heard the authority may know it better. A revoked one has no
    end.
    """
    if membership.joining == "revoked":
        return None
    said = own.value(OWN_EXPIRY)
    return said if own.fresh(now) and said is not None else membership.ends or said


def _worries(agent: AgentState, silent: bool, seen: AgentsSeen, now: float) -> Iterator[Worry]:
    """A revoked agent is silent because somebody wishes it so."""
    own, membership = agent.probes[OWN[0]][OWN[1]], seen.memberships.get(agent.id, UNKNOWN)
    if agent.id in seen.flooding:
        yield "floods"
    if silent and membership.joining != "revoked":
        yield "silent" if agent.received else "never_heard"
    if (ends := _ends(own, membership, now)) is not None:
        yield from _certificate((ends - now) / DAY_SECONDS)
    if CLOCK in agent.conditions:
        yield "clock"
    if agent.doubled(now) or any(one != CLOCK for one in agent.conditions):
        yield "condition"
    if own.fresh(now):
        yield from _vitals(agent, own)
    if _assignment(agent) == "old":
        yield "assignment"


def _vitals(agent: AgentState, own: Latest) -> Iterator[Worry]:
    """By its own values, which are fresh."""
    if own.value("agent_clock_synchronized") == 0 and CLOCK not in agent.conditions:
        yield "clock"
    if own.value("agent_dropped_measurements_total"):
        yield "dropped"
    if own.value("agent_rejected_measurements_total"):
        yield "refused"
    if (own.value("agent_spooled_reports") or 0.0) >= SPOOLED_REPORTS:
        yield "spool"


def _certificate(days: float) -> Iterator[Worry]:
    if days <= 0:
        yield "certificate_ended"
    elif days <= ENDS_SOON_DAYS:
        yield "certificate_ends_soon"
    elif days <= ENDS_DAYS:
        yield "certificate_ends"


def _assignment(agent: AgentState) -> Literal["", "current", "old"]:
    """Whether the agent works by the newest assignment; "" while it has not said by which."""
    if not agent.assignment:
        return ""
    return "current" if agent.assignment == agent.assigned else "old"
