"""The bytes that each agent sent since the city's midnight. Sans-IO: time is a parameter."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from collector.streams.ingestion import Message


class BytesToday(NamedTuple):
    """`since` is midnight, or the moment at which the count began if that came later. Unix seconds."""

    since: float
    by_agent: Mapping[str, int]


class Traffic:
    """It counts the payloads of the inventory's agents that the collector takes from its queue, also those
    that it refuses.

    A message counts on the day on which it came in, however long it waited. The broker hands out a retained
    message again at each connection; nobody sent it then.
    """

    def __init__(self) -> None:
        self._zone: tzinfo = UTC
        self._since = self._midnight = self._next_midnight = 0.0
        self._bytes: Counter[str] = Counter()

    def adopt(self, zone: tzinfo, now: float) -> None:
        """The zone of the city. Another one has another midnight, so the count begins anew."""
        if zone != self._zone or not self._next_midnight:
            self._zone = zone
            self._begin(now, since=now)

    def stepped(self, by: float, now: float) -> None:
        """The clock was set by so many seconds. On another day than before the count begins anew."""
        if not self._midnight <= now < self._next_midnight:
            self._begin(now, since=now)
        elif self._since > self._midnight:
            self._since = max(self._midnight, self._since + by)

    def count(self, agent: str, message: Message) -> None:
        if message.retained:
            return
        self._follow(message.received)
        if message.received >= self._since:
            self._bytes[agent] += len(message.payload)

    def today(self, now: float) -> BytesToday:
        self._follow(now)
        return BytesToday(self._since, self._bytes)

    def _follow(self, now: float) -> None:
        """After midnight the new day has all that came in on it."""
        if now >= self._next_midnight:
            self._begin(now, since=_midnight(now, self._zone) if self._next_midnight else now)

    def _begin(self, now: float, since: float) -> None:
        self._midnight, self._next_midnight = _midnight(now, self._zone), _midnight(now, self._zone, days=1)
        self._since = since
        self._bytes = Counter()


def _midnight(at: float, zone: tzinfo, days: int = 0) -> float:
    """The midnight before `at`, or the one so many days later: a day may have 23 or 25 hours."""
    day = datetime.fromtimestamp(at, zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
