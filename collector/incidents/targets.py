"""Targets and applications that are down, everywhere or from some sites only."""

from collections.abc import Collection

from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts, confirmed
from collector.incidents.incident import Incident, Scope, Severity, Subject, affecting
from collector.incidents.judge import judge
from collector.incidents.on_backup import OnBackup
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.routers import may_deny
from collector.incidents.sites import Sites
from collector.incidents.ways_out import WaysOut
from collector.incidents.wider import KINDS, Losses, Wider
from collector.inventory import INTERNET

PATIENCE_SECONDS = 10.0
"""An incident waits for the findings of other agents, and for those on the sites in between."""


class Targets:
    """Each fact has one incident. `Wider` decides which losses are one fact."""

    def __init__(
        self, facts: Facts, register: Register, sites: Sites, on_backup: OnBackup, ways_out: WaysOut
    ) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites
        self._ways_out = ways_out
        self._wider = Wider(facts, register, sites, on_backup, ways_out)
        self._held_since: dict[Subject, float] = {}
        self._explained: dict[Subject, Incident] = {}

    def incident_about(self, subject: Subject) -> Incident | None:
        """The open incident about the subject, or about the wider fact that explains it."""
        wider = self._explained.get(subject)
        return self._register.open.get(subject) or (self._register.open.get(wider.subject) if wider else None)

    def review(self, review: Review) -> None:
        open_ones = {subject for subject in self._register.open if subject.kind in KINDS}
        held_before, self._held_since = self._held_since, {}
        undecided = self._sites.undecided
        losses = self._wider.losses()
        self._explained = losses.explained
        for subject in sorted(open_ones | losses.findings.keys()):
            incident = self._register.open.get(subject)
            if covering := self._covering(subject, losses):
                if incident is not None:
                    self._register.merged(incident, covering, review.now)
                continue
            if subject.root in undecided or subject in losses.held:
                continue
            findings = losses.findings.get(subject) or self._facts.believed(subject)
            findings = [finding for finding in findings if finding.agent not in undecided]
            if incident is None:
                self._perhaps_open(subject, findings, held_before, review)
            else:
                self._follow(incident, findings, review)

    def _covering(self, subject: Subject, losses: Losses) -> Incident | None:
        """The incident that explains the loss: an outage of its site, or a wider fact."""
        outage = self._sites.outage_of(subject.root) or self._sites.outage_of(subject.agent)
        wider = outage or losses.explained.get(subject)
        return wider and self._register.open.get(wider.subject)  # it may have taken in others just now

    def _perhaps_open(
        self, subject: Subject, findings: list[Finding], held_before: dict[Subject, float], review: Review
    ) -> None:
        down = [finding for finding in findings if finding.state == "down"]
        if not any(map(confirmed, down)) and len({finding.agent for finding in down}) < 2:
            return
        if subject.root in self._facts.network.sites and judge(self._facts, subject.root).state != "up":
            return
        since = held_before.get(subject, review.now)
        if review.now < since + PATIENCE_SECONDS:
            self._held_since[subject] = since
            review.again(since + PATIENCE_SECONDS)
            return
        first = min(down, key=self._since)
        up_since = since if subject.root in self._facts.network.sites else 0.0
        incident = self._register.opened(
            subject,
            _severity_of(subject),
            max(self._since(first), up_since),
            review.now,
            reason=first.reason,
            seen_by=tuple(sorted({finding.agent for finding in down})),
            status_code=first.status_code,
        )
        self._follow(incident, findings, review)

    def _follow(self, incident: Incident, findings: list[Finding], review: Review) -> None:
        """Bring the incident up to date.

        A site stays affected until its agent finds the target up, or no longer probes it. An agent that is
        cut off changes nothing: the target is neither back nor down everywhere because of that.
        """
        down = {finding.agent: finding for finding in findings if finding.state == "down"}
        up = {
            finding.agent: finding
            for finding in findings
            if finding.state == "up" and finding.agent not in down
        }
        open_before = set(incident.affected_now)
        subject, may_lack = incident.subject, self._wider.may_lack
        affected = down.keys() | {site for site in open_before - up.keys() if may_lack(site, subject)}
        if not affected:
            back = [up[site].since for site in open_before if site in up]
            self._register.closed(incident, max(back, default=review.now), review.now)
            return
        scope = self._scope(incident, affected, bool(up))
        unreached = self._sites.unreached if incident.root == INTERNET else frozenset()
        lost_by_all = incident.kind == "application_down" and scope == "everywhere"
        self._register.updated(
            incident,
            review.now,
            scope=scope,
            severity="critical" if lost_by_all else _severity_of(subject),
            affected=affecting(
                incident.affected,
                affected | unreached,
                lambda site: max(self._since(down[site]) if site in down else 0.0, incident.began_at),
                lambda site: up[site].since if site in up else review.now,
            ),
        )
        if down:
            review.confirmed.add(subject)

    def _scope(self, incident: Incident, affected: Collection[str], seen_up: bool) -> Scope:
        """It becomes "everywhere" only if no agent that may find the target up is out of reach."""
        probing = self._facts.network.probing(incident.root)
        if seen_up or 2 * len(affected) < len(probing):
            return "here"
        others = set(probing) - set(affected)
        if incident.scope != "everywhere" and may_deny(
            self._facts, incident.subject, others, incident.began_at
        ):
            return "here"
        return "everywhere"

    def _since(self, finding: Finding) -> float:
        """The begin of the loss. While the agent's own site was out, its losses were not the target's.

        Nor were they while a path of the internet was lost.
        """
        over = self._ways_out.covered_until(finding.agent, finding.since)
        return max(finding.since, self._register.covered_until(finding.agent), over)


def _severity_of(subject: Subject) -> Severity:
    """A device that answers no SNMP may work well: that can wait for office hours."""
    return "info" if subject.kind == "target_down" and subject.probe == "snmp" else "warning"
