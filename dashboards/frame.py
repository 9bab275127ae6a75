"""The parts that every dashboard has around its panels: variables, links to the others, ids that stay."""

from collections.abc import Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    AnnotationQuery,
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

TAG = "pantau"
CITY, SITE, HEALTH = "pantau-city", "pantau-site", "pantau-health"
LINK, APPLICATION = "pantau-link", "pantau-application"
DEVICE, PROVIDER = "pantau-device", "pantau-provider"
RADIO = "pantau-radio"
"""pantau's own pages link to these ids and to the names of the variables (collector/web/grafana.py)."""

KEPT = "${__url_time_range}&${datasource:queryparam}"
"""The part that every link of ours carries beside the variables."""

TO_SITE = (
    f"/d/{SITE}?{KEPT}&var-district=${{__data.fields.District:percentencode}}"
    "&var-site=${__data.fields.Site:percentencode}"
)
"""From a table with the columns Site and District."""

TO_DISTRICT = f"/d/{CITY}?{KEPT}&var-district=${{__data.fields.District:percentencode}}&var-site=$__all"

TO_LINK = f"/d/{LINK}?{KEPT}&var-provider=$__all&var-link=${{__data.fields.Link:percentencode}}"
TO_PROVIDER = f"/d/{PROVIDER}?{KEPT}&var-provider=${{__data.fields.Provider:percentencode}}"
TO_APPLICATION = (
    f"/d/{APPLICATION}?{KEPT}&var-district=$__all&var-site=$__all"
    "&var-application=${__data.fields.Application:percentencode}"
)
TO_DEVICE = (
    f"/d/{DEVICE}?{KEPT}&var-district=$__all&var-site=${{site:percentencode}}"
    "&var-device=${__data.fields.Device:percentencode}"
)
"""From a table of the chosen site's devices."""

CHOSEN = 'district=~"$district", site=~"$site"'
"""A selector for the variables of `district` and `sites`."""

HERE = 'site="$site"'
"""A selector for the variable of `one_site`."""

REPORTING = " and on (site) site:pantau_agent_up:max == 1"
"""Of measured values, those of agents that report now: Prometheus shows the others for five minutes more."""

SITES = "site:pantau_site_info:max"
_SITES_OF_DISTRICT = f'label_values({SITES}{{district=~"$district"}}, site)'

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
    page: str,
    shades: Sequence[Builder[AnnotationQuery]],
    since: str = "now-3h",
) -> Dashboard:
    """`page` is the path of pantau's own page about the same thing; `shades` are over the graphs."""
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
        .link(_to_our_page(page))
        .variables([_datasource(), *variables, _pages()])
        .annotations(list(shades))
    )
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
    return choice("district", "District", f"label_values({SITES}, district)", "Kecamatan").multi(True)


def sites() -> dashboard.QueryVariable:
    return choice("site", "Site", _SITES_OF_DISTRICT, "Sites of the district, by id").multi(True)


def one_site() -> dashboard.QueryVariable:
    return one("site", "Site", _SITES_OF_DISTRICT, "One site, by id")


def choice(name: str, label: str, query: str, description: str) -> dashboard.QueryVariable:
    """A variable with the label's values in Prometheus, or all, which also fits series without the label."""
    return one(name, label, query, description).include_all(True).all_value(".*").current(ALL)


def one(name: str, label: str, query: str, description: str) -> dashboard.QueryVariable:
    """A variable with one of the label's values."""
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


def derived(name: str, query: str, description: str) -> dashboard.QueryVariable:
    """A variable that the others decide; nobody chooses it."""
    return one(name, name, query, description).hide(VariableHide.HIDE_VARIABLE)


def _pages() -> dashboard.QueryVariable:
    """A reader's own text is refused: a link leads only where the city's file says."""
    query = "label_values(city:pantau_city_info:max, pages)"
    return derived("pages", query, "The address of pantau's own pages").allow_custom_value(False)


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


def _to_our_page(path: str) -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("In pantau").type(DashboardLinkType.LINK).url("${pages:raw}" + path)
    link.icon("doc").tooltip("pantau's own page, with the incidents").target_blank(False)
    link.build().placement = None  # type: ignore[assignment]
    return link
