"""How our panels look and behave, over the SDK's builders: every one has a unit, words for no data, and the
data source that the reader chose.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from grafana_foundation_sdk.builders import common, dashboard, prometheus
from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.common import (
    BarAlignment,
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

DATASOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH = 24

REPORT_STEP = "30s"
"""Of graphs. `$__rate_interval` is at least four of these: two reports of a metered link, one each 60 s."""
POLL_STEP = "1m"
"""Of graphs of what is polled once a minute, devices."""
OWN_STEP = "15s"
"""Of graphs of the collector's own metrics, which Prometheus scrapes on its usual beat."""
LEAST_BAR, MOST_BARS = "10m", 60
"""The step of bars, and how many fit a panel: thinner ones are not told apart."""
FEW = 5
"""An axis of bars goes up to this at least: where nothing happened Grafana's own goes up to 100."""
GAP_MILLISECONDS = 180_000
"""A line goes on over what is missing for less: three reports of a metered link."""

PER_SECOND = "suffix: /s"
"""A unit; the title names what is counted. Grafana writes its own as mp/s and c/s."""
LITTLE_LOSS = 0.05
"""An axis of shares goes up to this at least: where nothing is lost Grafana's own goes up to 10000 %."""

Words = Mapping[int | str, tuple[str, str]]
"""The text and the colour of each value."""
Steps = Sequence[tuple[float | None, str]]
"""From which value on which colour; the first has no value, and is also the colour of what is absent."""

ABSENT = "#808080"
"""The colour of an unknown value: none of a traffic light."""
NEUTRAL: Steps = ((None, ABSENT),)
FROM_ZERO = 0.0
"""The first value of a count or a share that is known."""

Styled = TypeVar("Styled", StatPanel, StateTimelinePanel, TablePanel, TimeseriesPanel)


def query(expression: str, legend: str = "__auto", step: str = REPORT_STEP) -> prometheus.Dataquery:
    """Over the dashboard's time range."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).range().interval(step)


def in_steps(expression: str, legend: str) -> prometheus.Dataquery:
    """For `bars`: Grafana derives the step, and `$__rate_interval` is one scrape longer than it."""
    return prometheus.Dataquery().expr(expression).legend_format(legend).range()


def now(expression: str) -> prometheus.Dataquery:
    """At the end of the dashboard's time range only."""
    return prometheus.Dataquery().expr(expression).legend_format("__auto").instant()


def stat(
    title: str,
    description: str,
    target: prometheus.Dataquery,
    *,
    no_value: str,
    unit: str = "none",
    words: Words | None = None,
    thresholds: Steps = NEUTRAL,
    decimals: int | None = None,
    width: int = 3,
    height: int = 4,
) -> StatPanel:
    """One large value or sentence. Grafana paints an absent value in the colour of the first step."""
    panel = dressed(StatPanel(), title, description, [target], no_value, width, height)
    panel.unit(unit).thresholds(coloured(thresholds)).mappings([value_mapping(words)] if words else [])
    if decimals is not None:
        panel.decimals(decimals)
    panel.graph_mode(BigValueGraphMode.NONE).color_mode(BigValueColorMode.BACKGROUND)
    return panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def timeseries(
    title: str,
    description: str,
    targets: Sequence[prometheus.Dataquery],
    *,
    no_value: str,
    unit: str,
    stacked: bool = False,
    below_zero: bool = False,
    decimals: int | None = None,
    colours: Mapping[str, str] | None = None,
    thresholds: Steps = (),
    width: int = WIDTH // 2,
    height: int = 8,
) -> TimeseriesPanel:
    """Lines over time; `colours` are by legend. Gaps stay gaps, but for the minutes between two reports.

    A narrow panel has a short legend, so that the lines keep the room. "Last" is empty where a series ended.
    """
    panel = dressed(TimeseriesPanel(), title, description, targets, no_value, width, height)
    panel.unit(unit).line_width(1).fill_opacity(40 if stacked else 5)
    if not below_zero:
        panel.min(0)
    if unit == "percentunit":
        panel.axis_soft_max(LITTLE_LOSS)
    if decimals is not None:
        panel.decimals(decimals)
    panel.show_points(VisibilityMode.NEVER).span_nulls(GAP_MILLISECONDS)
    calcs = ["last", "max"] if width >= WIDTH // 2 else []
    panel.legend(_legend().show_legend(True).calcs(calcs))
    panel.tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
    if stacked:
        panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    for legend, colour in (colours or {}).items():
        panel.override_by_name(legend, [painted(colour)])
    if thresholds:
        panel.thresholds(coloured(thresholds))
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    return panel


def bars(
    title: str,
    description: str,
    targets: Sequence[prometheus.Dataquery],
    *,
    colours: Mapping[str, str],
    no_value: str,
    width: int = WIDTH,
) -> TimeseriesPanel:
    """A bar for each step: how often things happened in it, stacked. The queries come from `in_steps`."""
    panel = timeseries(
        title,
        description,
        targets,
        no_value=no_value,
        unit="none",
        stacked=True,
        decimals=0,
        colours=colours,
        width=width,
    )
    panel.draw_style(GraphDrawStyle.BARS).bar_alignment(BarAlignment.BEFORE).line_width(0).fill_opacity(80)
    panel.legend(_legend().show_legend(True).calcs(["sum"])).axis_soft_max(FEW)
    return panel.interval(LEAST_BAR).max_data_points(MOST_BARS)


def timeline(
    title: str,
    description: str,
    targets: Sequence[prometheus.Dataquery],
    words: Words,
    *,
    no_value: str,
    width: int = WIDTH,
    height: int = 10,
) -> StateTimelinePanel:
    """A bar for each series, in the colour of its state at the time."""
    panel = dressed(StateTimelinePanel(), title, description, targets, no_value, width, height)
    panel.unit("none").mappings([value_mapping(words)]).thresholds(coloured(NEUTRAL))
    panel.show_value(VisibilityMode.NEVER).merge_values(True).row_height(0.8).line_width(0).fill_opacity(80)
    panel.legend(_legend().show_legend(False))
    return panel.tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.SINGLE))


def dressed(
    panel: Styled,
    title: str,
    description: str,
    targets: Sequence[prometheus.Dataquery],
    no_value: str,
    width: int,
    height: int,
) -> Styled:
    """The settings that all panels share. The queries are A, B, C, … in their order."""
    for letter, target in zip("ABCDEFGH", targets, strict=False):
        panel.with_target(target.ref_id(letter).datasource(DATASOURCE))
    panel.title(title).description(description).datasource(DATASOURCE).no_value(no_value)
    return panel.span(width).height(height)


def value_mapping(words: Words) -> ValueMapping:
    return ValueMap(
        {
            str(value): ValueMappingResult(text=text, color=colour, index=index)
            for index, (value, (text, colour)) in enumerate(words.items())
        }
    )


def coloured(steps: Steps) -> dashboard.ThresholdsConfig:
    made = [Threshold(value, colour) for value, colour in steps]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(made)


def painted(colour: str) -> DynamicConfigValue:
    return DynamicConfigValue("color", {"mode": FieldColorModeId.FIXED, "fixedColor": colour})


def _legend() -> common.VizLegendOptions:
    """A list: a table takes a third of the panel and shows two of its rows."""
    return common.VizLegendOptions().placement(LegendPlacement.BOTTOM).display_mode(LegendDisplayMode.LIST)
