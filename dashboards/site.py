"""Site: one place from all sides, to find out why."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard, VariableOption

from dashboards.devices import devices
from dashboards.frame import HERE, SITE, TO_LINK, TO_PROVIDER, PanelRow, assemble, choice, district, one_site
from dashboards.panels import ABSENT, FROM_ZERO, POLL_STEP, now, query, stat, timeline, timeseries
from dashboards.shades import outages_with_causes, planned_work
from dashboards.smoke import from_above, smoke
from dashboards.tables import NARROW, TARGET, Column, table
from dashboards.words import BACKUP, CERTIFICATE, CLOCK, PROBE, RESPONSE_CODE, ROUTER, SENTENCES

USUAL_TARGETS = ["gateway", "uplink", "internet"]
PINGED = f"label_values(pantau_icmp_echo_requests_total{{{HERE}}}, target)"
INTERFACES = f"label_values(pantau_interface_up{{{HERE}}}, interface)"
WORST = (
    " and on (target) bottomk(15, min by (target) ("
    f"avg_over_time(pantau_probe_success{{{HERE}}}[$__range] @ end())))"
)
"""The NOC's agent has hundreds of targets, and a row of the timeline needs its height."""
FLIP_STEP = "10s"
"""An agent reports a flip at once, with its own time."""
LONG_AGO = -(2.0**62)
EXPIRY = ((None, "text"), (LONG_AGO, "red"), (3 * 86400, "orange"), (14 * 86400, "green"))


def site() -> Dashboard:
    pinged = choice("target", "Target", PINGED, "What the site's agent pings").multi(True)
    pinged.current(VariableOption(text=USUAL_TARGETS, value=USUAL_TARGETS, selected=True))
    interfaces = choice("interface", "Interface", INTERFACES, "Of the site's polled devices").multi(True)
    return assemble(
        "Site",
        SITE,
        "One site from all sides: what it says itself, and what those above it see.",
        [district(), one_site(), pinged, interfaces],
        [
            PanelRow("Now", list(_state())),
            PanelRow("Round-trip time and loss, from here", list(smoke())),
            PanelRow("Up and down", [_timeline(), _probes()]),
            PanelRow("As seen from above", list(from_above()), folded=True),
            PanelRow("Names, connections and pages", list(_requests()), folded=True),
            PanelRow("Devices", list(devices()), folded=True),
            PanelRow("The site and its links in the inventory", [_about(), _links()], folded=True),
        ],
        page="/sites/${site:percentencode}",
        shades=[planned_work(HERE), outages_with_causes(HERE)],
    )


def _state() -> Iterator[StatPanel]:
    yield stat(
        "State",
        "What the site's agent and those above it say together.",
        now(f"site:pantau_state:code{{{HERE}}}"),
        words=SENTENCES,
        no_value="No state is known: is the collector scraped, are the recording rules loaded?",
        width=5,
    )
    yield stat(
        "Availability",
        "The part of the time range in which the site was up. Times in which planned work or nobody knows "
        "why it was not do not count.",
        now(f"max(avg_over_time(site:pantau_available:max{{{HERE}}}[$__range]))"),
        unit="percentunit",
        thresholds=((None, ABSENT), (FROM_ZERO, "red"), (0.95, "orange"), (0.99, "green")),
        no_value="?",
    )
    yield stat(
        "Router",
        "Whether its router answers an agent elsewhere that reports.",
        now(f"max(site:pantau_router_success:max{{{HERE}}})"),
        words=ROUTER,
        no_value="nobody can ask it",
    )
    yield stat(
        "Backup",
        "Whether it runs on its backup, because its main way is lost.",
        now(f"max(pantau_site_on_backup{{{HERE}}})"),
        words=BACKUP,
        no_value="none, or unknown",
    )
    yield stat(
        "Last report",
        "When the agent's newest report was made.",
        now(f"1000 * max(max_over_time(pantau_agent_last_report_timestamp_seconds{{{HERE}}}[1d]))"),
        unit="dateTimeFromNow",
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        no_value="over a day ago, or never",
        width=4,
    )
    yield stat(
        "Reports held back",
        "Reports that the agent keeps until the collector has stored them: many after an outage, then fewer.",
        now(f"max(pantau_agent_spooled_reports{{{HERE}}})"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (30, "orange")),
        no_value="?",
    )
    yield stat(
        "Clock",
        "Whether NTP keeps the clock of the agent's box. Where it doesn't, the collector's time is used.",
        now(f"min(pantau_agent_clock_synchronized{{{HERE}}})"),
        words=CLOCK,
        no_value="?",
    )


def _about() -> TablePanel:
    return table(
        "About",
        "The site as the inventory has it, and its agent's version.",
        [
            now(f"site:pantau_site_info:max{{{HERE}}}"),
            now(f"max by (site, version) (pantau_agent_info{{{HERE}}})"),
            now(f"max by (site, feeder) (pantau_site_info{{{HERE}}})"),
        ],
        [
            Column("name", "Name"),
            Column("role", "Role"),
            Column("district", "District"),
            Column("subdistrict", "Subdistrict"),
            Column("feeder", "Feeder", width=90),
            Column("version", "Agent", no_value="no report", width=90),
        ],
        no_value="No such site is known",
        width=10,
        height=5,
    )


def _links() -> TablePanel:
    ends = ("link", "from", "to", "medium", "provider", "contract")
    info = f"max by ({', '.join(ends)}) (pantau_link_info{{{{{{}}}}}})"
    up, below = (info.format(f'{end}="$site"') for end in ("from", "to"))
    links = f"({up} or {below})"
    promised = '8 * max by (link) (pantau_link_bandwidth_bytes_per_second{{direction="{}"}}) and on (link) {}'
    return table(
        "Links",
        "Its ways up, and the links of the sites below it: whom to call, and what the contract promises.",
        [
            now(links),
            now(promised.format("down", links)),
            now(promised.format("up", links)),
            now(f"max by (link) (pantau_link_sla_ratio) and on (link) {links}"),
        ],
        [
            Column("link", "Link", link=TO_LINK),
            *(Column(end, end.capitalize()) for end in ends[1:4]),
            Column("provider", "Provider", link=TO_PROVIDER),
            Column("contract", "Contract"),
            Column("B", "Down", unit="bps", width=80),
            Column("C", "Up", unit="bps", width=80),
            Column("D", "SLA", unit="percentunit", decimals=2, width=80),
        ],
        no_value="No link of it is known",
        width=14,
        height=5,
    )


def _timeline() -> StateTimelinePanel:
    return timeline(
        "Up and down",
        "Down wherever a probe of the target failed in what a pixel stands for. Gap: nothing was measured.",
        [
            query(f"max by (site) (pantau_agent_up{{{HERE}}})", "agent reports", FLIP_STEP),
            query(_worst('probe="icmp", target="$site"', "site"), "router, from {{site}}", FLIP_STEP),
            query(_worst(HERE, "target", WORST), "{{target}}", FLIP_STEP),
        ],
        PROBE,
        no_value="No measurement is known",
        height=12,
    )


def _worst(chosen: str, by: str, kept: str = "") -> str:
    """The worst value of the step. A step without one takes the last value, unless the agent is silent."""
    success = f"pantau_probe_success{{{chosen}}}"
    return (
        f"(min by ({by}) (min_over_time({success}[$__interval]))"
        f" or min by ({by}) ({success} unless on (site) pantau_agent_up == 0)){kept}"
    )


def _probes() -> TablePanel:
    success = f"max by (target, probe) (pantau_probe_success{{{HERE}}})"
    lasted = f"max by (target, probe) (pantau_probe_duration_seconds{{{HERE}}})"
    addresses = f"max by (target, address) (pantau_target_info{{{HERE}}})"
    expiry = f"min by (target) (pantau_tls_certificate_expiry_timestamp_seconds{{{HERE}}}) - time()"
    return table(
        "Probes",
        "What the agent measures, and its last results.",
        [
            now(f"{success} * on (target) group_left (address) {addresses} or on (target, probe) {success}"),
            now(f"{lasted} and on (target, probe) {success}"),
            now(_beside(expiry, "http", success)),
            now(_beside(f"max by (target) (pantau_http_status_code{{{HERE}}})", "http", success)),
            now(_beside(f"min by (target) (pantau_tls_certificate_valid{{{HERE}}})", "http", success)),
            now(_beside(f"max by (target) (pantau_dns_response_code{{{HERE}}})", "dns", success)),
        ],
        [
            Column("A", "Result", words=PROBE, width=NARROW),
            TARGET,
            Column("probe", "Probe", width=NARROW),
            Column("B", "Took", unit="s", width=80),
            Column("D", "Status", width=NARROW),
            Column("F", "Answer", words=RESPONSE_CODE, width=90),
            Column("E", "Certificate", words=CERTIFICATE, width=90),
            Column("C", "expires in", unit="dtdurations", decimals=0, thresholds=EXPIRY, width=130),
            Column("address", "Address"),
        ],
        no_value="No measurement of the last five minutes is known",
        sort=["Result"],
        height=9,
    )


def _beside(values: str, probe: str, success: str) -> str:
    """The values of the targets' probes of this kind, by target."""
    return f'label_replace({values}, "probe", "{probe}", "", "") and on (target, probe) {success}'


def _requests() -> Iterator[TimeseriesPanel]:
    yield timeseries(
        "Page load by phase",
        "Mean time of each phase of the HTTP requests, of all applications that are probed from here.",
        [
            query(
                "avg by (target, phase) (avg_over_time("
                f"pantau_http_duration_seconds{{{HERE}}}[$__rate_interval]))",
                "{{target}}: {{phase}}",
                POLL_STEP,
            )
        ],
        unit="s",
        stacked=True,
        no_value="No answer of a page is known",
        width=8,
    )
    yield timeseries(
        "Name lookups",
        "Mean time from the query to its answer.",
        [query(_mean("pantau_dns_lookup_duration_seconds"), "{{target}}", POLL_STEP)],
        unit="s",
        no_value="No answer of a name server is known",
        width=8,
    )
    yield timeseries(
        "TCP connections",
        "Mean time to establish a connection.",
        [query(_mean("pantau_tcp_connect_duration_seconds"), "{{target}}", POLL_STEP)],
        unit="s",
        no_value="No TCP connection is known",
        width=8,
    )


def _mean(metric: str) -> str:
    return f"avg by (target) (avg_over_time({metric}{{{HERE}}}[$__rate_interval]))"
