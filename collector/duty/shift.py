"""A shift of the rota as a person writes it, in the city's local time."""

import datetime
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct, field

from collector.planned.days import WEEKDAYS, Weekday
from collector.planned.occurrences import Span, instant

TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
OptionalTime = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?\Z")]
"""Without a time it is ""."""
DAY = datetime.timedelta(days=1)


class Shift(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """These people are on duty on these days of the week, from `from_` on and before `to`.

    A `to` that is not after `from_` is on the next day; without `to` a shift lasts until the hour at which it
    began. With `date` the shift is an exception: on that day, or on each day from it to `until`, it takes the
    place of the weekly shifts in its hours and districts. The day of a shift is the one on which it begins.
    """

    people: list[str]
    days: list[Weekday] = []
    from_: TimeOfDay = field(name="from", default="00:00")
    to: OptionalTime = ""
    date: datetime.date | None = None
    until: datetime.date | None = None
    districts: list[str] = []

    def occurrences(self, first: datetime.date, days: int, zone: datetime.tzinfo) -> Iterator[Span]:
        """The shifts that begin on one of so many days from `first` on. None is empty."""
        for day in (first + number * DAY for number in range(days)):
            if self.occurs_on(day):
                span = self._on(day, zone)
                if span.since < span.until:  # else it lies in the hour that the clock leaves out
                    yield span

    def occurs_on(self, day: datetime.date) -> bool:
        if self.date is not None and not self.date <= day <= (self.until or self.date):
            return False
        return not self.days or WEEKDAYS[day.weekday()] in self.days

    def _on(self, day: datetime.date, zone: datetime.tzinfo) -> Span:
        midnight = datetime.datetime.combine(day, datetime.time())
        since, until = _since_midnight(self.from_), _since_midnight(self.to or self.from_)
        return Span(instant(midnight + since, zone), instant(midnight + until + DAY * (until <= since), zone))


def _since_midnight(hour: str) -> datetime.timedelta:
    hours, minutes = hour.split(":")
    return datetime.timedelta(hours=int(hours), minutes=int(minutes))
