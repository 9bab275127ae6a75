"""The weighed cause of each incident: kept, weighed again when more is known, corrected for a day. Sans-IO.

Weighing costs milliseconds in a big city. So the collector weighs before a notice, once a minute while the
incident is open, twice after its end, and when a site has news: its backlog, or a new start of its machine.
"""

from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import get_args

from collector.causes import CauseMemory, Confidence, Outage, WeighedCause, cause_of
from collector.causes.judge import CAUSES
from collector.causes.outage import AFTER_SECONDS
from collector.causes.together import STANDING_SECONDS
from collector.incidents.incident import Incident
from collector.incidents.register import Register
from collector.incidents.review import Review

FIRST_SECONDS = 20.0
AGAIN_SECONDS = 60.0
NEWS_SECONDS = 5.0
"""A backlog comes in many reports: the collector looks at its news this often."""
LAST_SECONDS = AFTER_SECONDS + 30.0
"""After the end of an incident: machines that start with the mains have reported by then."""
CORRECTED_SECONDS = 86400.0
"""A later backlog corrects the cause of an incident that is over for no longer than this."""
AT_ONCE = 10
"""So many causes are weighed in one review. Others keep the cause that they have until the next one."""
CONFIDENCES = get_args(Confidence)
"""From the least to the surest."""


class Weighing:
    """Without a memory nothing is weighed. `ended` counts incidents that ended, by kind and last cause.

    `news_at` is the time from which on the next news is looked at.
    """

    def __init__(
        self, register: Register, memory: CauseMemory | None, ended: Counter[tuple[str, str]]
    ) -> None:
        self._ended = ended
        self._register = register
        self._memory = memory
        self._due: dict[str, float] = {}
        self.news_at = 0.0
        self._next_at = inf
        self._left = AT_ONCE

    def review(self, review: Review) -> None:
        if self._memory is None:
            return
        self._left = AT_ONCE
        for incident in (*self._register.open.values(), *self._register.ended):
            if incident.kind in CAUSES and incident.id not in self._due:
                self._weigh_at(incident.id, review.now + FIRST_SECONDS)
        self._hear_news(self._memory, review)
        if review.now >= self._next_at:
            self._weigh_due(review.now)
        review.again(self._next_at)

    def weighed(self, incident: Incident, now: float) -> Incident:
        """The incident with its cause by the clues of now, if this review has not weighed enough."""
        if self._memory is None or self._left == 0 or incident.kind not in CAUSES:
            return incident
        self._left -= 1
        found = self.cause(incident, now)
        if _differ(found, incident.weighed):
            incident = self._register.updated(incident, now, weighed=found)
        self._weigh_again(incident, now)
        return incident

    @property
    def has_room(self) -> bool:
        """May this review weigh one more cause?"""
        return self._memory is None or self._left > 0

    def cause(self, incident: Incident, now: float) -> WeighedCause:
        """The cause by the clues of now. A memory that is younger than the incident only adds to it."""
        if self._memory is None or incident.kind not in CAUSES:
            return incident.weighed
        memory = self._memory
        found = cause_of(outage_of(incident), list(self._others(incident)), memory.places, memory, now)
        complete = memory.since < incident.began_at - AGAIN_SECONDS
        return found if complete or _certainty(found) > _certainty(incident.weighed) else incident.weighed

    def _weigh_due(self, now: float) -> None:
        """The longest due ones first. Those for which there is no time are due in a second."""
        for id in sorted(self._due, key=self._due.__getitem__):
            if self._due[id] > now or self._left == 0:
                break
            incident = self._register.get(id)
            if incident is None or incident.status == "merged":
                del self._due[id]
            else:
                self.weighed(incident, now)
        self._next_at = max(now + 1.0, min(self._due.values(), default=inf))

    def _weigh_at(self, id: str, at: float) -> None:
        self._due[id] = at
        self._next_at = min(self._next_at, at)

    def _weigh_again(self, incident: Incident, now: float) -> None:
        self._due.pop(incident.id, None)
        if incident.ended_at is None:
            self._weigh_at(incident.id, now + AGAIN_SECONDS)
        elif now < incident.ended_at + LAST_SECONDS:
            self._weigh_at(incident.id, incident.ended_at + LAST_SECONDS)
        elif now < incident.ended_at + LAST_SECONDS + AGAIN_SECONDS:
            self._ended[incident.kind, incident.weighed.cause] += 1

    def _hear_news(self, memory: CauseMemory, review: Review) -> None:
        if not memory.news:
            return
        if review.now < self.news_at:
            review.again(self.news_at)
            return
        self.news_at = review.now + NEWS_SECONDS
        near = memory.places.near(memory.news)
        memory.news.clear()
        for incident in self._register.saved():
            recent = incident.ended_at is None or incident.ended_at > review.now - CORRECTED_SECONDS
            if incident.root in near and recent and incident.kind in CAUSES:
                self._weigh_at(incident.id, min(review.now, self._due.get(incident.id, review.now)))

    def _others(self, incident: Incident) -> Iterator[Outage]:
        """The other outages of the hours around it."""
        earliest, latest = incident.began_at - STANDING_SECONDS, incident.began_at + STANDING_SECONDS
        for one in self._register.saved():
            over = one.ended_at is not None and one.ended_at <= incident.began_at
            if one.id != incident.id and not over and earliest <= one.began_at <= latest:
                yield outage_of(one)


def _differ(one: WeighedCause, other: WeighedCause) -> bool:
    """In what people read. The share and the durations change with every second."""
    return _shown(one) != _shown(other)


def _shown(cause: WeighedCause) -> tuple[object, ...]:
    clues = [
        (clue.name, clue.about, clue.lost, clue.known, clue.earlier, clue.later)
        for clue in (*cause.clues, *cause.against)
    ]
    return cause.cause, cause.confidence, cause.where, cause.medium, clues


def _certainty(cause: WeighedCause) -> tuple[bool, int]:
    return cause.cause != "unknown", CONFIDENCES.index(cause.confidence)


def outage_of(incident: Incident) -> Outage:
    """At its widest: as agents recover one after another, an application that all lost is lost "here"."""
    everywhere = any(ring.gravity.everywhere for ring in incident.rings)
    by_work = incident.announced_at is None or incident.weighed.cause == "planned"
    return Outage(
        kind=incident.kind,
        root=incident.root,
        began_at=incident.began_at,
        ended_at=incident.ended_at,
        probe=incident.probe,
        reason=incident.reason,
        scope="everywhere" if everywhere else incident.scope,
        affected=frozenset(entry.site for entry in incident.affected),
        shares=incident.shares,
        planned=(incident.planned or incident.outlasted) if by_work else "",
    )
