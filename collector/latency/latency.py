"""The memory of the working latency. Bounded by the inventory's links.

A measurement counts into the day on which it was made, however late it comes in.
"""

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct

from collector.city.agents import MAX_AHEAD_SECONDS
from collector.city.step import Step
from collector.city.taken import Taken
from collector.inventory import City
from collector.latency.changes import DayKey, LatencyChanges
from collector.latency.day import WorkingDay
from collector.latency.figures import LatencyFigures, figures
from collector.latency.kept_days import DAYS_KEPT, KeptDays, LocalDays
from collector.latency.minutes import MINUTE_SECONDS, Minutes, minutes_within
from collector.latency.naming import LinkNames, RankedPing
from collector.latency.port import PortPoll, PortPolls
from collector.past.unsaved import UnsavedBlocks
from wire.report import Report, Table

MEDIAN, UPTIME = "icmp_rtt_median_seconds", "device_uptime_seconds"
RECEIVED, SENT = "interface_receive_bytes_total", "interface_transmit_bytes_total"
SPEED = "interface_speed_bits_per_second"
SAVED_AT_ONCE = 20
PORT_SILENT_SECONDS = 900.0
"""After so long without a poll another port may carry the link: somebody moved the cable."""
NO_PINGS: Mapping[str, RankedPing] = {}

PortKey = tuple[str, str, str]
"""Agent, device and interface."""


class LatencyCounts(Struct):
    """`round_trips` and `polls` count what it took.

    `outside` are those that were too old, ahead of the clock or undated.
    """

    round_trips: int = 0
    polls: int = 0
    outside: int = 0


class CarriedLink(Struct):
    """A link that some port carries: its row of minutes, that port, and the port's last polls.

    `port` is None before the first poll since the collector's start.
    """

    row: int
    port: PortKey | None
    polls: PortPolls


class WorkingLatency:
    """`now` is Unix seconds. `stored` are the packed days in the store. `adopt` tells of which links."""

    def __init__(self, now: float, stored: Mapping[DayKey, bytes] | None = None) -> None:
        self.counts = LatencyCounts()
        self.carried: dict[str, CarriedLink] = {}
        self._names = LinkNames(City(name=""))
        self._days = KeptDays(stored)
        self._local = LocalDays()
        self._minutes = Minutes()
        self._free: list[int] = []
        self._today: dict[str, LatencyFigures | None] = {}
        self._today_is = 0
        self._unsaved = UnsavedBlocks()
        self._now = now
        self._oldest = 0

    def adopt(self, city: City) -> None:
        """Take over another inventory. Links that left are forgotten."""
        self._names = LinkNames(city)
        self._local = LocalDays(ZoneInfo(city.timezone))
        for link in self.carried.keys() - city.links.keys():
            row = self.carried.pop(link).row
            self._minutes.clear(row)
            self._free.append(row)
        self._days.keep(city.links)
        self._unsaved.keep(city.links)
        self._today = {}
        for link in sorted(self._days.links - self.carried.keys()):
            self._carry(link, None)

    def take(self, taken: Iterable[Taken], now: float) -> None:
        """Take in reports that the state took in, and go on to the present."""
        self._now = now
        for one in taken:
            self._take(one.agent, one.report, one.received)

    def changes(self, now: float) -> LatencyChanges:
        """The changes to be written now."""
        self._now, oldest = now, None
        if self._first_day > self._oldest:
            oldest = self._oldest = self._first_day
            self._days.forget(oldest)
        return LatencyChanges(self._saved(self._unsaved.due(now, SAVED_AT_ONCE)), oldest)

    def last(self) -> LatencyChanges:
        """All that is not in the store yet: the collector stops."""
        return LatencyChanges(self._saved(self._unsaved.all()))

    def stepped(self, step: Step) -> None:
        """The clock was set: a poll before it and one after it are not so far apart as they seem."""
        self._unsaved.stepped(step.by)
        for link in self.carried.values():
            link.polls = PortPolls()

    def today(self, link: str, now: float) -> LatencyFigures | None:
        """The figures since midnight; None while the load is not known. They are kept until they change."""
        if (day := self._local.of(now)) != self._today_is:
            self._today, self._today_is = {}, day
        if link not in self._today:
            self._today[link] = self.last_days(link, now, 1)
        return self._today[link]

    def last_days(self, link: str, now: float, days: int) -> LatencyFigures | None:
        """The figures of so many days together, with today; None if the load of no minute is known."""
        return figures(self._within(link, now, days))

    def by_day(self, link: str, now: float) -> list[LatencyFigures]:
        """Of each day that is known, the newest first."""
        each = (figures([one]) for one in self._within(link, now, DAYS_KEPT))
        return [one for one in each if one is not None]

    def crossed(self, link: str) -> bool:
        """Whether some ping crosses the link: then it can have a round-trip time."""
        return link in self._names.crossed

    @property
    def memory_bytes(self) -> int:
        """The memory of the minutes; the days take a few hundred bytes each."""
        return self._minutes.bytes

    @property
    def days(self) -> int:
        return sum(self._days.counts)

    @property
    def unreadable(self) -> int:
        """The saved days that this release can't read."""
        return self._days.unreadable

    @property
    def _first_day(self) -> int:
        return self._local.of(self._now) - DAYS_KEPT + 1

    def _within(self, link: str, now: float, days: int) -> Iterator[tuple[int, WorkingDay]]:
        today = self._local.of(now)
        return self._days.days(link, today - days + 1, today)

    def _take(self, agent: str, report: Report, received: float) -> None:
        pings = self._names.pings.get(agent, NO_PINGS)
        started: dict[str, float] = {}
        for table in report.body.tables:
            if table.kind == "snmp" and not table.row:
                started.update(_starts(report, table))
        for table in report.body.tables:
            if table.kind == "snmp" and table.row and "alias" in table.info and RECEIVED in table.values:
                self._take_ports(agent, report, table, started, received)
        for table in report.body.tables:
            if table.kind == "icmp" and pings and MEDIAN in table.values:
                self._take_pings(pings, report, table, received)

    def _take_pings(
        self, pings: Mapping[str, RankedPing], report: Report, table: Table, received: float
    ) -> None:
        times, ages = table.values[MEDIAN], table.age_ms
        known: dict[int, int] = {}
        for line, target in enumerate(table.target):
            ping = pings.get(target)
            seconds = times[line] if ping is not None else None
            if (
                ping is None
                or seconds is None
                or seconds < 0
                or (link := self.carried.get(ping.link)) is None
            ):
                continue
            age = ages[line]
            minute = known.get(age)
            if minute is None:
                minute = known[age] = self._minute(report, age, received)
            if minute < 0:
                self.counts.outside += 1
                continue
            self.counts.round_trips += 1
            minutes = self._minutes
            place = minutes.place(link.row, minute)
            if minutes.has_load(place):
                self._change(ping.link, minute, place, rank=ping.rank, seconds=seconds)
            else:
                minutes.add_round_trip(place, ping.rank, seconds)

    def _take_ports(
        self, agent: str, report: Report, table: Table, started: Mapping[str, float], received: float
    ) -> None:
        for line, alias in enumerate(table.info["alias"]):
            id = self._names.link_of(agent, alias) if alias else None
            if id is None:
                continue
            if self._minute(report, table.age_ms[line], received) < 0:
                self.counts.outside += 1
                continue
            at = report.measured_at(table.age_ms[line]) or 0.0
            link = self._carried(id, (agent, table.target[line], table.row[line]), at)
            if link is None:
                continue
            self.counts.polls += 1
            octets, sent, speed = (_value(table, name, line) for name in (RECEIVED, SENT, SPEED))
            poll = PortPoll(at, octets, sent, speed, started.get(table.target[line], 0.0))
            for span in link.polls.add(poll, self._names.promised(id, agent)):
                for minute in minutes_within(span.since, span.until):
                    place = self._minutes.place(link.row, minute)
                    self._change(id, minute, place, tenths=span.tenths)

    def _carried(self, link: str, port: PortKey, at: float) -> CarriedLink | None:
        """The link with its port; None if another port carries it."""
        known = self.carried.get(link)
        if known is None:
            return self._carry(link, port)
        if known.port != port:
            if at < known.polls.newest + PORT_SILENT_SECONDS:
                return None
            known.port, known.polls = port, PortPolls()
        return known

    def _carry(self, link: str, port: PortKey | None) -> CarriedLink:
        row = self._free.pop() if self._free else self._minutes.rows
        self._minutes.grow(row + 1)
        known = self.carried[link] = CarriedLink(row, port, PortPolls())
        return known

    def _change(
        self, link: str, minute: int, place: int, tenths: int = -1, rank: int = 0, seconds: float = 0.0
    ) -> None:
        """Put the load in the place, or else a round-trip time, and correct the day by the difference."""
        minutes = self._minutes
        before = minutes.seen(place)
        if tenths >= 0:
            minutes.set_load(place, tenths)
        else:
            minutes.add_round_trip(place, rank, seconds)
        after = minutes.seen(place)
        if after == before:
            return
        ordinal = self._local.of_minute(minute)
        day = self._days.day(link, ordinal)
        if before.tenths >= 0:
            day.take_away(before)
        day.add(after)
        self._today.pop(link, None)
        self._unsaved.touch(link, (ordinal,), self._now)

    def _minute(self, report: Report, age_ms: int, received: float) -> int:
        """-1 if the time is not credible, or older than all that is remembered."""
        at = report.measured_at(age_ms)
        if at is None or at <= 0 or at > received + MAX_AHEAD_SECONDS:
            return -1
        minute = int(at // MINUTE_SECONDS)
        return minute if self._local.of_minute(minute) >= self._first_day else -1

    def _saved(self, keys: Iterable[DayKey]) -> dict[DayKey, bytes]:
        today = self._local.of(self._now)
        packed = ((key, self._days.saved(*key, today)) for key in keys)
        return {key: data for key, data in packed if data is not None}


def _starts(report: Report, table: Table) -> Iterator[tuple[str, float]]:
    """When each device started, by its own word."""
    for line, uptime in enumerate(table.values.get(UPTIME, ())):
        at = report.measured_at(table.age_ms[line])
        if uptime is not None and at is not None:
            yield table.target[line], at - uptime


def _value(table: Table, name: str, line: int) -> float | None:
    column = table.values.get(name)
    return column[line] if column else None
