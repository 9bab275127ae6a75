"""Provider: all its links, its outages by cause, availability against contract, the others beside it."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.availability import BEHIND, availability, promised
from dashboards.frame import PROVIDER, TO_LINK, TO_PROVIDER, PanelRow, assemble, one
from dashboards.incidents import open_incidents
from dashboards.panels import ABSENT, FROM_ZERO, now, query, stat, timeseries
from dashboards.paths import DELAYS, LOSSES
from dashboards.shades import SEEN, outages_with_causes, planned_work
from dashboards.tables import Column, table
from dashboards.words import CARRIES, CAUSE, KIND, USE

ONE = 'provider="$provider"'
INFO = f"link:pantau_link_info:max{{{ONE}}}"
STATE = f"link:pantau_link_up:max{{{ONE}}}"
LOSS = "link:pantau_icmp_loss:max_ratio_rate5m"
RTT = "link:pantau_icmp_rtt_seconds:max_mean_rate5m"
MAIN = f'link:pantau_link_info:max{{{ONE}, use="main"}}'
BELOW = f' and on (site) label_replace({MAIN}, "site", "$1", "from", "(.+)")'
"""Of these sites, those that have a link of the provider as their main way."""
NO_LINK = "No link of it is known that anybody measures"


def provider() -> Dashboard:
    whole = "About the provider as a whole: what many of its links have in common."
    infos = "label_values(provider:pantau_provider_info:max, provider)"
    return assemble(
        "Provider",
        PROVIDER,
        "One provider: its links now, and what it delivers against what it promises.",
        [one("provider", "Provider", infos, "One provider, by id")],
        [
            PanelRow("Now", [*_now(), _links()]),
            PanelRow("Outages", [open_incidents(ONE, whole, width=24), _outages(), _by_cause()]),
            PanelRow("Beside the others", [_others(), _compared("Loss", LOSS), _compared("Delay", RTT)]),
        ],
        page="/providers/${provider:percentencode}",
        shades=[planned_work("", BELOW), outages_with_causes("", BELOW)],
        since="now-24h",
    )


def _now() -> Iterator[StatPanel]:
    yield stat(
        "Links",
        "How many links of it the inventory has.",
        now(f"count({INFO})"),
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        no_value="No link of it is known",
        width=4,
    )
    for title, asked, colour, description in (
        ("Carry nothing", f"count({STATE} == 0)", "red", "Links across which no ping succeeds now."),
        (
            "Not measured",
            f"count({INFO} unless on (link) {STATE})",
            "blue",
            "Links of which nobody knows: backups at rest, and those whose agents do not report.",
        ),
    ):
        yield stat(
            title,
            description,
            now(f"{asked} or 0 * count({INFO if colour == 'blue' else STATE})"),
            thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, colour)),
            no_value="?",
            width=4,
        )
    against = f"{availability(ONE)} - {promised(ONE)}"
    yield stat(
        "Below the promise",
        "Links that were less available within the time range than their contract says. A contract counts a "
        "month: choose that as the time range.",
        now(f"count({against} < 0) or 0 * count({against})"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "red")),
        no_value="nothing is promised",
        width=4,
    )
    yield stat(
        "Mean availability",
        "Of its measured links within the time range; times of planned work do not count.",
        now(f"avg({availability(ONE)})"),
        unit="percentunit",
        decimals=3,
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        no_value="?",
        width=4,
    )
    yield stat(
        "Farthest below the promise",
        "Availability less promise, of the link that is worst.",
        now(f"min({against})"),
        unit="percentunit",
        decimals=3,
        thresholds=BEHIND,
        no_value="nothing is promised",
        width=4,
    )


def _links() -> TablePanel:
    return table(
        "Its links",
        "Those that carry nothing first. Availability is of the time range, loss and delay of five minutes.",
        [
            now(INFO),
            now(_of_links(STATE)),
            now(_of_links(availability(ONE))),
            now(_of_links(promised(ONE))),
            now(_of_links(f"{LOSS}{{{ONE}}}")),
            now(_of_links(f"{RTT}{{{ONE}}}")),
        ],
        [
            Column("B", "State", words=CARRIES, no_value="not measured", width=150),
            Column("link", "Link", link=TO_LINK),
            Column("from", "From"),
            Column("to", "To"),
            Column("medium", "Medium", width=70),
            Column("use", "Use", words=USE, width=90),
            Column("contract", "Contract"),
            Column("C", "Available", unit="percentunit", decimals=3, width=90),
            Column("D", "Promised", unit="percentunit", decimals=3, width=90),
            Column("E", "Loss", unit="percentunit", thresholds=LOSSES, width=70),
            Column("F", "RTT", unit="s", thresholds=DELAYS, width=80),
        ],
        no_value="No link of it is known",
        sort=["State", "Available"],
        height=10,
    )


def _of_links(values: str) -> str:
    return f"max by (link) ({values}) and on (link) {INFO}"


def _ended() -> str:
    """Each outage below its links with its last cause: the time when that was known last."""
    last = f"topk by (site, feeder, kind, began) (1, max_over_time({SEEN}[$__range]))"
    return f"{last}{BELOW}"


def _outages() -> TablePanel:
    lasted = f"max by (site, kind, began, cause) ({_ended()})"
    began = "max by (site, kind, began) (max_over_time("
    began += "site_kind_began:pantau_incidents_oldest_timestamp_seconds:min[$__range]))"
    return table(
        "Outages of the sites below its links",
        "Within the time range, with the last cause that is known: power and planned work are not the "
        "provider's.",
        [
            now(f"0 * {lasted} + 1"),
            now(f"1000 * {began} * on (site, kind, began) group_left () (0 * {_lasted_by_outage()} + 1)"),
            now(f"{_lasted_by_outage()} - on (site, kind, began) {began}"),
        ],
        [
            Column("site", "Site"),
            Column("kind", "Kind", words=KIND, width=110),
            Column("cause", "Cause", words=CAUSE, width=170),
            Column("B", "Began", unit="dateTimeAsIso", width=170),
            Column("C", "Lasted", unit="dtdurations", decimals=0, width=110),
        ],
        no_value="No outage below its links is known within the time range",
        sort=["-Began"],
        width=14,
        height=9,
    )


def _lasted_by_outage() -> str:
    return f"max by (site, kind, began) ({_ended()})"


def _by_cause() -> TablePanel:
    return table(
        "These outages by cause",
        "How many of these outages have which cause.",
        [now(f"count by (cause) ({_ended()})")],
        [Column("cause", "Cause", words=CAUSE), Column("A", "Outages", width=80)],
        no_value="No outage below its links is known within the time range",
        sort=["-Outages"],
        width=10,
        height=9,
    )


def _others() -> TablePanel:
    links = 'link:pantau_link_info:max{provider!=""}'
    every = 'provider!=""'
    mean = f"avg by (provider) (avg_over_time(link:pantau_link_available:max{{{every}}}[$__range]))"
    return table(
        "All providers",
        "Means over the links of each. A provider of radio to far places is not one of fibre in town.",
        [
            now(f"count by (provider) ({links})"),
            now(mean),
            now(f"avg by (provider) (max by (provider, link) (pantau_link_sla_ratio{{{every}}}))"),
            now(f"avg by (provider) ({LOSS}{{{every}}})"),
            now(f"quantile by (provider) (0.5, {RTT}{{{every}}})"),
        ],
        [
            Column("provider", "Provider", link=TO_PROVIDER),
            Column("A", "Links", width=60),
            Column("B", "Available", unit="percentunit", decimals=3, width=90),
            Column("C", "Promised", unit="percentunit", decimals=3, width=90),
            Column("D", "Mean loss", unit="percentunit", thresholds=LOSSES, width=90),
            Column("E", "Median RTT", unit="s", thresholds=DELAYS, width=100),
        ],
        no_value="No link with a provider is known",
        sort=["Provider"],
        width=24,
        height=6,
    )


def _compared(what: str, measured: str) -> TimeseriesPanel:
    loss = what == "Loss"
    how = "avg by (provider) (" if loss else "quantile by (provider) (0.5, "
    return timeseries(
        f"{what} of each provider",
        "The mean over its links, each with its worst ping."
        if loss
        else "The median over its links of the round-trip time, each with its slowest ping.",
        [query(f'{how}{measured}{{provider!=""}})', "{{provider}}")],
        unit="percentunit" if loss else "s",
        no_value=NO_LINK,
    )
