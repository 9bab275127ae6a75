"""The state of one agent: the latest measurement of each of its probes, and its own values. Sans-IO."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from collector.city.step import Step
from wire.messages import Assignment, Presence
from wire.metrics import CATALOGUE, names_of, own_values, part_of
from wire.probes import NOT_RUN, address, kind
from wire.report import Table
from wire.text import printable

MAX_AHEAD_SECONDS = 10.0
"""A measurement further ahead of our clock has a wrong time: it shows nothing and delays nothing."""
FRESH_INTERVALS = 3
FRESH_AT_LEAST_SECONDS = 30.0
SEEN_INTERVALS = 0.6
"""Prometheus comes by at least twice a report interval, and may be a little late."""
MAX_ROWS = 2000
"""The rows of one target: as many as an agent reports of a device (agent/probes/snmp/poll.py)."""
MAX_OWN_VALUES = 256
"""The values of a city's own profiles in one table of many devices; a profile may have 64."""
SLOWEST_SECONDS = 3600.0
"""No row is fresh for longer than three times this."""
MAX_CONDITIONS = 16
MAX_CONDITION_CHARACTERS = 200
FORGET_ROW_SECONDS = 3600.0
MAX_KEPT_LINES = 5000
"""The lines that an agent's tables may hold: each probe keeps a whole table for its own line."""
STREAMS_REMEMBERED = 8
RETURNS = 3
RETURNS_SECONDS = 600.0
OWN = ("agent", "self")
"""Kind and target of an agent's own vitals: expected of every agent."""

Pair = tuple[str, str]
ProbeState = Literal["up", "down", "unknown"]
Freshness = Literal["fresh", "silent", "unknown"]
"""An agent's measurements come; they do not come though the collector listens; the collector can't know."""

INFO = frozenset(name for metric in CATALOGUE.values() for name in metric.info)

PROBE_STATES: dict[str, ProbeState] = {"": "up", **dict.fromkeys(NOT_RUN, "unknown")}


class Latest(Struct, eq=False, gc=False):
    """The latest measurement of one probe, or of one `row` of its target: a `part` of a device (an interface,
    a radio) by name. `at` is 0 before the first; `scrapes` is how many there had been when it came.

    Values stay in the report's table. `earlier` is one before it with more values, as (at, table, line): a
    flip comes at once, without an interval's values, and must not take those of the last interval away.
    """

    kind: str
    target: str
    part: str = ""
    row: str = ""
    address: str = ""
    fresh_seconds: float = FRESH_AT_LEAST_SECONDS
    at: float = 0.0
    received: float = 0.0
    scrapes: int = 0
    table: Table | None = None
    line: int = 0
    verdict: ProbeState = "unknown"
    reason: str = "unmeasured"
    earlier: tuple[float, Table, int] | None = None
    rows: "dict[tuple[str, str], Latest]" = {}

    @property
    def what(self) -> str:
        return f"{self.kind}/{self.target}/{self.row}" if self.row else f"{self.kind}/{self.target}"

    def fresh(self, now: float) -> bool:
        return fresh(self.at, now, self.fresh_seconds)

    def ahead(self, now: float) -> bool:
        """Whether its clock is wrong: then an earlier measurement takes its place too."""
        return self.at - now > MAX_AHEAD_SECONDS

    def value(self, name: str) -> float | None:
        column = self.table.values.get(name) if self.table else None
        return column[self.line] if column else None

    def take(self, at: float, table: Table, line: int) -> ProbeState:
        """Keep a newer measurement, and return the state that it shows."""
        if self.table is not None:
            fuller = self.earlier or (self.at, self.table, self.line)
            self.earlier = fuller if len(fuller[1].values) > len(table.values) else None
        self.at, self.table, self.line = at, table, line
        self.reason = table.reason[line] if table.reason else ""
        return PROBE_STATES.get(self.reason, "down")

    def row_of(self, part: str, name: str, period_seconds: float = 0.0) -> "Latest | None":
        """The row of that name, new where there is room for it."""
        row = self.rows.get((part, name))
        if row is None:
            if len(self.rows) >= MAX_ROWS:
                return None
            row = Latest(self.kind, self.target, part, name, self.address)
            self.rows[part, name] = row
        slow = fresh_seconds(min(period_seconds, SLOWEST_SECONDS)) if period_seconds else 0.0
        row.fresh_seconds = max(self.fresh_seconds, slow)
        return row

    def rows_of(self, part: str) -> "list[Latest]":
        """The rows of one sort of part that have a measurement."""
        return [row for row in self.rows.values() if row.part == part and row.table is not None]

    def tables(self) -> list[Table]:
        """The tables that it keeps."""
        return [table for table in (self.table, self.earlier and self.earlier[1]) if table is not None]

    def compact(self) -> None:
        """Keep of the tables no more than its own lines."""
        if self.table is not None:
            self.table, self.line = _line(self.table, self.line), 0
        if self.earlier is not None:
            at, table, line = self.earlier
            self.earlier = at, _line(table, line), 0

    def stepped(self, step: Step) -> None:
        """The wall clock was set. The collector judges a probe only after its next measurement."""
        self.at, self.received = _moved(self.at, step), _moved(self.received, step)
        if self.earlier is not None:
            self.earlier = (_moved(self.earlier[0], step), *self.earlier[1:])
        self.verdict, self.reason = "unknown", "stale"

    def forget_rows(self, now: float) -> None:
        self.rows = {
            key: row
            for key, row in self.rows.items()
            if now - row.at <= max(FORGET_ROW_SECONDS, row.fresh_seconds)
        }


class AgentState(Struct, eq=False):
    """`measured` and `received` are times of its newest report, 0 before the first. `online` is only a hint.

    `assigned` is the version of its assignment, `assignment` the one that the agent reports. Prometheus may
    miss a value that a page shows for less than `seen_seconds`, even if another reader opens the page.
    """

    id: str
    report_interval_seconds: float = 10.0
    fresh_seconds: float = FRESH_AT_LEAST_SECONDS
    probes: dict[str, dict[str, Latest]] = {}  # by kind, then target
    hearing: Freshness = "unknown"
    measured: float = 0.0
    received: float = 0.0
    clock: str = ""
    online: bool = False
    online_changed: float = 0.0
    boot: str = ""
    stream: str = ""
    version: str = ""
    assigned: int = 0
    assignment: int = 0
    conditions: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()  # the streams in its presences, the newest last
    returned: tuple[float, ...] = ()  # the times at which it came back to an earlier one
    kept_lines: int = 0  # of tables taken since `compact`

    @property
    def seen_seconds(self) -> float:
        return SEEN_INTERVALS * self.report_interval_seconds

    def latest(self) -> Iterator[Latest]:
        """Every probe's, each followed by its rows'."""
        for by_target in self.probes.values():
            for latest in by_target.values():
                yield latest
                yield from latest.rows.values()

    def addresses(self) -> dict[str, str]:
        """The known address of each target; if two kinds have one, the first kind's."""
        addresses: dict[str, str] = {}
        for by_target in self.probes.values():
            for target, latest in by_target.items():
                if latest.address:
                    addresses.setdefault(target, latest.address)
        return addresses

    def assign(self, expected: frozenset[Pair], assignment: Assignment) -> None:
        """Take over the new assignment. Probes that stay keep their measurements."""
        self.assigned = assignment.version
        interval = assignment.report_interval_seconds
        settings = {(kind(probe), probe.target): probe for probe in assignment.probes}
        before, self.probes = self.probes, {}
        self.fresh_seconds = fresh_seconds(interval)
        self.report_interval_seconds = interval
        for pair in sorted({OWN, *expected}):
            name, target = pair
            latest = before.get(name, {}).get(target) or Latest(name, target)
            probe = settings.get(pair)
            latest.address = address(probe) if probe else ""
            latest.fresh_seconds = fresh_seconds(max(interval, probe.period_seconds) if probe else interval)
            self.probes.setdefault(name, {})[target] = latest

    def introduce(self, presence: Presence, received: float) -> None:
        """The presence of the agent. A last will shows only that the agent is gone."""
        if presence.online != self.online:
            self.online, self.online_changed = presence.online, received
        if presence.online:
            self.boot = printable(presence.boot)
            self._enter(printable(presence.stream), received)
            self.version = printable(presence.version)
            self.assignment = presence.assignment
            conditions = presence.conditions[:MAX_CONDITIONS]
            self.conditions = tuple(printable(text, MAX_CONDITION_CHARACTERS) for text in conditions)

    def stepped(self, step: Step) -> None:
        """The wall clock was set. All times here are by it, since nothing here outlives the program."""
        self.measured, self.received = _moved(self.measured, step), _moved(self.received, step)
        self.online_changed = _moved(self.online_changed, step)
        self.returned = tuple(at + step.by for at in self.returned)
        self.hearing = "unknown"
        for latest in self.latest():
            latest.stepped(step)

    def compact(self) -> None:
        """If the tables hold too many lines, keep of each table only the line that a probe needs."""
        self.kept_lines = 0
        kept = {id(table): len(table) for latest in self.latest() for table in latest.tables()}
        if sum(kept.values()) > MAX_KEPT_LINES:
            for latest in self.latest():
                latest.compact()

    def doubled(self, now: float) -> bool:
        """Whether two agents say that they are this one: each start has a new stream, and never an old one.

        One return is none: a message may be late.
        """
        return len(self.returned) == RETURNS and now - self.returned[0] <= RETURNS_SECONDS

    def _enter(self, stream: str, received: float) -> None:
        if stream != self.stream and stream in self.streams:
            self.returned = (*self.returned, received)[-RETURNS:]
        self.stream = stream
        self.streams = (*(one for one in self.streams if one != stream), stream)[-STREAMS_REMEMBERED:]


def fresh(at: float, now: float, seconds: float) -> bool:
    """Whether a measurement of that time still shows the present."""
    return -MAX_AHEAD_SECONDS <= now - at <= seconds


def _moved(at: float, step: Step) -> float:
    """0 is never."""
    return at + step.by if at else 0.0


def fresh_seconds(interval_seconds: float) -> float:
    """The age up to which a measurement with this interval shows the present, in seconds."""
    return max(FRESH_AT_LEAST_SECONDS, FRESH_INTERVALS * interval_seconds)


def keep_known(table: Table) -> int:
    """Remove the columns that the kind does not have. Return their number."""
    known = names_of(table.kind)
    if table.info:
        table.info = {name: table.info[name] for name in INFO & table.info.keys()}
    unknown = table.values.keys() - known
    if unknown:
        unknown -= set(own_values(table.kind, sorted(unknown))[:MAX_OWN_VALUES])
    if unknown:
        table.values = {name: column for name, column in table.values.items() if name not in unknown}
    return len(unknown)


def part(table: Table) -> str:
    """The sort of parts that the table's rows are, "" for a table without rows."""
    return part_of(table.values) if table.row else ""


def _line(table: Table, line: int) -> Table:
    """A table of that line alone."""
    return Table(
        table.kind,
        [table.target[line]],
        [table.age_ms[line]],
        {name: [column[line]] for name, column in table.values.items()},
        table.reason and [table.reason[line]],
        table.row and [table.row[line]],
        {name: [column[line]] for name, column in table.info.items()},
        table.period_seconds,
    )
