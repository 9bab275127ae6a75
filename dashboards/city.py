"""City: the sites that are down, in words, and the next place to look."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.causes import outages_by_cause
from dashboards.frame import CHOSEN, CITY, TO_APPLICATION, PanelRow, assemble, district, sites
from dashboards.panels import ABSENT, FROM_ZERO, now, query, stat, timeline, timeseries
from dashboards.paths import worst_paths
from dashboards.shades import outages_with_causes, planned_work
from dashboards.tables import DISTRICT, NARROW, TARGET, WHERE, Column, table
from dashboards.words import (
    APPLICATION,
    BLIND,
    CAUSE,
    CONFIDENCE,
    DEGRADED,
    DOWN,
    HEARS,
    KIND,
    ROOT,
    ROUTER,
    SENTENCES,
    SEVERITY,
    SILENT,
    STATES,
    UNKNOWN,
    UP,
)

STATE = f"site:pantau_state:code{{{CHOSEN}}}"
NO_SITE = "No site is known: is the collector scraped?"
ALSO_WITHOUT_SITE = 'district=~"$district|", site=~"$site|"'
INCIDENTS = f"site_kind_severity:pantau_incidents_active:max{{{ALSO_WITHOUT_SITE}}}"
"""The incidents, also those without a site, such as a blind collector's."""
_CAUSES = "max by (site, feeder, kind, severity, cause, confidence) (pantau_incident_cause_info)"
BY_CAUSE = (
    f"{_CAUSES} * on (site, feeder, kind, severity) group_left (district, name) {INCIDENTS}"
    f' or on (site, feeder, kind, severity) label_replace(1 * {INCIDENTS}, "cause", "unknown", "", "")'
)
"""The incidents, a series for each cause; also those of a collector that is too old to tell causes."""
BEGAN = "1000 * min by (site, feeder, kind, severity) (pantau_incidents_oldest_timestamp_seconds)"
"""In milliseconds, as Grafana counts time."""
_SITE_DOWN = INCIDENTS.replace("{", '{kind="site_down", ')
ROOTS = f"clamp_max(max by (site) ({_SITE_DOWN}), 1)"

LAST_REPORT = (
    f"1000 * max by (site) (max_over_time(pantau_agent_last_report_timestamp_seconds{{{CHOSEN}}}[1d]))"
)
"""In milliseconds, as Grafana counts time. The series itself ends when an agent falls silent."""

HEARD = Column("B", "Last report", unit="dateTimeFromNow", no_value="not within a day", width=140)


def city() -> Dashboard:
    return assemble(
        "City",
        CITY,
        "What is down in the city, in words, and where to look next.",
        [district(), sites()],
        [
            PanelRow("Now", [*_counts(), _wrong()]),
            PanelRow("Incidents and failing probes", [_incidents(), _failing()]),
            PanelRow("Over time", [_over_time(), _by_district(), _timeline(), outages_by_cause()]),
            PanelRow("Applications", [_applications()]),
            PanelRow("Worst paths", list(worst_paths()), folded=True),
            PanelRow("Silent agents", [_silent()], folded=True),
        ],
        page="/",
        shades=[planned_work(CHOSEN), outages_with_causes(ALSO_WITHOUT_SITE)],
    )


def _counts() -> Iterator[StatPanel]:
    yield stat(
        "Collector",
        "Whether there is anything to trust on this page: a blind collector sees no outage.",
        now(f"max(pantau_collector_broker_connected) or vector({BLIND})"),
        words=HEARS,
        no_value="BLIND",
        width=6,
    )
    for title, code, colour, description in (
        (
            "Down",
            DOWN,
            "red",
            "Sites that are down, as the collector concludes from all that it hears and does not hear.",
        ),
        (
            "Silent",
            SILENT,
            "orange",
            "Sites whose agent does not report, though the site is not known to be down.",
        ),
        ("Degraded", DEGRADED, "yellow", "Sites that report, but something fails that they depend on."),
        ("Unknown", UNKNOWN, "blue", "Sites of which the collector can't tell, because it is blind."),
        ("Up", UP, "green", "Sites that report, and all that they depend on answers."),
    ):
        yield stat(
            title,
            description,
            now(_counted(code)),
            thresholds=((None, ABSENT), (FROM_ZERO, "red" if code == UP else "green"), (1, colour)),
            no_value="?",
        )
    yield stat(
        "Incidents",
        "Open incidents, as the collector tells them to people.",
        now(f"sum({INCIDENTS}) or 0 * count({STATE})"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "red")),
        no_value="?",
    )


def _counted(code: int | str, by: str = "") -> str:
    """0 when no site is in that state; no value when no site's state is known."""
    known = STATE if code == UNKNOWN else f"{STATE} != {UNKNOWN}"
    return f"count {by} ({STATE} == {code}) or 0 * count {by} ({known})"


def _wrong() -> TablePanel:
    return table(
        "What is wrong now",
        "Every site that is not up, the worst first, and of those that are down the roots first: the others "
        "hang below one of them.",
        [
            now(f"{STATE} != {UP} or vector({BLIND}) unless on () {STATE}"),
            now(f"{LAST_REPORT} and on (site) {STATE} != {UP}"),
            now(f"{ROOTS} and on (site) {STATE} != {UP}"),
        ],
        [
            Column("A", "State", words=SENTENCES, width=430),
            Column("C", "Root", words=ROOT, width=60),
            *WHERE,
            HEARD,
        ],
        no_value="Nothing that is known",
        sort=["-State", "-Root"],
        height=9,
    )


def _incidents() -> TablePanel:
    return table(
        "Open incidents",
        "What the collector has concluded, by site, kind and cause: the root of an outage, not what hangs "
        "below. Open counts those of a site and kind together, whatever their causes.",
        [
            now(BY_CAUSE),
            now(f"{BEGAN} * on (site, feeder, kind, severity) group_right () (0 * ({BY_CAUSE}) + 1)"),
        ],
        [
            Column("severity", "Severity", words=SEVERITY, width=75),
            Column("kind", "Kind", words=KIND, width=130),
            Column("cause", "Cause", words=CAUSE, width=170),
            Column("confidence", "Confidence", words=CONFIDENCE, width=130),
            Column("B", "Since", unit="dateTimeFromNow", width=140),
            Column("A", "Open", width=NARROW),
            *WHERE,
        ],
        no_value="No open incident is known",
        sort=["-Since"],
        height=7,
    )


def _failing() -> TablePanel:
    failing = f"site_target_probe:pantau_probe_success:max{{{CHOSEN}}} == 0"
    silence = (
        f"label_replace(max by (site, target) (pantau_icmp_silence_seconds{{{CHOSEN}}}),"
        ' "probe", "icmp", "", "")'
    )
    return table(
        "Failing probes",
        "Targets that do not answer the agents that report, and for how long if they are pinged.",
        [now(failing), now(f"{silence} and on (site, target, probe) {failing}")],
        [
            Column("B", "Lost for", unit="dtdurations", width=110, decimals=0),
            TARGET,
            Column("probe", "Probe", width=NARROW),
            *WHERE,
        ],
        no_value="No failing probe is known",
        sort=["-Lost for"],
        height=7,
    )


def _over_time() -> TimeseriesPanel:
    return timeseries(
        "Sites that are not up, by state",
        "How many sites were in each state. The many that are up would press the others flat.",
        [query(f"count({STATE} == {code})", name) for code, (name, _) in STATES.items() if code != UP],
        unit="none",
        stacked=True,
        decimals=0,
        colours={name: colour for code, (name, colour) in STATES.items() if code != UP},
        no_value="No such site is known",
    )


def _by_district() -> TablePanel:
    return table(
        "Sites by district",
        "How many sites of each district are in each state now.",
        [now(_counted(code, "by (district)")) for code in STATES],
        [
            DISTRICT,
            *(
                Column(letter, name.capitalize(), thresholds=((None, "text"), (1, colour)), width=80)
                for letter, (name, colour) in zip("ABCDE", STATES.values(), strict=True)
            ),
        ],
        no_value=NO_SITE,
        sort=["-Down"],
        width=12,
    )


def _timeline() -> StateTimelinePanel:
    return timeline(
        "Sites that were not up",
        "At most 15 of those that were degraded, silent or down within the time range, the worst.",
        [
            query(
                f"{STATE} and on (site) topk(15, max_over_time({STATE}[$__range] @ end()) > {UP})",
                "{{name}} ({{site}})",
            )
        ],
        STATES,
        no_value="No such site is known",
    )


def _silent() -> TablePanel:
    silent = f"{STATE} and on (site) site:pantau_agent_up:max == 0"
    return table(
        "Silent agents",
        "Agents that do not report though the collector listens. Where the router answers the site is not "
        "cut off: look at the agent's box and its power.",
        [
            now(silent),
            now(f"{LAST_REPORT} and on (site) ({silent})"),
            now(f"max by (site) (site:pantau_router_success:max{{{CHOSEN}}}) and on (site) ({silent})"),
        ],
        [
            Column("C", "Router", words=ROUTER, no_value="nobody can ask it", width=130),
            HEARD,
            *WHERE,
            Column("role", "Role", width=70),
        ],
        no_value="No silent agent is known",
        sort=["Last report"],
        height=7,
    )


def _applications() -> TablePanel:
    up = "max by (application) (pantau_application_up)"
    places = 'max by (application) (pantau_application_sites{{state="{}"}})'
    down = places.format("down")
    verdict = f"{up} + on (application) ({down} == bool 0)"
    return table(
        "Applications",
        "Each public application as those agents see it that probe it, in the whole city.",
        [
            now(f"{verdict} or on (application) 0 * {down} + {BLIND}"),
            *(now(places.format(state)) for state in ("up", "down", "unknown")),
        ],
        [
            Column("application", "Application", link=TO_APPLICATION),
            Column("A", "State", words=APPLICATION, width=430),
            Column("B", "Up from", width=80),
            Column("C", "Down from", width=90),
            Column("D", "No report from", width=110),
        ],
        no_value="No application is known",
        sort=["State"],
        height=7,
    )
