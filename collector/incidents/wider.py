"""Which losses are one fact: what an agent misses may be a part of something wider, which alone is told."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts
from collector.incidents.incident import Incident, Subject
from collector.incidents.ledger import Register
from collector.incidents.network import PING
from collector.incidents.sites import Sites
from collector.inventory import INTERNET
from collector.inventory.targets import GATEWAY, RESOLVER, UPLINK

DNS = "dns"
TOGETHER_SECONDS = 90.0
"""What needs the internet is missed so soon after it: its probes have run by then."""

KINDS = ("target_down", "application_down")
Whole = Incident | Subject | None


class Losses(NamedTuple):
    """`of` are the words about each fact. Of what is part of a wider one, `explained` has the incident that
    covers it, and `held` is that of which there is none yet.
    """

    of: dict[Subject, list[Finding]]
    explained: dict[Subject, Incident]
    held: set[Subject]


class Wider:
    def __init__(self, facts: Facts, ledger: Register, sites: Sites) -> None:
        self._facts = facts
        self._ledger = ledger
        self._sites = sites

    def losses(self) -> Losses:
        """Of everything that at least one probe doesn't find up, or that is open."""
        losses = Losses({}, {}, set())
        missed = {subject for subject in self._ledger.open if subject.kind in KINDS}
        wholes = {subject: self._whole(subject) for subject in missed.union(self._facts.troubled)}
        for whole in [whole for whole in wholes.values() if isinstance(whole, Subject)]:
            wholes.setdefault(whole, self._whole(whole))
        for subject, found in wholes.items():
            if found is None:
                self._add(subject, losses)
            else:
                self._part(subject, found, losses)
        return losses

    def sees(self, site: str, subject: Subject) -> bool:
        """Does its agent probe that, and has it not said that it is up?"""
        network = self._facts.network
        for part in self._family(subject):
            if part.agent in ("", site) and network.probes_it(site, part):
                word = self._facts.said(site, part)
                return word is None or word.state != "up"
        return False

    def _add(self, subject: Subject, losses: Losses) -> None:
        """What is found down for another reason is no word on it."""
        words = self._words(subject)
        down = [word for word in words if word.state == "down"]
        reasons = [self._explaining(subject, word) for word in down]
        left = [word for word, reason in zip(down, reasons, strict=True) if reason is None]
        whole = next(filter(None, reasons), None)
        if whole is not None and not left:
            self._part(subject, whole, losses)
        losses.of[subject] = left + [word for word in words if word.state == "up"]

    def _part(self, subject: Subject, whole: Incident | Subject, losses: Losses) -> None:
        incident = self._ledger.open.get(whole) if isinstance(whole, Subject) else whole
        if incident is None:
            losses.held.add(subject)
        else:
            losses.explained[subject] = incident

    def _whole(self, subject: Subject) -> Whole:
        """The incident or the fact of which it is a part; None where it stands for itself."""
        if subject.kind != "target_down":
            return None
        if subject.root.startswith(INTERNET) and subject.root in self._facts.network.shared:
            first = Subject("target_down", INTERNET, PING)
            part = subject != first and self._widely_lost(first)
            return self._sites.outage_of(INTERNET) or (first if part else None)
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

    def _whole_of_uplink(self, agent: str) -> Whole:
        """Its parent's router is down, or only its way there: then the parent misses its router too."""
        parent = self._facts.network.parents.get(agent, "")
        if outage := self._sites.outage_of(parent):
            return outage
        above, own = Subject("target_down", parent, PING), Subject("target_down", agent, PING)
        if self._lost(above):
            return above
        return own if self._lost(own) else None

    def _explaining(self, subject: Subject, word: Finding) -> Subject | None:
        """What the agent has lost without which it can't find this up."""
        if subject.kind == "application_down" and word.reason == "resolve":
            for own in self._resolvers(word.agent):
                if self._down_from(word.agent, own) is not None:
                    whole = self._whole(own)
                    return whole if isinstance(whole, Subject) else own
        if subject.kind == "application_down" or subject.root.startswith(RESOLVER):
            lost_at = self._down_from(word.agent, Subject("target_down", INTERNET, PING))
            if lost_at is not None and lost_at - 1.0 <= word.since <= lost_at + TOGETHER_SECONDS:
                return Subject("target_down", INTERNET, PING)
        return None

    def _resolvers(self, agent: str) -> Iterator[Subject]:
        for kind, target in sorted(self._facts.network.probes.get(agent, ())):
            if kind == DNS and target.startswith(RESOLVER):
                yield self._facts.network.subject(agent, kind, target)

    def _down_from(self, agent: str, subject: Subject) -> float | None:
        """Since when the agent misses it."""
        words = (word for word in self._facts.words(subject) if word.agent == agent and word.state == "down")
        return min((word.since for word in words), default=None)

    def _lost(self, router: Subject) -> bool:
        """Is a site's router missed from above, or by most of those below?"""
        word = self._facts.router(router.root)
        return router in self._ledger.open or bool(word and word.state == "down") or self._widely_lost(router)

    def _widely_lost(self, subject: Subject) -> bool:
        """Do two at least, and most who can tell, miss it? While its incident is open all that miss it do."""
        if subject in self._ledger.open:
            return True
        states = {word.agent: word.state for word in self._words(subject)}
        missing = list(states.values()).count("down")
        return missing > 1 and 2 * missing > len(states)

    def _words(self, subject: Subject) -> list[Finding]:
        return [word for part in self._family(subject) for word in self._facts.words(part)]

    def _family(self, subject: Subject) -> list[Subject]:
        """The subjects whose words are about one fact."""
        network = self._facts.network
        if subject.kind != "target_down" or subject.agent:
            return [subject]
        if subject.root.startswith(RESOLVER) and subject.root not in network.shared:
            return [subject._replace(agent=agent) for agent in network.sites]
        if subject.probe == PING and subject.root in network.sites:
            below = network.hung_from.get(subject.root, ())
            return [subject, *(Subject("target_down", UPLINK, PING, agent) for agent in below)]
        return [subject]
