"""Late evidence is history: it corrects when an outage began, or tells of an unknown one. It pages nobody."""

from collections.abc import Collection
from typing import NamedTuple

from msgspec import structs

from collector.incidents.evidence import Finding
from collector.incidents.facts import confirmed
from collector.incidents.incident import Affected, Incident, Subject
from collector.incidents.ledger import Register
from collector.incidents.network import PING, Network

WAITING_AT_MOST = 10_000
WAITING_SECONDS = 3600.0
"""The end of an outage comes with the same backlog, or not at all."""

Probe = tuple[str, str, str]
"""Agent, kind and target."""


class LateLoss(NamedTuple):
    verdict: Finding
    taken_at: float


class LateEvidence:
    """Losses wait until their end is known. `dropped` counts those that there was no room for."""

    def __init__(self, network: Network, ledger: Register) -> None:
        self.network = network
        self.dropped = 0
        self._ledger = ledger
        self._waiting: dict[Probe, LateLoss] = {}

    @property
    def waiting(self) -> Collection[Probe]:
        return self._waiting.keys()

    def take(self, verdict: Finding, now: float) -> None:
        probe = _probe(verdict)
        lost = self._waiting.get(probe)
        if lost is not None and now - lost.taken_at > WAITING_SECONDS:
            lost = self._waiting.pop(probe) and None
        if verdict.state == "down":
            if lost is not None and verdict.since == verdict.measured_at:
                verdict = structs.replace(verdict, since=lost.verdict.since)
            self._wait(probe, LateLoss(verdict, now))
        elif verdict.state == "up" and lost is not None and lost.verdict.measured_at < verdict.measured_at:
            del self._waiting[probe]
            if confirmed(lost.verdict):
                self._tell(lost.verdict, max(lost.verdict.since, verdict.since), now)

    def forget(self, verdict: Finding) -> None:
        """That loss is of the present."""
        self._waiting.pop(_probe(verdict), None)

    def _wait(self, probe: Probe, lost: LateLoss) -> None:
        if probe not in self._waiting and len(self._waiting) >= WAITING_AT_MOST:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1
        self._waiting[probe] = lost

    def _tell(self, lost: Finding, until: float, now: float) -> None:
        """It was so from `lost.since` until then: correct the incident that has it, or make one."""
        subject, site = self._subject(lost)
        concerned = {lost.target, lost.agent}
        known = [
            incident
            for incident in self._ledger.overlapping(lost.since, until)
            if incident.subject == subject
            or (incident.kind == "site_down" and _affected(incident, concerned, lost.since, until))
        ]
        if not known:
            affected = Affected(site, lost.since, until)
            self._ledger.late(subject, "warning", affected, now, lost.reason, (lost.agent,))
        elif len(known) == 1 and known[0].subject == subject and lost.since < known[0].began_at:
            self._ledger.began(known[0], lost.since, now)

    def _subject(self, lost: Finding) -> tuple[Subject, str]:
        """What was down, and the site that this concerned."""
        if lost.target in self.network.sites and lost.kind == PING:
            return Subject("site_down", lost.target), lost.target
        return self.network.subject(lost.agent, lost.kind, lost.target), lost.agent


def _probe(verdict: Finding) -> Probe:
    return verdict.agent, verdict.kind, verdict.target


def _affected(incident: Incident, sites: set[str], since: float, until: float) -> bool:
    return any(
        entry.site in sites and entry.since <= until and (entry.until is None or since <= entry.until)
        for entry in incident.affected
    )
