"""The past before the demo: the faults of the same script, judged by the real incidents, for the store.

The agents of that time do not run: in each round the truth says what each of them finds. Rounds are close
together after a change, and far apart while nothing happens.
"""

import heapq
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from collector.assignments.compile import Compiler, expected
from collector.changes import Changes
from collector.city.state import State
from collector.incidents import ByPerson, Connected, Evidence
from collector.intake.watch import Watch
from collector.inventory import City
from collector.notices.document import Letter
from collector.past import PastChanges
from demo.courses import PastCourses
from demo.findings import Findings
from demo.people import People
from demo.script_time import ScriptTime
from demo.story import Story, told_by
from demo.work import windows

CLOSE_SECONDS = (2.5, 40.0, 75.0)
"""The rounds after a change: an outage is found and announced, or its end is."""
STEADY_SECONDS, STEADY_FOR_SECONDS = 85.0, 1500.0
"""The rounds in which a degraded path stays degraded, or stays well."""
FAR_SECONDS = 1800.0
GOES_ON_SECONDS = 2 * 3600.0
DELIVERY_SECONDS = (0.4, 2.5)


class Doing(NamedTuple):
    at: float
    number: int
    doing: ByPerson


class PlayedPast:
    """The history from `since` to `until`, script time that went by as fast as real time.

    `city` is the story's with the people who are written to. A part of the past that ends before the present
    goes on until its incidents are over.
    """

    def __init__(self, story: Story, city: City, since: float, until: float) -> None:
        past = told_by(story.city, story.days.scenario, story.seed, ScriptTime(story.days.pace.began_at))
        self._now, self._until = since, until
        self._latest = min(story.days.pace.began_at, until + GOES_ON_SECONDS)
        first = past.days.day(since)
        number = (past.days.day(until) - first).days + 1
        known = replace(city, maintenance=[*city.maintenance, *windows(past.days, first, number)])
        assignments = Compiler(known).assignments(1)
        self._findings = Findings(past.truth, assignments)
        self._watch = Watch(State(known, expected(assignments), assignments), assignments, self._now)
        self._people = People(past.truth, Random(f"{story.seed}/{since}/people"))
        self._doings: list[Doing] = []
        self._number = count()

    def changes(self) -> Changes:
        """All that the collector of that time wrote about incidents that are over by now."""
        parts = [self._watch.learn([Connected()], self._now)]
        while self._now < self._until or self._unfinished():
            until = min(self._findings.truth.changes_after(self._now), self._latest)
            parts += [self._round(at, self._now) for at in self._rounds(self._now, until)]
            self._now = until
        incidents = {id: one for part in parts for id, one in part.incidents.items()}
        over = {id: one for id, one in incidents.items() if one.status != "open"}
        letters = [letter for part in parts for letter in part.letters if letter.document.incident in over]
        courses = PastCourses(self._findings.truth, self._people.chance).of(over.values())
        return Changes(
            incidents=over,
            letters=list(map(self._delivered, letters)),
            actions=[action for part in parts for action in part.actions if action.incident in over],
            past=PastChanges(courses=courses),
        )

    def _delivered(self, letter: Letter) -> Letter:
        """The receiver took it a moment after it was written."""
        at = letter.document.at + self._people.chance.uniform(*DELIVERY_SECONDS)
        return replace(letter, status="delivered", attempts=1, tried_at=at)

    def _unfinished(self) -> bool:
        return self._now < self._latest and bool(self._watch.incidents.open() or self._doings)

    def _rounds(self, since: float, until: float) -> Iterator[float]:
        """The times of rounds while the situation stays the same."""
        at = since
        while True:
            close = next((since + one for one in CLOSE_SECONDS if since + one > at), None)
            known = at - since > STEADY_FOR_SECONDS and self._findings.burdened
            steady = self._findings.judged(at) and not known
            following = close or at + (STEADY_SECONDS if steady else FAR_SECONDS)
            doing_at = self._doings[0].at if self._doings else following
            at = max(at + 0.1, min(following, doing_at))
            if at >= until:
                return
            yield at

    def _round(self, at: float, changed_at: float) -> Changes:
        evidence: list[Evidence] = list(self._findings.reports(at, changed_at))
        actions = Changes()
        while self._doings and self._doings[0].at <= at:
            doing = heapq.heappop(self._doings).doing
            outcome, done = self._watch.do(doing, self._people.via(), at)
            if outcome == "done":
                evidence.append(doing)
                actions = actions.then(done)
        changes = self._watch.learn(evidence, at)
        for incident in changes.incidents.values():
            for due_at, doing in self._people.plan(incident, at):
                heapq.heappush(self._doings, Doing(due_at, next(self._number), doing))
        return actions.then(changes)
