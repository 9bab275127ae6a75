"""The faults of each day, made from the scenario: the same date and seed give the same faults. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from demo.fault import Fault
from demo.scenario import Scenario, ScriptedFault
from demo.script_time import ScriptTime

EARLIER_OR_LATER_SECONDS = 600.0
LENGTHS = (0.7, 1.3)
"""A fault lasts between so many times as long as the script says."""
PUNCTUAL = ("planned_work",)


class Days(NamedTuple):
    """`pace` has the start of the demo, from which the faults after the start count."""

    scenario: Scenario
    seed: int
    zone: ZoneInfo
    pace: ScriptTime

    def faults(self, day: date) -> list[Fault]:
        """Those that begin on this day, by the city's time."""
        chance = Random(f"{self.seed}/{day.isoformat()}")
        found = [fault for one in self.scenario.faults if (fault := self._daily(one, day, chance))]
        if self.day(self.pace.began_at) == day:
            found += self._after_start(chance)
        return sorted(found, key=lambda fault: fault.begins_at)

    def about(self, at: float) -> list[Fault]:
        """The faults that may act on the day of this time."""
        today = self.day(at)
        return [*self.faults(today - timedelta(days=1)), *self.faults(today)]

    def day(self, at: float) -> date:
        return datetime.fromtimestamp(at, self.zone).date()

    def midnight(self, day: date) -> float:
        return datetime.combine(day, time(), self.zone).timestamp()

    def _daily(self, scripted: ScriptedFault, day: date, chance: Random) -> Fault | None:
        """Each draws the same number of chances, so that a change of one fault leaves the others alone."""
        happens, aside = chance.random() < scripted.chance, chance.uniform(-1, 1)
        length, where = chance.uniform(*LENGTHS), chance.choice(scripted.where)
        if not scripted.at or not happens:
            return None
        hours, minutes = map(int, scripted.at.split(":"))
        begins_at = self.midnight(day) + 3600 * hours + 60 * minutes
        lasts = 60 * scripted.minutes
        if scripted.kind not in PUNCTUAL:
            begins_at += aside * EARLIER_OR_LATER_SECONDS
            lasts *= length
        return made(scripted, where, begins_at, begins_at + lasts)

    def _after_start(self, chance: Random) -> Iterator[Fault]:
        for scripted in self.scenario.faults:
            if scripted.after_start_seconds is not None:
                real = self.pace.began_at + scripted.after_start_seconds
                begins_at, ends_at = self.pace.script(real), self.pace.script(real + 60 * scripted.minutes)
                yield made(scripted, chance.choice(scripted.where), begins_at, ends_at)


def made(scripted: ScriptedFault, where: str, begins_at: float, ends_at: float) -> Fault:
    return Fault(
        scripted.kind,
        where,
        begins_at,
        ends_at,
        scripted.title,
        scripted.outage,
        scripted.loss_percent / 100,
        scripted.delay_ms / 1000,
        scripted.reason,
        scripted.status_code,
    )
