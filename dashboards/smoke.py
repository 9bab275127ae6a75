"""Round-trip times as bands with their loss, as SmokePing has taught people to read them.

The band is from the least to the greatest, the line is the median; bars on the right axis are the share of
echoes lost, exact over each step from the agent's own counters.
"""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.common import AxisPlacement, GraphDrawStyle
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from dashboards.frame import HERE
from dashboards.panels import painted, query, timeseries

LEAST, MEDIAN, GREATEST, LOSS = "least", "median", "greatest", "loss"


def smoke() -> Iterator[TimeseriesPanel]:
    """One panel for each chosen target, and the delay variation of them all."""
    panel = _bands(
        "$target",
        "Round-trip time from here to $target: a band from least to greatest, the median, the loss as bars.",
        f'{HERE}, target="$target"',
        "No echo to it is known",
        width=24,
    )
    yield panel.repeat("target").repeat_direction("h").max_per_row(2)
    yield timeseries(
        "Delay variation",
        "Mean difference between the round-trip times of successive replies: what makes calls stutter.",
        [
            query(
                "max by (target) (avg_over_time("
                f'pantau_icmp_delay_variation_seconds{{{HERE}, target=~"$target"}}[$__rate_interval]))',
                "{{target}}",
            )
        ],
        unit="s",
        thresholds=((None, "transparent"), (0.03, "orange")),
        no_value="No reply is known",
        width=24,
    )


def from_above() -> Iterator[TimeseriesPanel]:
    seen = 'target="$site"'
    yield _bands(
        "Router, from above",
        "Round-trip time from above to the site's router: the evidence that stays when the site is cut off.",
        seen,
        "No echo to its router is known",
    )
    yield timeseries(
        "Loss, by who pings",
        "Where only one of them loses echoes, it is that one's way and not the site.",
        [query(_lost(seen, "by (site)"), "from {{site}}")],
        unit="percentunit",
        no_value="No echo to its router is known",
    )


def _bands(title: str, description: str, chosen: str, no_value: str, width: int = 12) -> TimeseriesPanel:
    panel = timeseries(
        title,
        description,
        [
            query(_over("min", "min", chosen), LEAST),
            query(_over("avg", "median", chosen), MEDIAN),
            query(_over("max", "max", chosen), GREATEST),
            query(_lost(chosen), LOSS),
        ],
        unit="s",
        no_value=no_value,
        width=width,
    )
    panel.override_by_name(LEAST, [*_faint(), DynamicConfigValue("custom.fillOpacity", 0)])
    panel.override_by_name(GREATEST, [*_faint(), DynamicConfigValue("custom.fillBelowTo", LEAST)])
    panel.override_by_name(MEDIAN, [painted("green"), DynamicConfigValue("custom.lineWidth", 2)])
    return panel.override_by_name(
        LOSS,
        [
            painted("red"),
            DynamicConfigValue("unit", "percentunit"),
            DynamicConfigValue("max", 1),
            DynamicConfigValue("custom.drawStyle", GraphDrawStyle.BARS),
            DynamicConfigValue("custom.axisPlacement", AxisPlacement.RIGHT),
            DynamicConfigValue("custom.fillOpacity", 50),
            DynamicConfigValue("custom.lineWidth", 0),
        ],
    )


def _faint() -> list[DynamicConfigValue]:
    return [
        painted("semi-dark-blue"),
        DynamicConfigValue("custom.lineWidth", 0),
        DynamicConfigValue("custom.fillOpacity", 25),
    ]


def _over(how: str, value: str, chosen: str) -> str:
    return f"{how}({how}_over_time(pantau_icmp_rtt_{value}_seconds{{{chosen}}}[$__rate_interval]))"


def _lost(chosen: str, by: str = "") -> str:
    sent, came_back = (
        f"sum {by} (increase(pantau_icmp_echo_{what}_total{{{chosen}}}[$__rate_interval]))"
        for what in ("requests", "replies")
    )
    return f"1 - {came_back} / ({sent} > 0)"
