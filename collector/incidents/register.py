"""The open incidents, the last closed ones, and a record of each change."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import msgspec

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.gravity import RINGING, announced_as, rung
from collector.incidents.incident import (
    Affected,
    Change,
    Incident,
    Kind,
    Moment,
    Notice,
    NoticeKind,
    Record,
    Severity,
    Subject,
    Transition,
)
from collector.incidents.moments import remembering, with_moments

CLOSED_KEPT = 1000
"""So many closed incidents stay in memory, so that late evidence finds its incident."""


class Register:
    """`ended` are the incidents that closed since the last `drain`."""

    def __init__(self, incidents: Iterable[Incident] = ()) -> None:
        self.open: dict[Subject, Incident] = {}
        self.ended: list[Incident] = []
        self._closed: dict[str, Incident] = {}
        self._covered_until: dict[str, float] = {}
        self._records: list[Record] = []
        for incident in sorted(incidents, key=lambda incident: incident.opened_at):
            self._keep(incident)

    def of_kind(self, kind: Kind) -> dict[str, Incident]:
        """The open incidents of a kind by root, for kinds with at most one incident a root."""
        return {subject.root: incident for subject, incident in self.open.items() if subject.kind == kind}

    def get(self, id: str) -> Incident | None:
        """The incident of this id, if it is open or one of the last closed ones."""
        closed = self._closed.get(id)
        return closed or next((incident for incident in self.open.values() if incident.id == id), None)

    def opened(
        self,
        subject: Subject,
        severity: Severity,
        began_at: float,
        now: float,
        affected: tuple[Affected, ...] = (),
        reason: str = "",
        seen_by: tuple[str, ...] = (),
        status_code: int | None = None,
    ) -> Incident:
        incident = Incident(
            id=self._new_id(subject, began_at),
            kind=subject.kind,
            root=subject.root,
            probe=subject.probe,
            agent=subject.agent,
            severity=severity,
            began_at=began_at,
            opened_at=now,
            affected=affected,
            reason=reason,
            status_code=status_code,
            seen_by=seen_by,
        )
        return self._record("opened", incident, now)

    def opened_late(
        self,
        subject: Subject,
        severity: Severity,
        affected: Affected,
        now: float,
        reason: str,
        seen_by: tuple[str, ...],
    ) -> None:
        """An outage that is known only after its end: it opens and closes at once, without a notice."""
        ended_at = affected.until or affected.since
        past = Incident(
            id=self._new_id(subject, affected.since),
            kind=subject.kind,
            root=subject.root,
            probe=subject.probe,
            agent=subject.agent,
            severity=severity,
            began_at=affected.since,
            opened_at=now,
            affected=(affected,),
            reason=reason,
            seen_by=seen_by,
            late=True,
        )
        self._records.append(Transition("opened", now, past))
        past = msgspec.structs.replace(past, status="closed", ended_at=ended_at)
        self._records.append(Transition("closed", now, past))
        self._remember(past)

    def updated(self, incident: Incident, now: float, **changes: Any) -> Incident:
        """Change these fields of the incident. If nothing changes, there is no record."""
        changed = msgspec.structs.replace(incident, **changes)
        if changed == incident:
            return incident
        return self._record("updated", remembering(incident, changed, now), now)

    def backdated(self, incident: Incident, began_at: float, now: float) -> Incident:
        """The incident began earlier than was known, by more than the clocks of two agents differ."""
        if began_at > incident.began_at - CLOCKS_DIFFER_SECONDS:
            return incident
        affected = tuple(
            Affected(entry.site, max(began_at, self._free_from(entry, incident)), entry.until)
            if entry.since == incident.began_at
            else entry
            for entry in incident.affected
        )
        return self.updated(incident, now, began_at=began_at, affected=affected)

    def closed(self, incident: Incident, ended_at: float, now: float, removed: bool = False) -> Incident:
        ended_at = min(max(ended_at, incident.began_at), max(now, incident.began_at))
        closed = msgspec.structs.replace(
            incident,
            status="closed",
            ended_at=ended_at,
            removed=removed,
            affected=tuple(_ended(entry, ended_at) for entry in incident.affected),
        )
        return self._record("closed", closed, now)

    def merged(self, incident: Incident, into: Incident, now: float) -> None:
        """The incident `into` explains this one. It takes over the affected sites, and names this one.

        A part of a power cut is named by that.
        """
        known = incident.announced_at is not None and not incident.part_of
        unnamed = (*incident.unnamed, incident.id) if known else incident.unnamed
        affected = into.affected
        if incident.kind == into.kind:
            affected = _joined(incident.affected, into.affected)
        told = with_moments(into, [Moment(now, "took_in", after=incident.id)])
        moments = {"moments": told.moments, "moments_dropped": told.moments_dropped}
        self.updated(into, now, unnamed=into.unnamed + unnamed, affected=affected, **moments)
        merged = msgspec.structs.replace(
            incident,
            status="merged",
            ended_at=now,
            merged_into=into.id,
            unnamed=(),
            affected=tuple(_ended(entry, now) for entry in incident.affected),
        )
        self._record("merged", merged, now)

    def joined(self, incident: Incident, into: Incident, now: float) -> None:
        """From now on the notices of `into` tell of the incident too. The next one names it."""
        if incident.part_of == into.id:
            return
        announced = (incident.id,) if incident.announced_at is not None else ()
        self.updated(into, now, unnamed=into.unnamed + incident.unnamed + announced)
        self.updated(incident, now, part_of=into.id, unnamed=())

    def parted(self, incident: Incident, from_: Incident, now: float) -> None:
        """The incident has notices of its own again. If people know it as a part, it is new to them."""
        if incident.id in from_.unnamed:
            unnamed = tuple(id for id in from_.unnamed if id != incident.id)
            self.updated(from_, now, unnamed=unnamed)
            self.updated(incident, now, part_of="")
            return
        unknown = {"announced_at": None, "told_at": None, "rings": (), "graver_at": None, "escalated": ()}
        self.updated(incident, now, part_of="", **unknown)

    def escalated(self, incident: Incident, to: tuple[str, ...], now: float) -> Incident:
        """Record a notice to these further receivers alone. For the others nothing has changed by it."""
        escalated = msgspec.structs.replace(
            incident, notices=incident.notices + 1, escalated=(*incident.escalated, *to)
        )
        self._keep(escalated)
        id = f"{escalated.id}-{escalated.notices}"
        self._records.append(Notice(id, "escalated", now, escalated, to=to))
        return escalated

    def notified(self, incident: Incident, kind: NoticeKind, now: float) -> Incident:
        """Record a notice about the incident. It also names the incidents merged into it."""
        announced = msgspec.structs.replace(
            incident,
            notices=incident.notices + 1,
            announced_at=now if kind == "firing" else incident.announced_at,
            told_at=now,
            unnamed=(),
            rings=rung(incident, kind, now),
            graver_at=None if kind in RINGING else incident.graver_at,
        )
        self._keep(announced)
        id, before = f"{announced.id}-{announced.notices}", announced_as(incident.rings)
        self._records.append(Notice(id, kind, now, announced, incident.unnamed, before=before))
        return announced

    def covered_until(self, site: str) -> float:
        """The end of the site's last outage that is over; 0 for none."""
        return self._covered_until.get(site, 0.0)

    def overlapping(self, since: float, until: float) -> Iterator[Incident]:
        """Incidents, open or closed, that lasted in that time. A merged one is part of the wider one."""
        for incident in (*self.open.values(), *self._closed.values()):
            began_at = min([incident.began_at, *(entry.since for entry in incident.affected)])
            ended_at = until if incident.ended_at is None else incident.ended_at
            if incident.status != "merged" and began_at <= until and since <= ended_at:
                yield incident

    def drain(self) -> list[Record]:
        records, self._records, self.ended = self._records, [], []
        return records

    def saved(self) -> list[Incident]:
        return [*self._closed.values(), *self.open.values()]

    def _free_from(self, entry: Affected, incident: Incident) -> float:
        """The end of the outage that affected the site before this one; 0 for none."""
        others = (other for other in (*self.open.values(), *self._closed.values()) if other.id != incident.id)
        earlier = (one for other in others if _covers(other) for one in other.affected)
        return max(
            (
                one.until
                for one in earlier
                if one.site == entry.site and one.until and one.until <= entry.since
            ),
            default=0.0,
        )

    def _record(self, change: Change, incident: Incident, now: float) -> Incident:
        self._keep(incident)
        if change == "closed":
            self.ended.append(incident)
        for at, record in enumerate(self._records):
            if change == "updated" and isinstance(record, Transition) and record.incident.id == incident.id:
                self._records[at] = Transition(record.change, now, incident)
                return incident
        self._records.append(Transition(change, now, incident))
        return incident

    def _keep(self, incident: Incident) -> None:
        if incident.status == "open":
            self.open[incident.subject] = incident
            self._cover(incident)
            return
        if self.open.get(incident.subject, incident).id == incident.id:
            self.open.pop(incident.subject, None)
        self._remember(incident)

    def _remember(self, incident: Incident) -> None:
        self._closed[incident.id] = incident
        if len(self._closed) > CLOSED_KEPT:
            del self._closed[next(iter(self._closed))]
        self._cover(incident)

    def _cover(self, incident: Incident) -> None:
        if _covers(incident):
            for entry in incident.affected:
                until = max(self.covered_until(entry.site), entry.until or 0.0)
                self._covered_until[entry.site] = until

    def _new_id(self, subject: Subject, began_at: float) -> str:
        """Eight letters and digits. The same outage found again gets the same id."""
        in_use = {incident.id for incident in self.open.values()} | self._closed.keys()
        for attempt in count():
            digest = hashlib.sha256(f"{' '.join(subject)} {began_at:.3f} {attempt}".encode()).digest()
            id = base64.b32encode(digest[:5]).decode().lower()
            if id not in in_use:
                return id
        raise AssertionError


def _covers(incident: Incident) -> bool:
    """A merged incident does not count: the wider one affects its sites."""
    return incident.kind == "site_down" and incident.status != "merged"


def _joined(one: tuple[Affected, ...], other: tuple[Affected, ...]) -> tuple[Affected, ...]:
    """The entries of both that are over, and for each site still affected the earlier entry."""
    entries = sorted((*one, *other), key=lambda entry: entry.since, reverse=True)
    still = {entry.site: entry for entry in entries if entry.until is None}
    return tuple(entry for entry in entries if entry.until is not None) + tuple(still.values())


def _ended(entry: Affected, at: float) -> Affected:
    return entry if entry.until is not None else Affected(entry.site, entry.since, max(entry.since, at))
