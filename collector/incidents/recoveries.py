"""When people get the end of an incident. Sans-IO.

A site's router answers before its agent reports, and only the agent's report tells a power cut from a broken
line. So the recovery of a site waits for the agent, a minute at most: then it carries the cause.
"""

from collector.causes import CauseMemory
from collector.incidents.incident import Incident
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.weighing import Weighing

WAITS_SECONDS = 60.0
"""An agent pauses up to 45 s before it reconnects."""
WAITING_AT_MOST = 200
"""More recoveries do not wait: nobody reads so many causes at once."""


class Recoveries:
    """A recovery that waits has its time in the incident, so it outlives a restart of the collector."""

    def __init__(self, register: Register, weighing: Weighing, memory: CauseMemory | None) -> None:
        self._register = register
        self._weighing = weighing
        self._memory = memory
        self._waiting = {one.id for one in register.saved() if one.recovery_due_at is not None}

    def awaited(self) -> set[str]:
        """The agents whose next report can end the waiting."""
        incidents = map(self._register.get, self._waiting)
        return {incident.root for incident in incidents if incident is not None}

    def before_new_outages(self, review: Review) -> None:
        """The end of an outage comes before the notice of the next one of any site that it affected."""
        down = self._register.of_kind("site_down").keys() if self._waiting else frozenset()
        for id in sorted(self._waiting):
            incident = self._register.get(id)
            if incident is not None and any(entry.site in down for entry in incident.affected):
                self._announce(incident, review.now)

    def review(self, review: Review) -> None:
        for incident in self._register.ended:
            known = incident.announced_at is not None and not incident.part_of
            if known or incident.unnamed:
                self._register.updated(
                    incident, review.now, planned="", recovery_due_at=self._due(incident, review.now)
                )
                self._waiting.add(incident.id)
        for id in sorted(self._waiting):
            self._perhaps_announce(id, review)

    def _perhaps_announce(self, id: str, review: Review) -> None:
        incident = self._register.get(id)
        if incident is None or incident.recovery_due_at is None:
            self._waiting.remove(id)
            return
        due = incident.recovery_due_at
        if review.now < due and not self._nothing_to_wait_for(incident):
            review.again(due)
            return
        if review.now < due and not self._weighing.has_room:
            review.again(review.now + 1.0)
            return
        self._announce(incident, review.now)

    def _announce(self, incident: Incident, now: float) -> None:
        self._waiting.remove(incident.id)
        incident = self._weighing.weighed(incident, now)
        incident = self._register.updated(incident, now, recovery_due_at=None)
        self._register.notified(incident, "recovered", now)

    def _due(self, incident: Incident, now: float) -> float:
        waits = incident.kind == "site_down" and not incident.cause and not incident.removed
        if waits and self._knows_boots(incident.root) and len(self._waiting) < WAITING_AT_MOST:
            return now + WAITS_SECONDS
        return now

    def _knows_boots(self, site: str) -> bool:
        """Did its agent report before, so that its next report can tell something?"""
        memory = None if self._memory is None else self._memory.sites.get(site)
        return memory is not None and bool(memory.boots)

    def _nothing_to_wait_for(self, incident: Incident) -> bool:
        """Its agent has delivered all, or a person set the cause."""
        ended_at = incident.ended_at or 0.0
        settled = self._memory is None or self._memory.settled(incident.root, ended_at)
        return settled or bool(incident.cause)
