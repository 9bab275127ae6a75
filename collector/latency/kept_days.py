"""The days of all links that are remembered: those in use as counts, the older ones packed. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo

from collector.latency.changes import DayKey
from collector.latency.day import WorkingDay, packed, unpacked
from collector.latency.minutes import MINUTE_SECONDS

DAYS_KEPT = 35
"""So a month and some days more."""
QUARTER_MINUTES = 15
"""No zone changes its time within a quarter of an hour."""


class LocalDays:
    """The ordinals of the city's days."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self.zone = zone
        self._known: dict[int, int] = {}

    def of_minute(self, minute: int) -> int:
        quarter = minute // QUARTER_MINUTES
        day = self._known.get(quarter)
        if day is None:
            if len(self._known) > 10_000:
                self._known = {}
            at = datetime.fromtimestamp(quarter * QUARTER_MINUTES * MINUTE_SECONDS, self.zone)
            day = self._known[quarter] = at.toordinal()
        return day

    def of(self, at: float) -> int:
        return self.of_minute(int(at // MINUTE_SECONDS))


class KeptDays:
    """`stored` are the packed days of the store. `unreadable` counts those that no release can read."""

    def __init__(self, stored: Mapping[DayKey, bytes] | None = None) -> None:
        self.unreadable = 0
        self._open: dict[str, dict[int, WorkingDay]] = {}
        self._packed: dict[str, dict[int, bytes]] = {}
        for (link, day), data in (stored or {}).items():
            self._packed.setdefault(link, {})[day] = data

    def keep(self, links: Iterable[str]) -> None:
        """Only these links are left in the inventory."""
        left = set(links)
        self._open = {link: days for link, days in self._open.items() if link in left}
        self._packed = {link: days for link, days in self._packed.items() if link in left}

    def forget(self, oldest: int) -> None:
        """Forget all days before that one."""
        self._open = {
            link: {day: one for day, one in days.items() if day >= oldest}
            for link, days in self._open.items()
        }
        self._packed = {
            link: {day: one for day, one in days.items() if day >= oldest}
            for link, days in self._packed.items()
        }

    def day(self, link: str, day: int) -> WorkingDay:
        """The day to count in, new if there is none."""
        its = self._open.setdefault(link, {})
        known = its.get(day)
        if known is None:
            before = self._packed.get(link, {}).pop(day, None)
            known = its[day] = self._unpacked(before) or WorkingDay()
        return known

    def saved(self, link: str, day: int, today: int) -> bytes | None:
        """The day for the store; None if it is forgotten. One that is over stays packed from now on."""
        its = self._open.get(link, {})
        known = its.get(day)
        if known is None:
            return None
        data = packed(known)
        if day < today:
            del its[day]
            self._packed.setdefault(link, {})[day] = data
        return data

    def days(self, link: str, first: int, last: int) -> Iterator[tuple[int, WorkingDay]]:
        """Those from `first` to `last`, the newest first."""
        opened, kept = self._open.get(link, {}), self._packed.get(link, {})
        for day in sorted((day for day in opened.keys() | kept.keys() if first <= day <= last), reverse=True):
            known = opened.get(day) or self._unpacked(kept[day])
            if known is not None:
                yield day, known

    @property
    def links(self) -> set[str]:
        """The links of which some day is known."""
        return self._open.keys() | self._packed.keys()

    @property
    def counts(self) -> tuple[int, int]:
        """How many days are in use, and how many are packed."""
        return sum(map(len, self._open.values())), sum(map(len, self._packed.values()))

    def _unpacked(self, data: bytes | None) -> WorkingDay | None:
        known = None if data is None else unpacked(data)
        self.unreadable += data is not None and known is None
        return known
