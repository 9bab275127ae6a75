"""What is around the panels: variables, links, and how much a load asks."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from collector.web.grafana import GrafanaLinks, GrafanaRange
from dashboards.frame import APPLICATION, CITY, DEVICE, LINK, PROVIDER, SITE
from tests.dashboards.grafana import Json, dashboards
from tests.dashboards.test_lint import DATASOURCE, each_board, each_panel

CHOSEN_FIRST = {
    LINK: ["datasource", "provider", "link"],
    APPLICATION: ["datasource", "application", "district", "site"],
    DEVICE: ["datasource", "district", "site", "device"],
    PROVIDER: ["datasource", "provider"],
}
"""Beside these a reader chooses the district and the site."""


@each_board
def test_a_reader_chooses_data_source_and_the_thing(board: Json) -> None:
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    first = CHOSEN_FIRST.get(board["uid"], ["datasource", "district", "site"])
    assert list(variables)[: len(first)] == first
    assert variables["datasource"]["query"] == "prometheus"
    for variable in list(variables.values())[1:]:
        assert variable["datasource"] == DATASOURCE
        assert variable["refresh"] == 2, "options are of the time range"
        assert variable["label"]
        assert variable["description"]


@each_board
def test_a_thing_of_the_inventory_is_chosen_among_recorded_series(board: Json) -> None:
    for variable in board["templating"]["list"]:
        if variable["type"] == "query" and variable["name"] not in ("target", "interface"):
            assert re.search(r"\((city|site|site_device|link|application|provider):", variable["definition"])


@each_board
def test_all_of_a_variable_fits_series_without_the_label(board: Json) -> None:
    for variable in board["templating"]["list"]:
        assert not variable.get("multi") or (variable["includeAll"], variable["allValue"]) == (True, ".*")
        assert not variable.get("includeAll") or variable["allValue"] == ".*"


@each_board
def test_the_addresses_of_our_pages_have_variables_of_the_dashboard(board: Json) -> None:
    """A page's own list of variables is in collector/web/grafana.py."""
    grafana, day = GrafanaLinks("https://grafana.example"), GrafanaRange(0.0)
    links = {
        CITY: grafana.city(day),
        SITE: grafana.site("dinkes", day),
        LINK: grafana.link("dinkes-fiber", day),
        APPLICATION: grafana.application("antrean", day),
        DEVICE: grafana.device("dinkes", "ups", day),
        PROVIDER: grafana.provider("isp-a", day),
    }
    if board["uid"] in links:
        link = urlsplit(links[board["uid"]])
        assert link.path == f"/d/{board['uid']}"
        given = {name.removeprefix("var-") for name in parse_qs(link.query) if name.startswith("var-")}
        assert given == set(CHOSEN_FIRST.get(board["uid"], ["district", "site"])) - {"datasource"}


AT_MOST = 40
USUALLY_CHOSEN = 3
"""Targets: a panel that is repeated for each."""


@each_board
def test_a_load_of_a_dashboard_asks_few_queries(board: Json) -> None:
    """Its variables, its shades, and the panels that no row folds away."""
    asked = sum(
        len(panel["targets"]) * (USUALLY_CHOSEN if panel.get("repeat") else 1)
        for panel in board["panels"]
        if panel["type"] != "row"
    )
    asked += sum(variable["type"] == "query" for variable in board["templating"]["list"])
    asked += len(board["annotations"]["list"])
    assert 10 < asked <= AT_MOST


@each_board
def test_the_frame_is_complete(board: Json) -> None:
    assert board["uid"].startswith("pantau-")
    assert board["tags"] == ["pantau"]
    assert board["title"]
    assert board["description"]
    assert board["editable"] is False
    assert board["timezone"] == "browser"
    assert board["refresh"]
    link, page = board["links"]
    assert page["url"].startswith("${pages:raw}/")
    own = {variable["name"] for variable in board["templating"]["list"]}
    assert set(re.findall(r"\$\{(\w+)[:}]", page["url"])) <= own
    assert (link["type"], link["tags"], link["keepTime"], link["includeVars"]) == (
        "dashboards",
        ["pantau"],
        True,
        True,
    )


def links(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["url"]] if value.get("url") else []
        return own + [url for one in value.values() for url in links(one)]
    return [url for one in value for url in links(one)] if isinstance(value, list) else []


@each_panel
def test_a_link_carries_time_data_source_and_where(panel: Json) -> None:
    boards = {board["uid"] for board in dashboards()}
    for url in links(panel):
        (uid,) = re.findall(r"^/d/([a-z-]+)\?", url)
        assert uid in boards
        chosen = CHOSEN_FIRST.get(uid, ["datasource", "district", "site"])[1:]
        for carried in (
            "${__url_time_range}",
            "${datasource:queryparam}",
            *(f"var-{one}=" for one in chosen),
        ):
            assert carried in url
        titles = set(panel["transformations"][-1]["options"]["renameByName"].values())
        assert set(re.findall(r"__data\.fields\.(\w+)", url)) <= titles
