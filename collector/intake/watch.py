"""The watch decides which incidents reports mean, and who gets a letter. sans-IO: time is a parameter.

It returns incidents and letters, so that they are stored in the transaction of the reports that caused them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from collector.causes import CauseMemory, Places, WeighedCause
from collector.changes import Changes
from collector.city.state import State
from collector.city.step import Step
from collector.city.taken import Taken
from collector.incidents import (
    ByPerson,
    CauseSet,
    Connected,
    Disconnected,
    Evidence,
    Incident,
    Incidents,
    Notice,
    Outcome,
    Record,
    action_of,
    evidence_of,
    network_of,
    outcome,
)
from collector.incidents.upkeep import Certificates, Look
from collector.intake.reconcile import RECONCILE_SECONDS, differences
from collector.inventory import plan_of, rota_of
from collector.notices.document import Letter, document
from collector.notices.route import Route
from collector.planned import MadeWindow, moved, remembered
from wire.messages import Assignment

LOOK_SECONDS = 60.0
"""Certificates, clocks and spools change slowly: the watch looks at all agents once in this time."""
ASLEEP_SECONDS = 20.0
"""A collector that judged nothing for so long has missed reports: it was suspended, or its store failed."""


class Watch:
    """`incidents` are those saved. The `known_agents` reported before. `knowing` are the receivers of notices
    of earlier runs, as (incident, receiver).

    `windows` are the windows of maintenance that people made. `plan` is the planned work with those of the
    inventory.
    `certificates` are those of the collector, its CA and its broker. `used_twice` are the sites whose
    invitation was used twice, and no box has joined since.
    `confirmed` counts the causes that people set, each with the weighed one of that moment.
    `differences` counts the probes of which the incidents believed what the state had not measured.
    """

    def __init__(
        self,
        state: State,
        assignments: Mapping[str, Assignment],
        now: float,
        incidents: Iterable[Incident] = (),
        known_agents: Iterable[str] = (),
        knowing: Iterable[tuple[str, str]] = (),
        windows: Iterable[MadeWindow] = (),
    ) -> None:
        self._state = state
        self._route = Route(knowing)
        self._receivers = state.city.receivers
        self.differences = 0
        self.confirmed: Counter[tuple[str, str]] = Counter()
        self._windows = {one.id: one for one in windows}
        self.plan = plan_of(state.city, self._windows.values())
        network = network_of(state.city, assignments)
        self._memory = CauseMemory(Places(state.city), now)
        self.incidents = Incidents(network, now, incidents, known_agents, self.plan, self._memory)
        self._now = now
        self._connected = False
        self._doings: list[ByPerson] = []
        self._reconcile_at = now + RECONCILE_SECONDS
        self._handover_at = now
        self.certificates: Certificates = {}
        self.used_twice: Collection[str] = ()
        self._look = Look()
        self._look_at = now

    def do(self, doing: ByPerson, via: str, now: float) -> tuple[Outcome, Changes]:
        """Decide about a thing that a person does. `judge` takes it in, within the same transaction."""
        incident = self.incidents.get(doing.incident)
        found = outcome(incident, doing)
        if found != "done":
            return found, Changes()
        if incident is not None and isinstance(doing, CauseSet) and doing.cause:
            self.confirmed[incident.weighed.cause, doing.cause] += 1
        self._doings.append(doing)
        return found, Changes(actions=[action_of(doing, via, now)])

    @property
    def windows(self) -> Mapping[str, MadeWindow]:
        """The windows of maintenance that people made, by id, without those over for long."""
        return self._windows

    def plan_work(self, window: MadeWindow) -> Changes:
        """A person made this window, or ended it."""
        self._windows[window.id] = window
        self._replan()
        changes = self._changes(self.incidents.follow(self.plan, self._now))
        return changes.then(Changes(windows={window.id: window}))

    def judge(self, taken: Sequence[Taken], connected: bool, now: float) -> Changes:
        """Decide what reports, or time alone, mean."""
        asleep = now - self._now > ASLEEP_SECONDS
        self._now = max(self._now, now)
        for one in taken:
            self._memory.take(one)
        evidence = list(self._evidence(taken, connected, asleep))
        changes = self.learn(evidence, self._now).then(self._hand_over())
        return changes.then(self._reconcile()) if self._now >= self._reconcile_at else changes

    def learn(self, evidence: Iterable[Evidence], now: float) -> Changes:
        """Decide what this evidence means, which may come from elsewhere than reports."""
        self._now = max(self._now, now)
        return self._changes(self.incidents.apply(evidence, self._now))

    def stepped(self, step: Step, now: float) -> Changes:
        """The clock was set: it counts as if no agent had reported before now."""
        self._now, self._connected = now, False
        self._memory.forget(now)
        windows = {id: moved(one, step.moved) for id, one in self._windows.items()}
        windows = {id: one for id, one in windows.items() if one != self._windows[id]}
        self._windows |= windows
        self.plan = plan_of(
            self._state.city, self._windows.values()
        )  # it forgets none: this clock may be wrong
        changed = {incident.id: incident for incident in self.incidents.stepped(step, now, self.plan)}
        self._reconcile_at, self._handover_at, self._look_at = now + RECONCILE_SECONDS, now, now
        return Changes(incidents=changed, windows=windows)

    def adopt(self, assignments: Mapping[str, Assignment]) -> Changes:
        """The state has another inventory."""
        self._replan()
        self._route.follow(self._receivers, self._state.city.receivers)
        self._receivers = self._state.city.receivers
        self._memory.rearrange(Places(self._state.city))
        self._handover_at = self._now
        network = network_of(self._state.city, assignments)
        return self._changes(self.incidents.rearrange(network, self._now, self.plan))

    def cause(self, incident: Incident) -> WeighedCause:
        """The cause of an incident by all that is known now. It takes some milliseconds in a big city."""
        return self.incidents.cause(incident, self._now)

    def _replan(self) -> None:
        """Make the plan from the inventory in force and the windows that people made."""
        self._windows = remembered(self._windows, self._now)
        self.plan = plan_of(self._state.city, self._windows.values())

    def _hand_over(self) -> Changes:
        """People whose duty begins get the notices of the incidents that are open."""
        city = self._state.city
        if self._now < self._handover_at:
            return Changes()
        self._handover_at = rota_of(city).handover(self._now)
        changes = Changes()
        for incident in self.incidents.open():
            notice = Notice(f"{incident.id}-{incident.notices}", "firing", self._now, incident)
            changes.letters += self._letters(notice, self._route.handed_over(incident, city, self._now))
        return changes

    def _reconcile(self) -> Changes:
        self._reconcile_at = self._now + RECONCILE_SECONDS
        found = list(differences(self._state, self.incidents, self._now))
        self.differences += len(found)
        return self._changes(self.incidents.apply(found, self._now)) if found else Changes()

    def _evidence(self, taken: Sequence[Taken], connected: bool, asleep: bool) -> Iterator[Evidence]:
        if connected != self._connected or (connected and asleep):
            self._connected = connected
            yield Connected() if connected else Disconnected()
        yield from self._doings
        self._doings = []
        waiting, limited = self.incidents.waiting, self.incidents.limited
        for one in taken:
            yield from evidence_of(one, self._state.agents[one.agent], waiting, limited)
        if self._now >= self._look_at:
            self._look_at = self._now + LOOK_SECONDS
            own, tended = self.certificates, self.incidents.tended
            yield from self._look(self._state, own, tended, self._now, self.used_twice)

    def _changes(self, records: Iterable[Record]) -> Changes:
        """The incidents of the records, and the letters about them."""
        changes = Changes()
        for record in records:
            changes.incidents[record.incident.id] = record.incident
            if isinstance(record, Notice):
                changes.letters += self._letters(record, self._route.of(record, self._state.city))
        for incident in changes.incidents.values():
            notice = Notice(f"{incident.id}-{incident.notices}", "firing", self._now, incident)
            changes.letters += self._letters(notice, self._route.newly(incident, self._state.city, self._now))
        for incident in changes.incidents.values():
            written = {one.receiver for one in changes.letters if one.document.incident == incident.id}
            notice = Notice(f"{incident.id}-updated", "updated", self._now, incident)
            editing = self._route.editing(incident, self._state.city)
            changes.letters += self._letters(notice, [name for name in editing if name not in written])
        return changes

    def _letters(self, notice: Notice, receivers: Iterable[str]) -> Iterator[Letter]:
        """Alertmanager gets the whole state instead, again and again: see notify/alertmanager.py."""
        for name in receivers:
            receiver = self._state.city.receivers[name]
            if receiver.alertmanager is None:
                yield Letter(name, document(notice, self._state.city, receiver.language))
