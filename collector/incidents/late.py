"""Late evidence is history. It corrects the begin of an outage, or adds an unknown one, without a notice."""

from collections.abc import Collection
from typing import NamedTuple

from msgspec import structs

from collector.incidents.evidence import Finding
from collector.incidents.facts import confirmed
from collector.incidents.incident import Affected, Incident, Subject
from collector.incidents.network import PING, Network
from collector.incidents.register import Register

WAITING_AT_MOST = 10_000
WAITING_SECONDS = 3600.0
"""The end of a late outage comes with the same backlog, or not at all."""

Probe = tuple[str, str, str]
"""Agent, kind and target."""


class LateLoss(NamedTuple):
    finding: Finding
    taken_at: float


class LateEvidence:
    """A loss waits until its end is known. `dropped` counts the losses for which there was no room."""

    def __init__(self, network: Network, register: Register) -> None:
        self.network = network
        self.dropped = 0
        self._register = register
        self._waiting: dict[Probe, LateLoss] = {}

    @property
    def waiting(self) -> Collection[Probe]:
        return self._waiting.keys()

    def take(self, finding: Finding, now: float) -> None:
        probe = _probe(finding)
        lost = self._waiting.get(probe)
        if lost is not None and now - lost.taken_at > WAITING_SECONDS:
            lost = self._waiting.pop(probe) and None
        if finding.state == "down":
            if lost is not None and finding.since == finding.measured_at:
                finding = structs.replace(finding, since=lost.finding.since)
            self._wait(probe, LateLoss(finding, now))
        elif finding.state == "up" and lost is not None and lost.finding.measured_at < finding.measured_at:
            del self._waiting[probe]
            if confirmed(lost.finding):
                self._add(lost.finding, max(lost.finding.since, finding.since), now)

    def forget(self, finding: Finding) -> None:
        """The probe's loss is one of the present."""
        self._waiting.pop(_probe(finding), None)

    def _wait(self, probe: Probe, lost: LateLoss) -> None:
        if probe not in self._waiting and len(self._waiting) >= WAITING_AT_MOST:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1
        self._waiting[probe] = lost

    def _add(self, lost: Finding, until: float, now: float) -> None:
        """The loss lasted from `lost.since` to `until`. Correct its incident, or make one."""
        subject, site = self._subject(lost)
        affected_sites = {lost.target, lost.agent}
        known = [
            incident
            for incident in self._register.overlapping(lost.since, until)
            if incident.subject == subject
            or (incident.kind == "site_down" and _affected(incident, affected_sites, lost.since, until))
        ]
        if not known:
            affected = Affected(site, lost.since, until)
            self._register.opened_late(subject, "warning", affected, now, lost.reason, (lost.agent,))
        elif len(known) == 1 and known[0].subject == subject and lost.since < known[0].began_at:
            self._register.backdated(known[0], lost.since, now)

    def _subject(self, lost: Finding) -> tuple[Subject, str]:
        """The subject that was down, and the site that it affected."""
        if lost.target in self.network.sites and lost.kind == PING:
            return Subject("site_down", lost.target), lost.target
        return self.network.subject(lost.agent, lost.kind, lost.target), lost.agent


def _probe(finding: Finding) -> Probe:
    return finding.agent, finding.kind, finding.target


def _affected(incident: Incident, sites: set[str], since: float, until: float) -> bool:
    return any(
        entry.site in sites and entry.since <= until and (entry.until is None or since <= entry.until)
        for entry in incident.affected
    )
