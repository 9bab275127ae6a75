"""Losses that are one fact. A loss may be a part of a wider one, and only the wider one gets an incident."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts
from collector.incidents.family import believed_of, family, router_lost, widely_lost
from collector.incidents.incident import Incident, Subject
from collector.incidents.network import PING
from collector.incidents.on_backup import OnBackup
from collector.incidents.register import Register
from collector.incidents.sites import Sites
from collector.incidents.ways_out import WaysOut
from collector.inventory import INTERNET
from collector.inventory.targets import GATEWAY, RESOLVER, UPLINK

DNS = "dns"
TOGETHER_SECONDS = 90.0
"""A target that needs the internet is lost within this time after it: its probes have run by then."""

KINDS = ("target_down", "application_down")
Whole = Incident | Subject | None


class Losses(NamedTuple):
    """`findings` are the findings on each fact.

    `explained` has each part of a wider fact, with the incident that explains it. `held` are parts of a wider
    fact that has no incident yet.
    """

    findings: dict[Subject, list[Finding]]
    explained: dict[Subject, Incident]
    held: set[Subject]


class Wider:
    def __init__(
        self, facts: Facts, register: Register, sites: Sites, on_backup: OnBackup, ways_out: WaysOut
    ) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites
        self._on_backup = on_backup
        self._ways_out = ways_out

    def losses(self) -> Losses:
        """The losses of all subjects that a probe does not find up, or that have an open incident."""
        losses = Losses({}, {}, set())
        subjects = {subject for subject in self._register.open if subject.kind in KINDS}
        wholes = {subject: self._whole(subject) for subject in subjects.union(self._facts.troubled)}
        for whole in [one for one in wholes.values() if isinstance(one, Subject) and one.kind in KINDS]:
            wholes.setdefault(whole, self._whole(whole))
        for subject, found in wholes.items():
            if found is None:
                self._add(subject, losses)
            else:
                self._part(subject, found, losses)
        return losses

    def may_lack(self, site: str, subject: Subject) -> bool:
        """Does the site's agent probe the subject, and does its last finding not show it up?"""
        network = self._facts.network
        if self._ways_out.explaining(site, subject.root) is not None:
            return False
        for part in family(network, subject):
            if part.agent in ("", site) and network.probes_it(site, part):
                finding = self._facts.last_finding(site, part)
                return finding is None or finding.state != "up"
        return False

    def _add(self, subject: Subject, losses: Losses) -> None:
        """A loss with another cause does not count as a finding on this subject."""
        findings = believed_of(self._facts, subject)
        down = [finding for finding in findings if finding.state == "down"]
        reasons: list[Whole] = [self._explaining(subject, finding) for finding in down]
        left = [finding for finding, reason in zip(down, reasons, strict=True) if reason is None]
        whole = next((reason for reason in reasons if reason is not None), None)
        if whole is not None and not left:
            self._part(subject, whole, losses)
        losses.findings[subject] = left + [finding for finding in findings if finding.state == "up"]

    def _part(self, subject: Subject, whole: Incident | Subject, losses: Losses) -> None:
        incident = self._register.open.get(whole) if isinstance(whole, Subject) else whole
        if incident is None:
            losses.held.add(subject)
        else:
            losses.explained[subject] = incident

    def _whole(self, subject: Subject) -> Whole:
        """The incident or the wider fact of which the subject is a part; None if it stands alone."""
        if subject.kind != "target_down":
            return None
        if subject.root.startswith(INTERNET) and subject.root in self._facts.network.shared:
            first = Subject("target_down", INTERNET, PING)
            part = subject != first and self._widely_lost(first)
            lost = self._sites.outage_of(INTERNET) or self._ways_out.whole(subject.root)
            return lost or self._one_providers(subject) or (first if part else None)
        if subject.root.startswith(RESOLVER) and subject.agent:
            wide = Subject("target_down", subject.root, DNS)
            return wide if self._widely_lost(wide) else None
        if subject.agent and subject.root == UPLINK:
            return self._whole_of_uplink(subject.agent)
        own_router = Subject("target_down", subject.agent, PING)
        if subject.agent and subject.root == GATEWAY:
            return own_router if self._lost(own_router) else None
        above = self._facts.network.above(subject.root) if subject.probe == PING else ()
        return next(filter(None, map(self._sites.outage_of, above)), None)

    def _one_providers(self, subject: Subject) -> Subject | None:
        """The lost way out of a provider, if its agents alone miss the target of the internet."""
        missing = {one.agent for one in self._facts.believed(subject) if one.state == "down"}
        ways = {self._ways_out.explaining(agent, subject.root) for agent in missing}
        return ways.pop() if len(ways) == 1 else None

    def _whole_of_uplink(self, agent: str) -> Whole:
        """An agent loses its `uplink` because the parent's router is down, or because the way there is."""
        parent = self._facts.network.parents.get(agent, "")
        if across := self._on_backup.explaining(agent, parent):
            return across
        if outage := self._sites.outage_of(parent):
            return outage
        above, own = Subject("target_down", parent, PING), Subject("target_down", agent, PING)
        if self._lost(above):
            return above
        return own if self._lost(own) else None

    def _explaining(self, subject: Subject, finding: Finding) -> Whole:
        """The fact that the agent has lost too, and that it needs to find this one up."""
        if subject.kind == "target_down" and (across := self._across_main_way(subject, finding)):
            return across
        if subject.kind == "target_down" and subject.root in self._facts.network.rings:
            return self._ways_out.explaining(finding.agent, subject.root)
        if subject.kind == "application_down" and finding.reason == "resolve":
            for own in self._resolvers(finding.agent):
                if self._down_from(finding.agent, own) is not None:
                    whole = self._whole(own)
                    return whole if isinstance(whole, Subject) else own
        if subject.kind == "application_down" or subject.root.startswith(RESOLVER):
            whole, lost_at = self._lost_internet(finding.agent)
            if lost_at is not None and lost_at - 1.0 <= finding.since <= lost_at + TOGETHER_SECONDS:
                return whole
        return None

    def _lost_internet(self, agent: str) -> tuple[Subject, float | None]:
        """The fact by which the agent has no internet, or not all of it, and since when."""
        first = Subject("target_down", INTERNET, PING)
        return self._ways_out.lost_by(agent) or (first, self._down_from(agent, first))

    def _resolvers(self, agent: str) -> Iterator[Subject]:
        for kind, target in sorted(self._facts.network.probes.get(agent, ())):
            if kind == DNS and target.startswith(RESOLVER):
                yield self._facts.network.subject(agent, kind, target)

    def _down_from(self, agent: str, subject: Subject) -> float | None:
        """The time at which the agent lost the subject; None if it did not."""
        findings = self._facts.believed(subject)
        lost = (one.since for one in findings if one.agent == agent and one.state == "down")
        return min(lost, default=None)

    def _lost(self, router: Subject) -> bool:
        """Is a site's router lost from above, or for most of the agents below?"""
        return router_lost(self._facts, self._register, router, self._counts_on(router))

    def _widely_lost(self, subject: Subject) -> bool:
        """Did two agents or more, and most of those that probe it, lose it? Or is its incident open?"""
        return widely_lost(self._facts, self._register, subject, self._counts_on(subject))

    def _counts_on(self, subject: Subject) -> Callable[[Finding], bool]:
        """Findings across the lost main way of a site on its backup are not about this subject."""
        return lambda finding: self._across_main_way(subject, finding) is None

    def _across_main_way(self, subject: Subject, finding: Finding) -> Whole:
        """The incident or subject of the site on its backup whose lost main way the ping crosses."""
        if finding.kind != PING or finding.state != "down":
            return None
        place = (
            self._facts.network.parents.get(finding.agent, "") if finding.target == UPLINK else finding.target
        )
        whole = self._on_backup.explaining(finding.agent, place)
        return None if whole == subject else whole
