"""Which further receivers get a notice of an incident that nobody has in hand."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.incidents.incident import Incident
from collector.incidents.matching import fits
from collector.incidents.network import Network

MINUTE_SECONDS = 60.0


class EscalationStep(NamedTuple):
    """At `due`, Unix seconds, these receivers get their notice of the incident."""

    due: float
    receivers: tuple[str, ...]


def escalation(incident: Incident, network: Network) -> Iterator[EscalationStep]:
    """The steps that are left of an announced incident, the next one first. Each receiver is in one of them.

    An incident of severity info goes only to a step whose match names that severity, a certificate only to
    one whose match names that kind. The minutes count from the announcement, or from the time at which a
    person gave the incident back.
    """
    if incident.announced_at is None or incident.in_hand:
        return
    since = max(incident.announced_at, incident.unacknowledged_at or 0.0)
    reached = set(incident.escalated)
    for step in sorted(network.escalation, key=lambda step: step.after_minutes):
        unasked = incident.severity == "info" and "info" not in step.match.severity
        unasked |= incident.kind == "certificate_expiry" and incident.kind not in step.match.kind
        if not unasked and fits(step.match, incident, network.sites):
            left = tuple(name for name in dict.fromkeys(step.receivers) if name not in reached)
            reached.update(left)
            if left:
                yield EscalationStep(since + step.after_minutes * MINUTE_SECONDS, left)
