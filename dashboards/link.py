"""Link: both ends, the contract against what is measured, loss and delay as each end has them."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import GraphTransform
from grafana_foundation_sdk.models.dashboard import Dashboard, DynamicConfigValue, VariableModel

from dashboards.availability import availability_stats
from dashboards.frame import LINK, TO_PROVIDER, PanelRow, assemble, choice, derived, one
from dashboards.incidents import open_incidents
from dashboards.panels import ABSENT, POLL_STEP, now, query, stat, timeline, timeseries
from dashboards.paths import DELAYS, LOSSES, USED
from dashboards.shades import outages_with_causes, planned_work
from dashboards.tables import TARGET, WHERE, Column, table
from dashboards.words import CARRIES, PROBE, SENTENCES, USE

ONE = 'link="$link"'
ENDS = 'site=~"$lower|$upper"'
BELOW = 'site="$lower", interface=~"$interface"'
ACROSS = f" and on (site, target) max by (site, target) (pantau_link_ping_info{{{ONE}}})"
"""Of what the agents at both ends ping, that which crosses the link."""
DOWN, UP = (f'pantau_link_bandwidth_bytes_per_second{{{ONE}, direction="{way}"}}' for way in ("down", "up"))
"""As the contract has it."""
NO_PING = "No ping across it is known"
FLIP_STEP = "10s"


def link() -> Dashboard:
    return assemble(
        "Link",
        LINK,
        "One link: what its contract promises, and what both ends measure across it.",
        list(_variables()),
        [
            PanelRow("Now", [*_now(), _contract(), _ends()]),
            PanelRow("Loss, delay and its variation, from each end", list(_quality())),
            PanelRow("What it carries", [_traffic(), _fullest()]),
            PanelRow("While it is idle, and while it is busy", list(_working())),
            PanelRow("Why", [_reasons(), open_incidents(ENDS, "About the sites at its two ends.")]),
        ],
        page="/links/${link:percentencode}",
        shades=[planned_work('site="$lower"'), outages_with_causes(ENDS)],
    )


def _variables() -> Iterator[Builder[VariableModel]]:
    infos = "link:pantau_link_info:max"
    yield choice(
        "provider", "Provider", f"label_values({infos}, provider)", "Narrows the links, by the provider's id"
    ).multi(True)
    yield one(
        "link", "Link", f'label_values({infos}{{provider=~"$provider"}}, link)', "One link of these, by id"
    )
    yield derived("lower", f"label_values({infos}{{{ONE}}}, from)", "The site at its lower end")
    yield derived("upper", f"label_values({infos}{{{ONE}}}, to)", "The site above, or the internet")
    of_router = 'label_values(pantau_interface_up{site="$lower"}, interface)'
    yield choice("interface", "Interface", of_router, "Of the polled devices at its lower end").multi(True)


def _now() -> Iterator[StatPanel]:
    yield stat(
        "Link",
        "Whether any ping across it succeeds, from either end. It carries nothing, for whatever cause, while "
        "the site that has it as its main way is down or on the backup.",
        now(f"max(link:pantau_link_up:max{{{ONE}}})"),
        words=CARRIES,
        no_value="nobody who reports measures across it",
        width=6,
    )
    yield from availability_stats(ONE)
    for title, measured, unit, steps, description in (
        (
            "Loss",
            "link:pantau_icmp_loss:max_ratio_rate5m",
            "percentunit",
            LOSSES,
            "The share of echoes that were lost in the last five minutes, of the worst ping across it.",
        ),
        (
            "Round-trip time",
            "link:pantau_icmp_rtt_seconds:max_mean_rate5m",
            "s",
            DELAYS,
            "The mean of the last five minutes, of the slowest ping across it.",
        ),
    ):
        yield stat(
            title,
            description,
            now(f"max({measured}{{{ONE}}})"),
            unit=unit,
            thresholds=((None, ABSENT), *steps[1:]),
            no_value="?",
        )


def _contract() -> TablePanel:
    info = f"link:pantau_link_info:max{{{ONE}}}"
    down, up = (f"8 * max by (link) ({bandwidth}) and on (link) {info}" for bandwidth in (DOWN, UP))
    return table(
        "The link and its contract",
        "As the inventory has it. The provider's page in pantau has the number to call.",
        [now(info), now(down), now(up)],
        [
            Column("link", "Link"),
            Column("use", "Use", words=USE, width=90),
            Column("medium", "Medium", width=70),
            Column("provider", "Provider", link=TO_PROVIDER),
            Column("contract", "Contract"),
            Column("B", "Down", unit="bps", width=80),
            Column("C", "Up", unit="bps", width=80),
        ],
        no_value="No such link is known",
        sort=["Link"],
        height=5,
    )


def _ends() -> TablePanel:
    state = f"site:pantau_state:code{{{ENDS}}}"
    last = f"1000 * max by (site) (max_over_time(pantau_agent_last_report_timestamp_seconds{{{ENDS}}}[1d]))"
    return table(
        "Both ends",
        "The sites at its ends. The lower one is down beside a good upper one: the link, or its power.",
        [now(state), now(f"{last} and on (site) {state}")],
        [
            Column("A", "State", words=SENTENCES, width=430),
            *WHERE,
            Column("B", "Last report", unit="dateTimeFromNow", no_value="not within a day", width=160),
        ],
        no_value="No site at its ends is known",
        sort=["-State"],
        height=5,
        width=24,
    )


def _quality() -> Iterator[TimeseriesPanel | StateTimelinePanel]:
    sent, came_back = (
        f"sum by (site, target) (increase(pantau_icmp_echo_{what}_total{{{ENDS}}}[$__rate_interval]))"
        for what in ("requests", "replies")
    )
    yield timeseries(
        "Loss across the link",
        "The share of echoes that were lost. Lost from one end alone: look at that end's own network.",
        [query(f"1 - {came_back} / ({sent} > 0){ACROSS}", "{{site}} to {{target}}")],
        unit="percentunit",
        thresholds=LOSSES,
        no_value=NO_PING,
    )
    for title, value, description in (
        ("Round-trip time across the link", "rtt_median", "The median of each ping across it."),
        (
            "Delay variation across the link",
            "delay_variation",
            "Mean difference between successive round-trip times: what makes calls stutter.",
        ),
    ):
        mean = f"avg_over_time(pantau_icmp_{value}_seconds{{{ENDS}}}[$__rate_interval])"
        yield timeseries(
            title,
            description,
            [query(f"max by (site, target) ({mean}){ACROSS}", "{{site}} to {{target}}")],
            unit="s",
            no_value=NO_PING,
        )
    success = f'pantau_probe_success{{{ENDS}, probe="icmp"}}'
    yield timeline(
        "Up and down, from each end",
        "Down wherever a ping across it failed in what a pixel stands for. Gap: nothing was measured.",
        [
            query(
                f"min by (site, target) (min_over_time({success}[$__interval])){ACROSS}"
                f" or min by (site, target) ({success} unless on (site) pantau_agent_up == 0){ACROSS}",
                "{{site}} to {{target}}",
                FLIP_STEP,
            )
        ],
        PROBE,
        no_value=NO_PING,
        width=12,
        height=8,
    )


def _traffic() -> TimeseriesPanel:
    received, sent = (
        "8 * max by (device, interface) "
        f"(rate(pantau_interface_{way}_bytes_total{{{BELOW}}}[$__rate_interval]))"
        for way in ("receive", "transmit")
    )
    panel = timeseries(
        "Traffic at the lower end, and the contract",
        "What the chosen interfaces receive, upwards, and transmit, downwards, beside the bandwidth of the "
        "contract. Choose the interface that the link is at.",
        [
            query(received, "{{device}} {{interface}} receives", POLL_STEP),
            query(sent, "{{device}} {{interface}} transmits", POLL_STEP),
            query(f"8 * max({DOWN})", "contract, down", POLL_STEP),
            query(f"8 * max({UP})", "contract, up", POLL_STEP),
        ],
        unit="bps",
        below_zero=True,
        no_value="No interface at its lower end is polled, and no bandwidth is promised",
    )
    downwards = [DynamicConfigValue("custom.transform", GraphTransform.NEGATIVE_Y)]
    dashed = [DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [10, 10]})]
    panel.axis_centered_zero(True)
    panel.override_by_query("B", downwards)
    panel.override_by_query("C", dashed)
    return panel.override_by_query("D", [*downwards, *dashed])


def _fullest() -> TablePanel:
    receives, transmits, speed = (
        f"max by (device, interface) ({metric}{{{BELOW}}})"
        for metric in (
            "site_device_interface:pantau_interface_receive_bits:rate5m",
            "site_device_interface:pantau_interface_transmit_bits:rate5m",
            "pantau_interface_speed_bits_per_second",
        )
    )
    of_down, of_up = (
        f"{bits} / (8 * scalar(max({bandwidth})))" for bits, bandwidth in ((receives, DOWN), (transmits, UP))
    )
    return table(
        "Interfaces at the lower end",
        "What they carried in the last five minutes, and the share of the link's contract that this is.",
        [
            now(receives),
            now(f"{transmits} and on (device, interface) {receives}"),
            now(f"{of_down} and on (device, interface) {receives}"),
            now(f"{of_up} and on (device, interface) {receives}"),
            now(f"{speed} and on (device, interface) {receives}"),
        ],
        [
            Column("device", "Device"),
            Column("interface", "Interface"),
            Column("A", "Receives", unit="bps", width=90),
            Column("C", "of contract", unit="percentunit", thresholds=USED, decimals=0, width=90),
            Column("B", "Transmits", unit="bps", width=90),
            Column("D", "of contract up", unit="percentunit", thresholds=USED, decimals=0, width=110),
            Column("E", "Speed", unit="bps", width=90),
        ],
        no_value="No interface at its lower end is polled",
        sort=["-Receives"],
        width=12,
    )


def _working() -> Iterator[TimeseriesPanel]:
    yield timeseries(
        "Round-trip time while idle and while busy",
        "Of each day since midnight: below 20 % of the link's rate, and above 70 %. The difference is what a "
        "full link adds.",
        [
            query(
                f"max by (load, quantile) (pantau_link_working_rtt_seconds{{{ONE}}})",
                "{{load}}, quantile {{quantile}}",
                POLL_STEP,
            )
        ],
        unit="s",
        no_value="No polled port names this link, or too few minutes are known",
        width=12,
    )
    yield timeseries(
        "Minutes at each load",
        "Of each day since midnight. The load is known where the alias of a polled port names the link.",
        [query(f"max by (load) (pantau_link_load_minutes{{{ONE}}})", "{{load}}", POLL_STEP)],
        unit="m",
        no_value="No polled port names this link",
        width=12,
    )


def _reasons() -> TablePanel:
    reasons = f'max by (site, target, reason) (pantau_probe_reason_info{{{ENDS}, probe="icmp"}}){ACROSS}'
    silence = f"max by (site, target) (pantau_icmp_silence_seconds{{{ENDS}}})"
    return table(
        "Pings across it that fail",
        "Why, as the agent at that end says, and for how long.",
        [now(reasons), now(f"{silence} and on (site, target) {reasons}")],
        [
            Column("site", "From"),
            TARGET,
            Column("reason", "Reason"),
            Column("B", "Lost for", unit="dtdurations", decimals=0, width=100),
        ],
        no_value="No failing ping across it is known",
        sort=["-Lost for"],
        width=8,
        height=7,
    )
