"""Tables of the present: instant queries side by side, a row for each series."""

from collections.abc import Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import common, prometheus
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.frame import TO_DISTRICT, TO_SITE
from dashboards.panels import WIDTH, Steps, Words, coloured, dressed, value_mapping

NOTHING = "–"
"""The text of a cell without a value. Grafana would otherwise write the panel's text for an empty table."""
NARROWEST_PIXELS = 50
"""The width of a column. Grafana's default is 150: with seven columns the last ones leave the screen."""


class Column(NamedTuple):
    """`field` is a label's name, or the letter of the query whose value it shows."""

    field: str
    title: str
    unit: str = ""
    words: Words | None = None
    thresholds: Steps = ()
    link: str = ""
    no_value: str = NOTHING
    width: int = 0
    decimals: int | None = None


NARROW = 60

NAME = Column("name", "Name")
SITE = Column("site", "Site", link=TO_SITE)
DISTRICT = Column("district", "District", link=TO_DISTRICT)
WHERE = (NAME, SITE, DISTRICT)
TARGET = Column("target", "Target")


def table(
    title: str,
    description: str,
    targets: Sequence[prometheus.Dataquery],
    columns: Sequence[Column],
    *,
    no_value: str,
    sort: Sequence[str] = (),
    width: int = WIDTH,
    height: int = 8,
) -> TablePanel:
    """A row for each series of query A, with the values of the others.

    These have no series that A lacks, and no label that is another in A: Grafana would make rows of them.
    `sort` are titles of columns, the first one decides; a "-" before it: the greatest first.
    """
    for target in targets:
        target.format(PromQueryFormat.TABLE)
    panel = dressed(TablePanel(), title, description, targets, no_value, width, height).unit("none")
    names = _names(columns)
    if len(targets) > 1:
        panel.with_transformation(DataTransformerConfig("merge", options={}))
    chosen = {"include": {"names": list(names)}}
    panel.with_transformation(DataTransformerConfig("filterFieldsByName", options=chosen))
    order = {name: place for place, name in enumerate(names)}
    arranged = {"excludeByName": {}, "indexByName": order, "renameByName": names}
    panel.with_transformation(DataTransformerConfig("organize", options=arranged))
    for column in columns:
        panel.override_by_name(column.title, _properties(column))
    by = (common.TableSortByFieldState().display_name(s.lstrip("-")).desc(s.startswith("-")) for s in sort)
    return panel.sort_by(list(by)).min_width(NARROWEST_PIXELS)


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """The titles by Grafana's field names: a value has its query's letter, unless only A has an answer."""
    names: dict[str, str] = {}
    for column in columns:
        if len(column.field) > 1:
            names[column.field] = column.title
            continue
        names[f"Value #{column.field}"] = column.title
        if column.field == "A":
            names["Value"] = column.title
    return names


def _properties(column: Column) -> list[DynamicConfigValue]:
    properties: list[DynamicConfigValue] = []
    if column.unit:
        properties.append(DynamicConfigValue("unit", column.unit))
    if column.decimals is not None:
        properties.append(DynamicConfigValue("decimals", column.decimals))
    if column.words:
        properties.append(DynamicConfigValue("mappings", [value_mapping(column.words)]))
        properties.append(DynamicConfigValue("custom.align", "left"))  # the value beneath is a number
    if column.thresholds:
        properties.append(DynamicConfigValue("thresholds", coloured(column.thresholds).build()))
    if column.words or column.thresholds:
        properties.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    if column.link:
        link = {"title": "Look at ${__value.text}", "url": column.link}
        properties.append(DynamicConfigValue("links", [link]))
    properties.append(DynamicConfigValue("noValue", column.no_value))
    if column.width:
        properties.append(DynamicConfigValue("custom.width", column.width))
    return properties
