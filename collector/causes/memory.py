"""The memory of all sites: it takes in of each report all that shows more than the present state.

The memory is bounded by the inventory's sites. It is lost with a restart of the collector: then a cause has
fewer clues.
"""

from collections.abc import Iterator

from collector.causes.groups import Places
from collector.causes.rows import LinkRows
from collector.causes.site_memory import BootSpan, RouterStart, SiteMemory
from collector.city.agents import PROBE_STATES
from collector.city.state import credible
from collector.city.taken import Taken
from collector.inventory.targets import GATEWAY, UPLINK
from wire.report import Report, Table

BOOTS_KEPT = 4
UPTIMES_KEPT = 4
LATE_SECONDS = 30.0
"""A report that is later than this, or the first one after so long, is news."""
BACKLOG_DONE = 3.0
"""An agent that holds no more reports than this has delivered all that it measured while it was cut off."""
PAUSE_SECONDS = 25.0
"""Measurements of one run are no further apart: an agent reports each 10 s, a battery is polled as often."""
ROUTER, UPS = "router", "ups"
UPS_VALUES = ("ups_on_battery_seconds", "ups_output_source_battery")
LOW_SECONDS = 120.0
"""The battery of a UPS is low when it lasts no longer than this, by default (RFC 1628)."""
SAME_BOOT_SECONDS = 5.0
"""Two uptimes of one run of a router give its start with this error."""


class CauseMemory:
    """`take` reads each report once, live or late. The memory goes back to `since`, Unix seconds.

    `news` are the sites of which more is known than before: a backlog, a new start, the first report after a
    pause. The causes of their outages may be others now.
    """

    def __init__(self, places: Places, since: float = 0.0) -> None:
        self.sites: dict[str, SiteMemory] = {}
        self.since = since
        self.news: set[str] = set()
        self.rearrange(places)

    def rearrange(self, places: Places) -> None:
        """The inventory changed. Sites that stay keep their memory."""
        self.places = places
        self._rows = LinkRows(places.rows)
        self.sites = {site: self.sites.get(site) or SiteMemory() for site in places.groups}
        self.news &= self.sites.keys()

    def forget(self, now: float) -> None:
        """The clock was set: the times of before do not fit those of after."""
        self.sites = {site: SiteMemory() for site in self.sites}
        self.since = now

    def settled(self, site: str, since: float) -> bool:
        """Has the site's agent delivered all that it measured before that time?"""
        memory = self.sites.get(site)
        done = memory is not None and memory.spooled is not None and memory.spooled <= BACKLOG_DONE
        return memory is not None and done and memory.measured > since

    def take(self, taken: Taken) -> None:
        memory, report = self.sites.get(taken.agent), taken.report
        at = report.measured_at(0)
        if memory is None or at is None or not credible(at, taken.received):
            return
        started = _take_boot(memory, report, at)
        newest = at >= memory.measured
        if started or taken.received - at > LATE_SECONDS or at - memory.measured > LATE_SECONDS:
            self.news.add(taken.agent)
        memory.measured = max(memory.measured, at)
        for table in report.body.tables:
            if table.kind == "icmp":
                _take_pings(memory, report, table)
            elif table.kind == "snmp":
                self._take_device(memory, taken, table)
            elif table.kind == "agent" and newest:
                column = table.values.get("agent_spooled_reports")
                memory.spooled = column[0] if column else memory.spooled

    def _take_device(self, memory: SiteMemory, taken: Taken, table: Table) -> None:
        report = taken.report
        if table.row:
            self.news.update(self._rows.take(self.sites, taken.agent, report, table))
            return
        for line in _lines_of_ups(table):
            at = report.measured_at(table.age_ms[line])
            if at is not None:
                _take_ups(memory, table, line, at)
        if ROUTER in table.target:
            line = table.target.index(ROUTER)
            at = report.measured_at(table.age_ms[line])
            if at is not None:
                _take_uptime(memory, table, line, at)


def _take_boot(memory: SiteMemory, report: Report, at: float) -> bool:
    """True if it is a run of the machine that was not known before."""
    known = {span.boot for span in memory.boots}
    for span in reversed(memory.boots):
        if span.boot == report.boot:
            break
    else:
        span = BootSpan(report.boot, at, at)
        memory.boots = sorted([*memory.boots, span], key=lambda span: span.first)[-BOOTS_KEPT:]
    span.first, span.last = min(span.first, at), max(span.last, at)
    if report.clock != "estimated" and report.offset is not None:
        span.booted_at = report.offset
    if report.body.previous is not None:
        span.kept_spool = True
    return report.boot not in known


def _take_pings(memory: SiteMemory, report: Report, table: Table) -> None:
    for target, runs in ((GATEWAY, memory.gateway), (UPLINK, memory.uplink)):
        place = 0
        for _ in range(table.target.count(target)):
            line = table.target.index(target, place)
            place = line + 1
            state = PROBE_STATES.get(table.reason[line], "down") if table.reason else "up"
            at = report.measured_at(table.age_ms[line])
            if state != "unknown" and at is not None:
                runs.add(at, state == "up", PAUSE_SECONDS)


def _lines_of_ups(table: Table) -> Iterator[int]:
    """The site's UPS: the device of that name, or else the only one that speaks as a UPS does."""
    if UPS in table.target:
        yield table.target.index(UPS)
        return
    columns = [table.values[name] for name in UPS_VALUES if name in table.values]
    lines = {line for column in columns for line, value in enumerate(column) if value is not None}
    if len(lines) == 1:
        yield from lines


def _take_ups(memory: SiteMemory, table: Table, line: int, at: float) -> None:
    seconds = _value(table, "ups_on_battery_seconds", line)
    source = _value(table, "ups_output_source_battery", line)
    if seconds is None and source is None:
        return
    on_battery = bool(seconds) or source == 1
    remaining = _remaining(table, line) if on_battery else None
    memory.battery.add(at, on_battery, PAUSE_SECONDS, remaining)
    if on_battery and seconds:
        memory.battery.add(at - seconds, True, seconds + PAUSE_SECONDS)


def _remaining(table: Table, line: int) -> float | None:
    """A UPS that calls its battery low or empty has two minutes left at most, if it does not say how long."""
    remaining = _value(table, "ups_battery_remaining_seconds", line)
    low = any(_value(table, f"ups_battery_status_{status}", line) == 1 for status in ("low", "depleted"))
    return LOW_SECONDS if remaining is None and low else remaining


def _take_uptime(memory: SiteMemory, table: Table, line: int, at: float) -> None:
    uptime = _value(table, "device_uptime_seconds", line)
    if uptime is None:
        return
    started = at - uptime
    for start in memory.router_starts:
        if abs(start.booted_at - started) <= SAME_BOOT_SECONDS:
            if at >= start.last:
                start.booted_at, start.last = started, at
            start.first = min(start.first, at)
            return
    starts = sorted([*memory.router_starts, RouterStart(started, at, at)], key=lambda start: start.booted_at)
    memory.router_starts = starts[-UPTIMES_KEPT:]


def _value(table: Table, name: str, line: int) -> float | None:
    column = table.values.get(name)
    return column[line] if column else None
