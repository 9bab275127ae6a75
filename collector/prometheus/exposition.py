"""`/metrics/city`: the city for Prometheus, in its text format 0.0.4. Pure: time is a parameter.

Every measured value carries the time of its measurement, and stands here only while that is fresh: Prometheus
must not scrape a cut site's last good value on and on. The collector's own statements (`pantau_agent_up`, the
infos) are of the time of the scrape and carry none: Prometheus writes a stale marker when one is gone.
`pantau_agent_up` is 1 while an agent is fresh, 0 when it is silent though the collector listens, and absent
while the collector is cut off and can't tell. So it is with the verdicts on sites and applications.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from collector.city.agents import OWN, AgentState, Latest
from collector.city.series import SUCCESS, Columns, SeriesLabels, columns_of, text
from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.incidents import State as Known
from collector.incidents.blamed import is_likely
from collector.incidents.network import FEEDER, PROVIDER
from collector.latency import WorkingLatency
from collector.prometheus.from_inventory import InventoryLines
from collector.prometheus.from_latency import LATENCY_FAMILIES, latency_lines
from collector.prometheus.labels import escaped, labels
from wire.metrics import CATALOGUE
from wire.own_metrics import HELP, OWN_VALUE
from wire.report import Table

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
AGENTS_PER_SLICE = 20
LINKS_PER_SLICE = 100
STATES: tuple[Known, ...] = ("up", "down", "unknown")


class Family(NamedTuple):
    type: str
    help: str


FAMILIES: dict[str, Family] = {
    "pantau_agent_up": Family("gauge", "1 while fresh reports come, 0 while none come though we listen."),
    "pantau_agent_last_report_timestamp_seconds": Family(
        "gauge", "When the newest report was made, Unix time."
    ),
    "pantau_agent_info": Family("gauge", "The agent's version."),
    "pantau_site_up": Family("gauge", "1 while the site is up, 0 while it is down."),
    "pantau_site_on_backup": Family(
        "gauge", "1 while the site runs on its backup, 0 while it does not; absent without a backup."
    ),
    "pantau_maintenance_active": Family(
        "gauge", "1 while planned work is at the site, or cuts it off; absent at other times."
    ),
    "pantau_limit": Family(
        "gauge",
        "Above this value of the metric, or below it if less is worse, the site is degraded.",
    ),
    "pantau_application_up": Family("gauge", "0 while the application is down everywhere, else 1."),
    "pantau_application_sites": Family("gauge", "From how many sites the application is in that state."),
    "pantau_incidents_active": Family("gauge", "How many incidents are open."),
    "pantau_incidents_oldest_timestamp_seconds": Family("gauge", "When the oldest of them began, Unix time."),
    "pantau_incident_cause_info": Family(
        "gauge", "The cause of an open incident, and its confidence: likely, confirmed, or set by a person."
    ),
    "pantau_probe_reason_info": Family(
        "gauge", "Why the last measurement did not succeed, while that is fresh; absent where it did."
    ),
    SUCCESS.family: Family(SUCCESS.type, SUCCESS.help),
    **{metric.family: Family(metric.type, metric.help) for metric in CATALOGUE.values()},
    "pantau_site_info": Family("gauge", "The site as the inventory has it."),
    "pantau_site_latitude_degrees": Family(
        "gauge", "North of the equator; quality tells how well it is known."
    ),
    "pantau_site_longitude_degrees": Family(
        "gauge", "East of Greenwich; quality tells how well it is known."
    ),
    "pantau_city_info": Family("gauge", "The city, and the address of pantau's own pages where it has one."),
    OWN_VALUE: Family("gauge", HELP),
    "pantau_device_info": Family("gauge", "A device that the site's agent polls, and its sort."),
    "pantau_application_info": Family("gauge", "The application as the inventory has it."),
    "pantau_provider_info": Family("gauge", "The provider as the inventory has it."),
    "pantau_link_info": Family(
        "gauge", "The link as the inventory has it; use is main, further or backup, seen from its lower end."
    ),
    "pantau_link_ping_info": Family("gauge", "A ping that crosses the link, by its agent's site and target."),
    "pantau_link_bandwidth_bytes_per_second": Family("gauge", "The capacity of the link by its contract."),
    **{family: Family("gauge", help) for family, help in LATENCY_FAMILIES.items()},
    "pantau_link_sla_ratio": Family("gauge", "The availability of the link by its contract."),
    "pantau_target_info": Family("gauge", "The address that the site's agent knows the target by."),
    "pantau_build_info": Family("gauge", "The collector's version."),
}


class FamilyWriter(NamedTuple):
    """The parts of a value's line: `head`, the target, `middle`, then the labels of the row and the site."""

    name: str
    head: str
    middle: str
    info: tuple[str, ...]
    append: Callable[[str], None]


class Writers(NamedTuple):
    """The writers of one kind's families, for these columns."""

    columns: Columns
    success: FamilyWriter | None
    values: list[FamilyWriter]


class Lines:
    """The lines of one rendering, by family."""

    def __init__(self) -> None:
        self._of: dict[str, list[str]] = {family: [] for family in FAMILIES}
        self._own: dict[str, Family] = {}
        self._writers: dict[int, Writers] = {}

    def say(self, family: str, labels: str, value: float = 1, end: str = "\n") -> None:
        self._of[family].append(f"{family}{{{labels}}} {value!r}{end}")

    def writers(self, columns: Columns) -> Writers:
        known = self._writers.get(id(columns))
        if known is None:
            success, values = columns
            written = [self._writer(one) for one in values]
            known = Writers(columns, self._writer(success) if success else None, written)
            self._writers[id(columns)] = known
        return known

    def _writer(self, column: SeriesLabels) -> FamilyWriter:
        fixed = "".join(f'{name}="{escaped(value)}",' for name, value in column.labels)
        head, middle = f"{column.family}{{{fixed}", ""
        if column.target_label:
            head += f'{column.target_label}="'
            middle = f'",{column.row_label}="' if column.row_label else '",'
        if column.family not in FAMILIES:
            self._own.setdefault(column.family, Family(column.type, HELP))
        lines = self._of.setdefault(column.family, [])
        return FamilyWriter(column.name, head, middle, column.info, lines.append)

    def text(self) -> Iterator[bytes]:
        for family, lines in self._of.items():
            if lines:
                type, help = FAMILIES.get(family) or self._own[family]
                head = f"# HELP {family} {help}\n# TYPE {family} {type}\n"
                yield (head + "".join(lines)).encode(errors="replace")


class Exposition:
    def __init__(
        self, state: State, incidents: Incidents, version: str, latency: WorkingLatency | None = None
    ) -> None:
        self._state = state
        self._incidents = incidents
        self._version = version
        self._of_inventory = InventoryLines()
        self._latency = latency

    def render(self, now: float) -> Iterator[bytes]:
        """The text in pieces. An empty piece is a pause after some milliseconds' work: let others run."""
        lines = Lines()
        maintained = self._incidents.in_maintenance(now)
        for number, agent in enumerate(list(self._state.agents.values()), 1):
            site = labels(site=agent.id, district=self._state.city.sites[agent.id].district)
            self._agent(agent, site, now, lines)
            if agent.id in maintained:
                lines.say("pantau_maintenance_active", site)
            for latest in agent.latest() if self._state.scraped else ():
                if latest.fresh(now):
                    _measurement(latest, site, lines, now)
                    if latest.reason and not latest.row:
                        _reason(latest, site, lines)
            if number % AGENTS_PER_SLICE == 0:
                yield b""
        self._inventory(lines)
        yield from self._links(lines, now)
        self._applications(lines)
        self._open_incidents(lines)
        lines.say("pantau_build_info", labels(version=self._version))
        yield from lines.text()

    def _agent(self, agent: AgentState, site: str, now: float, lines: Lines) -> None:
        city = self._state.city
        place = city.sites[agent.id]
        names = labels(name=place.name, role=place.role, subdistrict=place.subdistrict, feeder=place.feeder)
        lines.say("pantau_site_info", f"{site},{names}")
        for target, address in agent.addresses().items():
            application = target if target in city.applications else ""
            names = labels(target=target, address=address, application=application)
            lines.say("pantau_target_info", f"{site},{names}")
        if (known := self._incidents.site_state(agent.id)) != "unknown":
            lines.say("pantau_site_up", site, int(known == "up"))
        if (on_backup := self._incidents.on_backup(agent.id)) is not None:
            lines.say("pantau_site_on_backup", site, int(on_backup))
        hearing = self._state.hearing(agent, now)
        if hearing != "unknown":
            lines.say("pantau_agent_up", site, int(hearing == "fresh"))
        if hearing == "fresh":
            last = "pantau_agent_last_report_timestamp_seconds"
            lines.say(last, site, agent.measured, stamp(agent.measured))
            lines.say("pantau_agent_info", f"{site},{labels(version=agent.version)}")

    def _inventory(self, lines: Lines) -> None:
        for line in self._of_inventory.of(self._state.city):
            lines.say(line.family, line.labels, line.value)

    def _links(self, lines: Lines, now: float) -> Iterator[bytes]:
        if self._latency is not None:
            for number, link in enumerate(list(self._state.city.links), 1):
                for line in latency_lines(link, self._latency.today(link, now)):
                    lines.say(line.family, line.labels, line.value)
                if number % LINKS_PER_SLICE == 0:
                    yield b""

    def _applications(self, lines: Lines) -> None:
        for id in self._state.city.applications:
            seen = self._incidents.application_seen(id)
            if (known := self._incidents.application_state(id)) != "unknown":
                lines.say("pantau_application_up", labels(application=id), int(known == "up"))
            for state in STATES:
                names = labels(application=id, state=state)
                lines.say("pantau_application_sites", names, list(seen.values()).count(state))

    def _open_incidents(self, lines: Lines) -> None:
        began: dict[str, list[float]] = {}
        causes: set[tuple[str, str, str]] = set()
        for incident in self._incidents.open():
            place = self._place(incident)
            began.setdefault(place, []).append(incident.began_at)
            causes.add((place, *_cause(incident)))
        for place, times in began.items():
            lines.say("pantau_incidents_active", place, len(times))
            lines.say("pantau_incidents_oldest_timestamp_seconds", place, min(times))
        for place, cause, confidence in sorted(causes):
            names = labels(cause=cause, confidence=confidence)
            lines.say("pantau_incident_cause_info", f"{place},{names}", 1)

    def _place(self, incident: Incident) -> str:
        """The labels of its site, "" where it has none, kind and severity; and its feeder, application or
        provider, where it is about one.
        """
        root = incident.root if incident.root in self._state.city.sites else incident.agent
        place = labels(site=root, kind=incident.kind, severity=incident.severity)
        if incident.kind == "power_cut":
            return f"{place},{labels(feeder=incident.root.removeprefix(FEEDER))}"
        if incident.root in self._state.city.applications:
            return f"{place},{labels(application=incident.root)}"
        if incident.root.startswith(PROVIDER):
            return f"{place},{labels(provider=incident.root.removeprefix(PROVIDER))}"
        return place


def _cause(incident: Incident) -> tuple[str, str]:
    """The cause as a person set it, or a likely one by the clues; and its confidence."""
    if incident.cause:
        return incident.cause, "person"
    if is_likely(incident):
        return incident.weighed.cause, incident.weighed.confidence
    return "unknown", ""


def stamp(at: float) -> str:
    """The end of a line: the time in milliseconds."""
    return f" {round(at * 1000)}\n"


def _reason(latest: Latest, site: str, lines: Lines) -> None:
    """A statement of now, so that the reason of before ends with the next one."""
    names = labels(target=latest.target, probe=latest.kind, reason=latest.reason)
    lines.say("pantau_probe_reason_info", f"{site},{names}")


def _measurement(latest: Latest, site: str, lines: Lines, now: float) -> None:
    assert latest.table is not None
    _, success, values = lines.writers(columns_of(latest.table))
    target = "" if latest.kind == OWN[0] else escaped(latest.target)
    rest = f'{escaped(latest.row)}",{site}}} ' if latest.row else f"{site}}} "
    end = stamp(latest.at)
    if success is not None and latest.verdict != "unknown":
        success.append(f"{success.head}{target}{success.middle}{rest}{int(latest.verdict == 'up')}{end}")
    _values(latest.table, latest.line, target, rest, end, values)
    if latest.earlier is not None and now - latest.earlier[0] <= latest.fresh_seconds:
        at, table, line = latest.earlier
        left = [writer for writer in values if writer.name not in latest.table.values]
        _values(table, line, target, rest, stamp(at), left)


def _values(
    table: Table, line: int, target: str, rest: str, end: str, writers: Iterable[FamilyWriter]
) -> None:
    values = table.values
    for name, head, middle, info, append in writers:
        column = values.get(name)
        if column is not None and (value := column[line]) is not None:
            last = _row_labels(table, line, info, rest) if info else rest
            append(f"{head}{target}{middle}{last}{value!r}{end}")


def _row_labels(table: Table, line: int, info: Iterable[str], rest: str) -> str:
    """The rest of the labels with those that are text about a row."""
    return f"{rest[:-2]},{labels(**{name: text(table, line, name) for name in info})}}} "
