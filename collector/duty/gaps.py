"""The hours of the week in which the rota has nobody to call."""

from datetime import UTC, datetime
from typing import NamedTuple

from collector.duty.rota import Rota

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
"""A week on a clock that nobody changes."""
WEEK_SECONDS = 7 * 86400.0


class Gap(NamedTuple):
    """Nobody is on duty for these districts from one hour of the week to another, "saturday 07:00"."""

    districts: tuple[str, ...]
    since: str
    until: str


def gaps(rota: Rota) -> list[Gap]:
    """The gaps of the weekly shifts, in the order of the week. Exceptions fill none and make none."""
    weekly = [shift for shift in rota.shifts if shift.date is None]
    named = {person for shift in rota.shifts for person in shift.people}
    exceptional = named - {person for shift in weekly for person in shift.people}
    people = {person: its for person, its in rota.people.items() if person not in exceptional}
    week = Rota(people, weekly, rota.districts, UTC)
    found: list[Gap] = []
    since, end = MONDAY, MONDAY + WEEK_SECONDS
    while since < end:
        until = min(end, week.handover(since))
        districts = tuple(one for one in week.districts or ("",) if not week.on_duty((one,), since))
        begin, ends = _hour(since), _hour(until)
        if districts and found and found[-1].districts == districts and found[-1].until == begin:
            found[-1] = found[-1]._replace(until=ends)
        elif districts:
            found.append(Gap(districts, begin, ends))
        since = until
    return found


def _hour(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%A %H:%M}".lower()
