"""The parts that every dashboard has around its panels: variables, links to the others, ids that stay."""

from collections.abc import Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    Dashboard,
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from dashboards.panels import DATASOURCE
from dashboards.shades import outages_with_causes, planned_work

TAG = "pantau"
CITY, SITE, HEALTH = "pantau-city", "pantau-site", "pantau-health"

KEPT = "${__url_time_range}&${datasource:queryparam}"
"""The part that every link of ours carries beside the variables."""

TO_SITE = (
    f"/d/{SITE}?{KEPT}&var-district=${{__data.fields.District:percentencode}}"
    "&var-site=${__data.fields.Site:percentencode}"
)
"""From a table with the columns Site and District."""

TO_DISTRICT = f"/d/{CITY}?{KEPT}&var-district=${{__data.fields.District:percentencode}}&var-site=$__all"

CHOSEN = 'district=~"$district", site=~"$site"'
"""A selector for the variables of `district` and `sites`."""

HERE = 'site="$site"'
"""A selector for the variable of `one_site`."""

ALL = VariableOption(text="All", value="$__all", selected=True)


class PanelRow(NamedTuple):
    """A title, and its panels from left to right. A `folded` row asks nothing until a click opens it."""

    title: str
    panels: Sequence[Builder[Panel]]
    folded: bool = False


def assemble(
    title: str,
    uid: str,
    description: str,
    variables: Sequence[Builder[VariableModel]],
    rows: Sequence[PanelRow],
    *,
    maintenance: str,
    outages: str = "",
    since: str = "now-3h",
) -> Dashboard:
    """Planned work at the sites of `maintenance`, and outages of those of `outages`, shade the graphs."""
    board = (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .timezone("browser")
        .time(since, "now")
        .refresh("10s")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
        .link(_to_the_others())
        .variables([_datasource(), *variables])
        .annotation(planned_work(maintenance))
    )
    if outages:
        board.annotation(outages_with_causes(outages))
    number = 0
    for title, panels, folded in rows:
        number += 1
        row = dashboard.Row(title).id(number)
        for place, panel in enumerate(panels, number + 1):
            panel.build().id_val = place
            if folded:
                row.with_panel(panel)
        number += len(panels)
        board.with_row(row)
        for panel in () if folded else panels:
            board.with_panel(panel)
    return board.build()


def district() -> dashboard.QueryVariable:
    return choice("district", "District", "label_values(pantau_site_info, district)", "Kecamatan").multi(True)


def sites() -> dashboard.QueryVariable:
    query = 'label_values(pantau_site_info{district=~"$district"}, site)'
    return choice("site", "Site", query, "Sites of the district, by id").multi(True)


def one_site() -> dashboard.QueryVariable:
    query = 'label_values(pantau_site_info{district=~"$district"}, site)'
    return _choice("site", "Site", query, "One site, by id")


def choice(name: str, label: str, query: str, description: str) -> dashboard.QueryVariable:
    """A variable with the label's values in Prometheus, or all, which also fits series without the label."""
    return _choice(name, label, query, description).include_all(True).all_value(".*").current(ALL)


def _choice(name: str, label: str, query: str, description: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .description(description)
        .datasource(DATASOURCE)
        .query({"query": query, "refId": f"{name}-variable"})
        .definition(query)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )


def _datasource() -> dashboard.DatasourceVariable:
    return (
        dashboard.DatasourceVariable("datasource")
        .label("Data source")
        .description("The Prometheus that scrapes the collector")
        .type("prometheus")
        .current(VariableOption(text="default", value="default", selected=True))
        .hide(VariableHide.DONT_HIDE)
    )


def _to_the_others() -> dashboard.DashboardLink:
    link = (
        dashboard.DashboardLink("pantau").type(DashboardLinkType.DASHBOARDS).tags([TAG]).icon("external link")
    )
    link.as_dropdown(False).keep_time(True).include_vars(True).target_blank(False)
    link.build().placement = None  # type: ignore[assignment]  # not in a menu: where people look
    return link
