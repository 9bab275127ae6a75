"""What a batch means for the city's incidents, and who is told of it. Pure: time is a parameter.

What comes of it goes into the batch, so that incidents and letters are stored in the transaction of the
reports that caused them.
"""

from collections.abc import Iterable, Iterator, Mapping

from collector.city.state import State
from collector.city.step import Step
from collector.incidents import (
    Acknowledged,
    Connected,
    Disconnected,
    Evidence,
    Incident,
    Incidents,
    Notice,
    Record,
    evidence_of,
    network_of,
)
from collector.intake.batch import Batch
from collector.intake.reconcile import RECONCILE_SECONDS, differences
from collector.notify.document import Letter, document
from collector.notify.route import Route
from wire.messages import Assignment

ASLEEP_SECONDS = 20.0
"""Who has judged nothing for so long, suspended or before a store that failed, has missed what was said."""


class Watch:
    """`incidents` are those saved, `known_agents` those heard before, `told` who got a notice of what.

    `differences` counts the probes of which the incidents believed what the state had not measured.
    """

    def __init__(
        self,
        state: State,
        assignments: Mapping[str, Assignment],
        now: float,
        incidents: Iterable[Incident] = (),
        known_agents: Iterable[str] = (),
        told: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._state = state
        self._route = Route(told)
        self.differences = 0
        self.incidents = Incidents(network_of(state.city, assignments), now, incidents, known_agents)
        self._now = now
        self._connected = False
        self._acknowledged: list[Acknowledged] = []
        self._reconcile_at = now + RECONCILE_SECONDS

    def acknowledge(self, incident: str, by: str) -> Incident | None:
        """The open incident that is taken in hand with the next batch; None where there is none."""
        for one in self.incidents.open():
            if one.id == incident:
                self._acknowledged.append(Acknowledged(incident, by))
                return one
        return None

    def judge(self, batch: Batch, connected: bool, now: float) -> None:
        """Decide what a batch, or time alone, means."""
        asleep = now - self._now > ASLEEP_SECONDS
        self._now = max(self._now, now)
        evidence = list(self._evidence(batch, connected, asleep))
        self._record(batch, self.incidents.apply(evidence, self._now))
        if self._now >= self._reconcile_at:
            self._reconcile(batch)

    def stepped(self, batch: Batch, step: Step, now: float) -> None:
        """The clock was set: nothing was heard before now."""
        batch.incidents |= {incident.id: incident for incident in self.incidents.stepped(step, now)}
        self._now, self._connected = now, False
        self._reconcile_at = now + RECONCILE_SECONDS

    def adopt(self, batch: Batch, assignments: Mapping[str, Assignment]) -> None:
        """The state has another inventory."""
        self._record(batch, self.incidents.rearrange(network_of(self._state.city, assignments), self._now))

    def _reconcile(self, batch: Batch) -> None:
        self._reconcile_at = self._now + RECONCILE_SECONDS
        if found := list(differences(self._state, self.incidents, self._now)):
            self.differences += len(found)
            self._record(batch, self.incidents.apply(found, self._now))

    def _evidence(self, batch: Batch, connected: bool, asleep: bool) -> Iterator[Evidence]:
        if connected != self._connected or (connected and asleep):
            self._connected = connected
            yield Connected() if connected else Disconnected()
        yield from self._acknowledged
        self._acknowledged = []
        waiting = self.incidents.waiting
        for taken in batch.taken:
            yield from evidence_of(taken, self._state.agents[taken.agent], waiting)

    def _record(self, batch: Batch, records: Iterable[Record]) -> None:
        changed = {}
        for record in records:
            changed[record.incident.id] = record.incident
            if isinstance(record, Notice):
                batch.letters += self._letters(record, self._route.of(record, self._state.city))
        for incident in changed.values():
            notice = Notice(f"{incident.id}-{incident.notices}", "firing", self._now, incident)
            batch.letters += self._letters(notice, self._route.newly(incident, self._state.city))
        batch.incidents |= changed

    def _letters(self, notice: Notice, receivers: Iterable[str]) -> Iterator[Letter]:
        """Alertmanager gets the whole state instead, again and again: see notify/alertmanager.py."""
        for name in receivers:
            receiver = self._state.city.receivers[name]
            if receiver.alertmanager is None:
                yield Letter(name, document(notice, self._state.city, receiver.language))
