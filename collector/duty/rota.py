"""The rota of a city: who is on duty at a time, and for which districts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from collector.duty.shift import Shift
from collector.planned.occurrences import Span

LONGEST_DAYS = 2
"""A shift that lasts at a time began at most so many local days before it."""
AHEAD_DAYS = 7
NO_PLACE = ""


class OnDuty(NamedTuple):
    """A person who is on duty. Without `districts` it is for the whole city."""

    person: str
    districts: tuple[str, ...] = ()


class DutySpan(NamedTuple):
    """Nothing changes from `since` on and before `until`, both Unix seconds."""

    since: float
    until: float
    people: tuple[OnDuty, ...]


class Rota:
    """`people` are the districts of each person; none means all. `districts` are those of the city.

    A person whom no shift names is on duty always, as a desk is. Where shifts overlap, the people of all of
    them are on duty.
    """

    def __init__(
        self,
        people: Mapping[str, Collection[str]],
        shifts: Sequence[Shift] = (),
        districts: Collection[str] = (),
        zone: tzinfo = UTC,
    ) -> None:
        self.people = people
        self.shifts = tuple(shifts)
        self.districts = tuple(sorted(districts))
        self.zone = zone
        named = {person for shift in shifts for person in shift.people}
        self._always = [person for person in people if person not in named]
        self._known: tuple[date, list[tuple[Span, Shift]]] = (date.min, [])

    def on_duty(self, districts: Collection[str], at: float) -> list[str]:
        """The people to call for these districts: those of the rota first.

        Without districts it is about the city as a whole: those who serve all of it, or else everybody.
        """
        active = self._active(at)
        found = self._serving(districts or (NO_PLACE,), active)
        return found if found or districts else self._serving(self.districts, active)

    def at(self, at: float) -> tuple[OnDuty, ...]:
        """Everybody who is on duty."""
        active = self._active(at)
        places = (NO_PLACE, *self.districts)
        serving = {place: self._serving((place,), active) for place in places}
        found = []
        for person in self._serving(places, active):
            served = tuple(place for place in self.districts if person in serving[place])
            if served or not self.districts:
                found.append(OnDuty(person, () if served == self.districts else served))
        return tuple(found)

    def spans(self, since: float, until: float) -> Iterator[DutySpan]:
        """The people on duty in that time, from handover to handover. Equal neighbours are one."""
        last: DutySpan | None = None
        while since < until:
            span = DutySpan(since, min(until, self.handover(since)), self.at(since))
            if last is not None and last.people == span.people:
                span = span._replace(since=last.since)
            elif last is not None:
                yield last
            last, since = span, span.until
        if last is not None:
            yield last

    def handover(self, after: float) -> float:
        """Nobody's duty begins or ends before this time, Unix seconds. It is at most a week later."""
        times = [time for span, _ in self._around(after) for time in span if time > after]
        return min([after + AHEAD_DAYS * 86400.0, *times])

    def _serving(self, districts: Collection[str], active: Sequence[Shift]) -> list[str]:
        """The people of the shifts, each once, then those who are on duty always."""
        found = [person for district in sorted(districts) for person in self._by_shift(district, active)]
        found += [person for person in self._always if any(self._serves(person, one) for one in districts)]
        return list(dict.fromkeys(found))

    def _by_shift(self, district: str, active: Sequence[Shift]) -> list[str]:
        """The people of the exceptions, if there are any for this district, else of the weekly shifts."""
        by_shift = [(shift, self._of(shift, district)) for shift in active]
        exceptions = [person for shift, people in by_shift if shift.date is not None for person in people]
        return exceptions or [person for _, people in by_shift for person in people]

    def _of(self, shift: Shift, district: str) -> list[str]:
        if shift.districts and district not in shift.districts:
            return []
        return [person for person in shift.people if self._serves(person, district)]

    def _serves(self, person: str, district: str) -> bool:
        wanted = self.people.get(person, ())
        return not wanted or district in wanted

    def _active(self, at: float) -> list[Shift]:
        return [shift for span, shift in self._around(at) if span.since <= at < span.until]

    def _around(self, at: float) -> list[tuple[Span, Shift]]:
        """The occurrences that may last at that time or begin within a week. They are kept for a day."""
        first = datetime.fromtimestamp(at, self.zone).date() - timedelta(days=LONGEST_DAYS)
        known, found = self._known
        if known != first:
            days = LONGEST_DAYS + AHEAD_DAYS + 1
            found = [
                (span, shift) for shift in self.shifts for span in shift.occurrences(first, days, self.zone)
            ]
            self._known = (first, found)
        return found
