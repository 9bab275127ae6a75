"""Application: the view from each place, where the time goes, and why it fails."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.frame import APPLICATION, CHOSEN, REPORTING, PanelRow, assemble, district, one, sites
from dashboards.incidents import open_incidents, while_open
from dashboards.panels import ABSENT, FROM_ZERO, POLL_STEP, now, query, stat, timeline, timeseries
from dashboards.shades import planned_work
from dashboards.tables import NARROW, WHERE, Column, table
from dashboards.words import APPLICATION as VERDICT
from dashboards.words import BLIND, CERTIFICATE, PROBE, REACHED

ONE = 'application="$application"'
PROBED = f'{CHOSEN}, target="$application"'
SUCCESS = f'pantau_probe_success{{{PROBED}, probe="http"}}'
PRESENT = f'site_target_probe:pantau_probe_success:max{{{PROBED}, probe="http"}}'
REASON = f'pantau_probe_reason_info{{{PROBED}, probe="http"}}'
NO_ANSWER = "No answer of it is known"
LONG_AGO = -(2.0**62)
EXPIRY = ((None, ABSENT), (LONG_AGO, "red"), (3 * 86400, "orange"), (14 * 86400, "green"))
IN_A_CELL = ((None, "text"), *EXPIRY[1:])


def application() -> Dashboard:
    chosen = one(
        "application",
        "Application",
        "label_values(application:pantau_application_info:max, application)",
        "One application, by id",
    )
    about = open_incidents(ONE, "About the application itself. What fails from one place alone is below.")
    return assemble(
        "Application",
        APPLICATION,
        "One application: from where it is up, how long each phase takes, and why it fails.",
        [chosen, district(), sites()],
        [
            PanelRow("Now", [*_now(), _about(), about]),
            PanelRow("The view from each place", [_places(), _timeline()]),
            PanelRow("Where the time goes", [_phases(), _slowest()]),
            PanelRow("Why it fails", [_reasons(), _by_state()]),
        ],
        page="/applications/${application:percentencode}",
        shades=[planned_work(CHOSEN), while_open(ONE)],
    )


def _now() -> Iterator[StatPanel]:
    up = f"max(pantau_application_up{{{ONE}}})"
    down = _places_that_are("down")
    yield stat(
        "State",
        "As all agents see it that probe it, whatever sites are chosen above.",
        now(f"{up} + ({down} == bool 0) or 0 * {down} + {BLIND}"),
        words=VERDICT,
        no_value="No such application is known",
        width=6,
    )
    for title, state, colour in (("Up from", "up", "green"), ("Down from", "down", "red")):
        yield stat(
            title,
            f"From how many sites it is {state}.",
            now(_places_that_are(state)),
            thresholds=((None, ABSENT), (FROM_ZERO, "red" if state == "up" else "green"), (1, colour)),
            no_value="?",
        )
    yield stat(
        "No report from",
        "How many sites probe it of which no fresh measurement is known.",
        now(_places_that_are("unknown")),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "blue")),
        no_value="?",
    )
    yield stat(
        "Not down everywhere",
        "The part of the time range in which it was up from somewhere, of the time of which anybody knows.",
        now(f"max(avg_over_time(pantau_application_up{{{ONE}}}[$__range]))"),
        unit="percentunit",
        decimals=2,
        thresholds=((None, ABSENT), (FROM_ZERO, "red"), (0.95, "orange"), (0.99, "green")),
        no_value="?",
        width=4,
    )
    yield stat(
        "Certificate ends in",
        "The earliest certificate of the chain, from the place that sees the earliest.",
        now(f"min(pantau_tls_certificate_expiry_timestamp_seconds{{{PROBED}}}{REPORTING}) - time()"),
        unit="dtdurations",
        decimals=0,
        thresholds=EXPIRY,
        no_value="no certificate is known",
        width=5,
    )


def _places_that_are(state: str) -> str:
    return f'max(pantau_application_sites{{{ONE}, state="{state}"}})'


def _about() -> TablePanel:
    info = f"application:pantau_application_info:max{{{ONE}}}"
    address = f"topk by (application) (1, max by (application, address) (pantau_target_info{{{ONE}}}))"
    return table(
        "About",
        "The application as the inventory has it, and the address that is probed.",
        [now(f"{info} * on (application) group_left (address) {address} or on (application) {info}")],
        [
            Column("name", "Name", width=140),
            Column("owner", "Owner", width=80),
            Column("address", "Address"),
        ],
        no_value="No such application is known",
        width=8,
        height=7,
    )


def _places() -> TablePanel:
    why = f"topk by (site) (1, max by (site, reason) ({REASON}))"
    return table(
        "From each place",
        "The last result of each agent that reports. A place that alone fails has its own trouble: its link, "
        "its name server, its clock.",
        [
            now(f"{PRESENT} * on (site) group_left (reason) {why} or on (site) {PRESENT}"),
            now(_beside(f'pantau_probe_duration_seconds{{{PROBED}, probe="http"}}')),
            now(_beside(f"pantau_http_status_code{{{PROBED}}}")),
            now(_beside(f'pantau_http_family_reached{{{PROBED}, family="ipv4"}}')),
            now(_beside(f'pantau_http_family_reached{{{PROBED}, family="ipv6"}}')),
            now(_beside(f"pantau_tls_certificate_valid{{{PROBED}}}")),
            now(f"{_beside(f'pantau_tls_certificate_expiry_timestamp_seconds{{{PROBED}}}')} - time()"),
        ],
        [
            Column("A", "Result", words=PROBE, width=NARROW),
            Column("reason", "Reason", width=100),
            *WHERE,
            Column("B", "Took", unit="s", width=80),
            Column("C", "Status", width=NARROW),
            Column("D", "IPv4", words=REACHED, width=110),
            Column("E", "IPv6", words=REACHED, width=110),
            Column("F", "Certificate", words=CERTIFICATE, width=90),
            Column("G", "ends in", unit="dtdurations", decimals=0, thresholds=IN_A_CELL, width=130),
        ],
        no_value="No place is known that probes it and reports",
        sort=["Result", "-Took"],
        height=9,
    )


def _beside(values: str) -> str:
    """Of the sites in the table."""
    return f"(max by (site) ({values}) and on (site) {PRESENT})"


def _timeline() -> StateTimelinePanel:
    worst = f" and on (site) bottomk(15, min by (site) (avg_over_time({SUCCESS}[$__range] @ end())))"
    return timeline(
        "Up and down, from the worst places",
        "At most 15. Down wherever a probe failed in what a pixel stands for. Gap: nothing was measured.",
        [
            query(
                f"(min by (site) (min_over_time({SUCCESS}[$__interval]))"
                f" or min by (site) ({SUCCESS} unless on (site) pantau_agent_up == 0)){worst}",
                "{{site}}",
            )
        ],
        PROBE,
        no_value="No measurement of it is known",
    )


def _phases() -> TimeseriesPanel:
    took = f"pantau_http_duration_seconds{{{PROBED}}}"
    return timeseries(
        "Time by phase",
        "Mean of the chosen places: name, connection, TLS, the server's own time, transfer.",
        [query(f"avg by (phase) (avg_over_time({took}[$__rate_interval]))", "{{phase}}", POLL_STEP)],
        unit="s",
        stacked=True,
        no_value=NO_ANSWER,
    )


def _slowest() -> TimeseriesPanel:
    took = f'pantau_probe_duration_seconds{{{PROBED}, probe="http"}}'
    return timeseries(
        "The slowest places",
        "The ten places where the whole request takes longest, over the time range.",
        [
            query(
                f"avg by (site) (avg_over_time({took}[$__rate_interval]))"
                f" and on (site) topk(10, avg by (site) (avg_over_time({took}[$__range] @ end())))",
                "{{site}}",
                POLL_STEP,
            )
        ],
        unit="s",
        no_value=NO_ANSWER,
    )


def _reasons() -> TimeseriesPanel:
    return timeseries(
        "Reasons",
        "How many of the chosen places give which reason for the last result. One reason everywhere points "
        "at the application.",
        [
            query(
                f"count by (reason) (max by (site, reason) ({REASON}))",
                "{{reason}}",
            )
        ],
        unit="none",
        stacked=True,
        decimals=0,
        no_value="No failing place is known",
    )


def _by_state() -> TimeseriesPanel:
    return timeseries(
        "Places by state",
        "From how many sites it is up, down or without a fresh measurement, whatever sites are chosen above.",
        [query(_places_that_are(state), state) for state in ("down", "unknown", "up")],
        unit="none",
        stacked=True,
        decimals=0,
        colours={"up": "green", "down": "red", "unknown": "blue"},
        no_value="No such application is known",
    )
