"""The worst of the city: paths that lose or delay, and interfaces that are full."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.frame import CHOSEN
from dashboards.panels import FROM_ZERO, now, query, timeseries
from dashboards.tables import DISTRICT, SITE, TARGET, WHERE, Column, table

LOSS = f"site_target:pantau_icmp_loss:ratio_rate5m{{{CHOSEN}}}"
RTT = f"site_target:pantau_icmp_rtt_seconds:mean_rate5m{{{CHOSEN}}}"
LOSSES = ((None, "text"), (FROM_ZERO, "green"), (0.01, "yellow"), (0.05, "orange"), (0.2, "red"))
DELAYS = ((None, "text"), (FROM_ZERO, "green"), (0.1, "yellow"), (0.3, "orange"))
USED = ((None, "text"), (FROM_ZERO, "green"), (0.7, "yellow"), (0.9, "red"))

LOST = Column("A", "Loss", unit="percentunit", thresholds=LOSSES, width=70)
DELAY = Column("A", "Mean RTT", unit="s", thresholds=DELAYS, width=85)


def worst_paths() -> Iterator[Builder[Panel]]:
    yield _worst_by_loss()
    yield _worst_by_rtt()
    yield _loss_over_time()
    yield _fullest()


def _worst_by_loss() -> TablePanel:
    worst = f"topk(20, {LOSS} > 0)"
    return table(
        "Worst paths by loss",
        "The 20 paths that lost most echoes in the last five minutes, from the site to the target.",
        [now(worst), now(f"max by (site, target) ({RTT}) and on (site, target) {worst}")],
        [LOST, DELAY._replace(field="B"), TARGET, *WHERE],
        no_value="No lost echo is known",
        sort=["-Loss"],
        width=12,
    )


def _worst_by_rtt() -> TablePanel:
    worst = f"topk(20, {RTT})"
    return table(
        "Worst paths by round-trip time",
        "The 20 paths that took longest in the last five minutes, from the site to the target.",
        [now(worst), now(f"max by (site, target) ({LOSS}) and on (site, target) {worst}")],
        [DELAY, LOST._replace(field="B"), TARGET, *WHERE],
        no_value="No echo came back",
        sort=["-Mean RTT"],
        width=12,
    )


def _loss_over_time() -> TimeseriesPanel:
    sent, came_back = (
        f"sum by (district) (rate(pantau_icmp_echo_{what}_total{{{CHOSEN}}}[$__rate_interval]))"
        for what in ("requests", "replies")
    )
    return timeseries(
        "Loss by district",
        "Share of all echoes of a district's agents that were lost; measured late or not.",
        [query(f"1 - {came_back} / ({sent} > 0)", "{{district}}")],
        unit="percentunit",
        thresholds=LOSSES,
        no_value="No echo is known",
    )


def _fullest() -> TablePanel:
    both = " or ".join(
        f"label_replace(site_device_interface:pantau_interface_{way}_utilization:ratio_rate5m{{{CHOSEN}}},"
        f' "direction", "{way}", "", "")'
        for way in ("receive", "transmit")
    )
    return table(
        "Fullest interfaces",
        "The 20 interfaces that carry most of what they can, over the last five minutes.",
        [now(f"topk(20, {both})")],
        [
            Column("A", "Used", unit="percentunit", thresholds=USED, width=70),
            Column("direction", "Direction", width=75),
            Column("interface", "Interface"),
            Column("alias", "Description"),
            Column("device", "Device"),
            SITE,
            DISTRICT,
        ],
        no_value="No interface is known whose speed and traffic are polled",
        sort=["-Used"],
        width=12,
    )
