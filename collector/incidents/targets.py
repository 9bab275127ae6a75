"""Targets and applications that are down, everywhere or only from here."""

from collections.abc import Collection

from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts, confirmed
from collector.incidents.incident import Incident, Scope, Severity, Subject, affecting
from collector.incidents.judge import judge
from collector.incidents.ledger import Register
from collector.incidents.review import Review
from collector.incidents.sites import Sites
from collector.incidents.wider import KINDS, Losses, Wider
from collector.inventory import INTERNET

PATIENCE_SECONDS = 10.0
"""The others' word on it, and on the sites in between, comes first: nobody is called for this at once."""


class Targets:
    """Each fact has one incident: `Wider` tells which losses are one."""

    def __init__(self, facts: Facts, ledger: Register, sites: Sites) -> None:
        self._facts = facts
        self._ledger = ledger
        self._sites = sites
        self._wider = Wider(facts, ledger, sites)
        self._noticed: dict[Subject, float] = {}

    def review(self, review: Review) -> None:
        open_ones = {subject for subject in self._ledger.open if subject.kind in KINDS}
        noticed, self._noticed = self._noticed, {}
        undecided = self._sites.undecided
        losses = self._wider.losses()
        for subject in sorted(open_ones | losses.of.keys()):
            incident = self._ledger.open.get(subject)
            if covering := self._covering(subject, losses):
                if incident is not None:
                    self._ledger.merged(incident, covering, review.now)
                continue
            if subject.root in undecided or subject in losses.held:
                continue
            words = losses.of.get(subject) or self._facts.words(subject)
            words = [word for word in words if word.agent not in undecided]
            if incident is None:
                self._perhaps_open(subject, words, noticed, review)
            else:
                self._follow(incident, words, review)

    def _covering(self, subject: Subject, losses: Losses) -> Incident | None:
        """The outage of the site that it is, or in which it is seen; or the wider fact it is part of."""
        outage = self._sites.outage_of(subject.root) or self._sites.outage_of(subject.agent)
        return outage or losses.explained.get(subject)

    def _perhaps_open(
        self, subject: Subject, words: list[Finding], noticed: dict[Subject, float], review: Review
    ) -> None:
        down = [word for word in words if word.state == "down"]
        if not any(map(confirmed, down)) and len({word.agent for word in down}) < 2:
            return
        if subject.root in self._facts.network.sites and judge(self._facts, subject.root).state != "up":
            return
        since = noticed.get(subject, review.now)
        if review.now < since + PATIENCE_SECONDS:
            self._noticed[subject] = since
            review.again(since + PATIENCE_SECONDS)
            return
        first = min(down, key=self._since)
        lives_since = since if subject.root in self._facts.network.sites else 0.0
        incident = self._ledger.opened(
            subject,
            "warning",
            max(self._since(first), lives_since),
            review.now,
            reason=first.reason,
            seen_by=tuple(sorted({word.agent for word in down})),
        )
        self._follow(incident, words, review)

    def _follow(self, incident: Incident, words: list[Finding], review: Review) -> None:
        """A site from which it was down stays affected until it says otherwise, or no longer probes it.

        That a site is cut off says nothing of it: neither that it is back nor that it is down everywhere.
        """
        down = {word.agent: word for word in words if word.state == "down"}
        up = {word.agent: word for word in words if word.state == "up" and word.agent not in down}
        open_before = set(incident.affected_now)
        subject, sees = incident.subject, self._wider.sees
        affected = down.keys() | {site for site in open_before - up.keys() if sees(site, subject)}
        if not affected:
            back = [up[site].since for site in open_before if site in up]
            self._ledger.closed(incident, max(back, default=review.now), review.now)
            return
        scope = self._scope(incident, affected, bool(up))
        unreached = self._sites.unreached if incident.root == INTERNET else frozenset()
        self._ledger.updated(
            incident,
            review.now,
            scope=scope,
            severity=_severity(incident, scope),
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
        """It becomes everywhere by what is known: not while somebody who may see it up can't be heard."""
        probing = self._facts.network.probing(incident.root)
        if seen_up or 2 * len(affected) < len(probing):
            return "here"
        others = set(probing) - set(affected)
        if incident.scope != "everywhere" and self._facts.may_deny(
            incident.subject, others, incident.began_at
        ):
            return "here"
        return "everywhere"

    def _since(self, word: Finding) -> float:
        """What is seen from a site that was out is no matter of the target's before it is back."""
        return max(word.since, self._ledger.covered_until(word.agent))


def _severity(incident: Incident, scope: Scope) -> Severity:
    return "critical" if incident.kind == "application_down" and scope == "everywhere" else "warning"
