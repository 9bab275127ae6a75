"""The memory of each site beyond its present state: a few runs, boots and starts.

The memory is bounded by the inventory's sites. It is lost with a restart of the collector: then a cause has
fewer clues.
"""

from msgspec import Struct, field

from collector.causes.groups import Places
from collector.causes.runs import Runs
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
PORT_PAUSE_SECONDS = 150.0
"""A router's ports are polled once a minute."""
ROUTER, UPS = "router", "ups"
SAME_BOOT_SECONDS = 5.0
"""Two uptimes of one run of a router give its start with this error."""


class BootSpan(Struct, gc=False):
    """One run of the agent's machine. `booted_at` is its start by its boot clock, None if it is not known.

    `kept_spool`: its spool names a stream of before, so that all that was measured then will come in.
    """

    boot: str
    first: float
    last: float
    booted_at: float | None = None
    kept_spool: bool = False


class RouterStart(Struct, gc=False):
    """The router started at `booted_at`, as it says from `first` to `last`."""

    booted_at: float
    first: float
    last: float


class SiteMemory(Struct):
    """`spooled` are the reports that the agent holds back; None before its first word about it.

    `port` is the port above the site, as its parent's agent polls it.
    """

    gateway: Runs = field(default_factory=Runs)
    uplink: Runs = field(default_factory=Runs)
    battery: Runs = field(default_factory=Runs)
    port: Runs = field(default_factory=Runs)
    boots: list[BootSpan] = []
    router_starts: list[RouterStart] = []
    spooled: float | None = None
    measured: float = 0.0


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
                self._take_device(memory, report, table)
            elif table.kind == "agent" and newest:
                column = table.values.get("agent_spooled_reports")
                memory.spooled = column[0] if column else memory.spooled

    def _take_device(self, memory: SiteMemory, report: Report, table: Table) -> None:
        if table.row:
            self._take_ports(report, table)
            return
        for target, take in ((UPS, _take_ups), (ROUTER, _take_uptime)):
            if target in table.target:
                line = table.target.index(target)
                at = report.measured_at(table.age_ms[line])
                if at is not None:
                    take(memory, table, line, at)

    def _take_ports(self, report: Report, table: Table) -> None:
        """A port says in its alias to which site or by which link it leads."""
        column, aliases = table.values.get("interface_up"), table.info.get("alias")
        if not column or not aliases:
            return
        for line, alias in enumerate(aliases):
            site, up = self.places.ports.get(alias.strip().lower()), column[line]
            at = report.measured_at(table.age_ms[line])
            if site is not None and up is not None and at is not None:
                self.sites[site].port.add(at, up == 1, PORT_PAUSE_SECONDS)


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


def _take_ups(memory: SiteMemory, table: Table, line: int, at: float) -> None:
    seconds = _value(table, "ups_on_battery_seconds", line)
    source = _value(table, "ups_output_source_battery", line)
    if seconds is None and source is None:
        return
    on_battery = bool(seconds) or source == 1
    remaining = _value(table, "ups_battery_remaining_seconds", line) if on_battery else None
    memory.battery.add(at, on_battery, PAUSE_SECONDS, remaining)
    if on_battery and seconds:
        memory.battery.add(at - seconds, True, seconds + PAUSE_SECONDS)


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
