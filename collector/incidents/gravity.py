"""When an incident that people know of has become graver, so that it rings again. Sans-IO.

It is graver with a higher severity, if an application is lost everywhere and no longer here alone, or when it
affects twice as many sites and at least five more. Each is measured against the gravest message so far, so an
incident rings once for each step. A person who has it in hand is called for a higher severity alone.
"""

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import replace

from collector.incidents.incident import Gravity, Incident, NoticeKind, Ring

LASTS_SECONDS = 90.0
"""It rings after so long: an application is sometimes lost everywhere for one report interval."""
TIMES_AS_MANY = 2
MORE_SITES = 5
SEVERITIES = ("info", "warning", "critical")
RINGING: tuple[NoticeKind, ...] = ("firing", "reminder", "worsened")
"""The notices to all receivers that show the incident's state and ring."""


def gravity(incident: Incident) -> Gravity:
    """Of its present state."""
    return Gravity(incident.severity, incident.scope == "everywhere", len(incident.affected_now))


def announced_as(rings: Iterable[Ring]) -> Gravity | None:
    """The gravest state that receivers know of; None if there is no ring."""
    return reduce(_worst, (ring.gravity for ring in rings), None)


def rung(incident: Incident, kind: NoticeKind, now: float) -> tuple[Ring, ...]:
    """The rings of an incident after a notice of this kind."""
    known = announced_as(incident.rings)
    if kind not in RINGING or known == _worst(known, gravity(incident)):
        return incident.rings
    return (*incident.rings, Ring(kind, now, gravity(incident), incident.weighed, incident.on_ups))


def _worst(one: Gravity | None, other: Gravity) -> Gravity:
    if one is None:
        return other
    return Gravity(
        max(one.severity, other.severity, key=SEVERITIES.index),
        one.everywhere or other.everywhere,
        max(one.sites, other.sites),
    )


def graver(incident: Incident, known: Gravity | None) -> bool:
    """Is it graver than that? None: it is not known how much receivers know, as of an earlier release."""
    if known is None:
        return False
    now = gravity(incident)
    if SEVERITIES.index(now.severity) > SEVERITIES.index(known.severity):
        return True
    if incident.in_hand or incident.severity == "info":
        return False
    spread = now.sites >= TIMES_AS_MANY * known.sites and now.sites >= known.sites + MORE_SITES
    return spread or (now.everywhere and not known.everywhere)


def fresh_start(incident: Incident) -> Incident:
    """Of an earlier run: nobody knows how grave it was while no collector ran."""
    return replace(incident, graver_at=None) if incident.graver_at is not None else incident
