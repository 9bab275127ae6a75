"""Incidents of upkeep: one about each thing, or one about all of a kind if they are ten or more. Sans-IO."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from collector.incidents.evidence import UpkeepSeen
from collector.incidents.facts import Facts
from collector.incidents.gravity import SEVERITIES
from collector.incidents.incident import Affected, Incident, Kind, Subject
from collector.incidents.network import MANY
from collector.incidents.register import Register
from collector.incidents.review import Review

KINDS: tuple[Kind, ...] = ("certificate_expiry", "agent_trouble")
MANY_AT_LEAST = 10


class Lasting(NamedTuple):
    """A thing is bad for so long before its incident begins, and well for so long before it ends."""

    begins_seconds: float
    ends_seconds: float


CERTIFICATE = Lasting(600.0, 60.0)
"""A clock that is wrong for some minutes ends no certificate."""
USED_TWICE = "used_twice"
"""Two boxes used the code of one invitation, so nobody knows which of them is the right one."""
TROUBLE = {
    "clock": Lasting(1800.0, 600.0),
    "spool": Lasting(1800.0, 600.0),
    "dropping": Lasting(0.0, 3600.0),
    USED_TWICE: Lasting(0.0, 0.0),
}
"""Boards without a clock wait some minutes for NTP at each start. A counter tells of a drop at once."""


class Tended(NamedTuple):
    """The newest evidence of a subject, since when it is bad or well, and since when of that severity."""

    seen: UpkeepSeen
    since: float
    same_since: float


class Upkeep:
    """A site with trouble has an incident of its own, or stands in the one about many."""

    def __init__(self, facts: Facts, register: Register) -> None:
        self._facts = facts
        self._register = register
        self._tended: dict[Subject, Tended] = {}

    @property
    def tended(self) -> set[Subject]:
        """The subjects that are bad, or that have an incident."""
        return {*self._tended, *(subject for one in self._open() for subject in _members(one))}

    def take(self, seen: UpkeepSeen) -> None:
        known = self._tended.get(seen.subject)
        since = known.since if known is not None and known.seen.bad == seen.bad else seen.at
        same = known is not None and (known.seen.bad, known.seen.severity) == (seen.bad, seen.severity)
        self._tended[seen.subject] = Tended(seen, since, known.same_since if known and same else seen.at)

    def rearrange(self, now: float) -> None:
        """Forget the subjects that left the inventory, also among many."""
        network = self._facts.network
        self._tended = {subject: tended for subject, tended in self._tended.items() if network.has(subject)}
        for many in [one for one in self._open() if one.root == MANY]:
            for site in many.affected_now:
                if site not in network.sites:
                    self._leave(self._register.open[many.subject], site, now, now)

    def review(self, review: Review) -> None:
        for subject, tended in list(self._tended.items()):
            if tended.seen.bad:
                self._bad(subject, tended, review)
            else:
                self._well(subject, tended, review)
        for kind, probe in {(one.kind, one.probe) for one in self._open()}:
            self._gather(Subject(kind, MANY, probe), review)

    def _bad(self, subject: Subject, tended: Tended, review: Review) -> None:
        incident = self._register.open.get(subject)
        if incident is not None:
            self._follow_one(incident, tended, review)
        elif not self._stands_among_many(subject):
            due = tended.since + _lasting(subject).begins_seconds
            if review.now < due:
                review.again(due)
            elif subject.probe == USED_TWICE or not self._is_out(subject.root):
                self._begin(subject, tended, review)

    def _is_out(self, root: str) -> bool:
        return root in self._facts.out or root in self._facts.liveness.silent

    def _follow_one(self, incident: Incident, tended: Tended, review: Review) -> None:
        """Its severity changes as slowly as it begins: a clock may be wrong for some minutes."""
        review.confirmed.add(incident.subject)
        due = tended.same_since + _lasting(incident.subject).begins_seconds
        if tended.seen.severity != incident.severity and review.now < due:
            review.again(due)
            return
        seen = tended.seen
        self._register.updated(incident, review.now, severity=seen.severity, not_after=seen.not_after)

    def _begin(self, subject: Subject, tended: Tended, review: Review) -> None:
        site = subject.root in self._facts.network.sites
        affected = (Affected(subject.root, tended.since),) if site else ()
        reason = subject.probe or "expiry"
        incident = self._register.opened(
            subject, tended.seen.severity, tended.since, review.now, affected, reason
        )
        self._register.updated(incident, review.now, not_after=tended.seen.not_after)
        review.confirmed.add(subject)

    def _well(self, subject: Subject, tended: Tended, review: Review) -> None:
        due = tended.since + _lasting(subject).ends_seconds
        if review.now < due:
            review.again(due)
            return
        del self._tended[subject]
        if incident := self._register.open.get(subject):
            self._register.closed(incident, tended.since, review.now)
        elif self._stands_among_many(subject):
            self._leave(self._register.open[_many(subject)], subject.root, tended.since, review.now)

    def _leave(self, many: Incident, site: str, since: float, now: float) -> None:
        affected = tuple(
            replace(entry, until=max(entry.since, since))
            if entry.site == site and entry.until is None
            else entry
            for entry in many.affected
        )
        many = self._register.updated(many, now, affected=affected)
        if not many.affected_now:
            self._register.closed(many, since, now)

    def _gather(self, subject: Subject, review: Review) -> None:
        """Take the incidents of single sites with the same trouble together, where they are many."""
        sites = self._facts.network.sites
        alike = [one for one in self._open() if _many(one.subject) == subject and one.root in sites]
        many = self._register.open.get(subject)
        if many is None:
            if len(alike) < MANY_AT_LEAST:
                return
            first = min(alike, key=lambda one: one.began_at)
            many = self._register.opened(subject, "info", first.began_at, review.now, reason=first.reason)
        for one in alike:
            self._register.merged(one, self._register.open[subject], review.now)
        self._follow(self._register.open[subject], review)

    def _follow(self, many: Incident, review: Review) -> None:
        """It is as grave as the gravest of its sites."""
        members = [self._tended[one] for one in _members(many) if one in self._tended]
        bad = [one for one in members if one.seen.bad]
        if bad:
            review.confirmed.add(many.subject)
        lasting = _lasting(many.subject).begins_seconds
        steady = [one.seen for one in bad if review.now >= one.same_since + lasting]
        if steady:
            gravest = max(steady, key=lambda seen: SEVERITIES.index(seen.severity))
            ends = min((seen.not_after for seen in steady if seen.not_after is not None), default=None)
            self._register.updated(many, review.now, severity=gravest.severity, not_after=ends)

    def _open(self) -> list[Incident]:
        return [one for one in self._register.open.values() if one.kind in KINDS]

    def _stands_among_many(self, subject: Subject) -> bool:
        many = self._register.open.get(_many(subject))
        return many is not None and subject.root in many.affected_now


def _many(subject: Subject) -> Subject:
    return Subject(subject.kind, MANY, subject.probe)


def _members(incident: Incident) -> Iterator[Subject]:
    """The subjects that the incident stands for."""
    if incident.root != MANY:
        yield incident.subject
    else:
        for site in incident.affected_now:
            yield Subject(incident.kind, site, incident.probe)


def _lasting(subject: Subject) -> Lasting:
    return TROUBLE.get(subject.probe, CERTIFICATE)
