"""What the usual linters of dashboards ask for, and what helps people at 3 a.m."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.dashboard import Dashboard

from collector.prometheus.exposition import FAMILIES
from dashboards.__main__ import files
from dashboards.frame import HEALTH
from dashboards.parts import SLOW
from tests.dashboards.grafana import FILES, FOLDER, Json, Query, dashboards, panels, queries

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
UNITS = {value for name, value in vars(units).items() if isinstance(value, str) and not name.startswith("_")}
OWN = r"pantau_collector_\w+|pantau_incidents_ended_total|pantau_incident_cause_total|process_\w+"
"""Metrics of the collector's own, which Prometheus scrapes on its usual beat."""
OTHERS = re.compile(rf"{OWN}|scrape_\w+|ALERTS|pantau_incidents_active")

PANELS = [(board["title"], panel) for board in dashboards() for panel in panels(board)]
each_board = pytest.mark.parametrize("board", list(dashboards()), ids=lambda board: board["title"])
each_panel = pytest.mark.parametrize(
    "panel", [panel for _, panel in PANELS], ids=[p["title"] for _, p in PANELS]
)
each_query = pytest.mark.parametrize("query", list(queries()), ids=lambda query: query.name)


def test_the_committed_dashboards_are_those_of_the_code() -> None:
    assert {file.name: file.read_text() for file in FILES} == {
        file.name: content for file, content in files().items()
    }, "run `make dashboards` and commit what it writes"


def test_the_packages_that_draw_are_pinned_and_name_no_registry() -> None:
    lock = (FOLDER / "draw" / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"].items()
    assert '"resolved"' not in lock
    assert all(one.get("integrity") for name, one in packages if name and not one.get("inBundle"))


@each_board
def test_grafanas_schema_knows_every_key(board: Json) -> None:
    """The SDK is made from Grafana's own schema; what it does not know, it would not give back."""
    register_default_plugins()
    read = json.loads(json.dumps(Dashboard.from_json(board), cls=JSONEncoder))
    for link in read["links"]:
        del link["placement"]
    assert read == board


@each_board
def test_ids_and_titles_are_there_once(board: Json) -> None:
    ids = Counter(panel["id"] for panel in board["panels"])
    assert set(ids.values()) == {1}
    titles = Counter(panel["title"] for panel in panels(board))
    assert set(titles.values()) == {1}


@each_board
def test_panels_fill_their_lines_and_do_not_overlap(board: Json) -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for panel in board["panels"]:
        place = panel["gridPos"]
        across = range(place["x"], place["x"] + place["w"])
        down = range(place["y"], place["y"] + place["h"])
        assert across.stop <= 24, panel["title"]
        taken.update((x, y) for x in across for y in down)
    assert set(taken.values()) == {1}


@each_panel
def test_a_panel_says_what_it_shows_in_which_unit_and_what_no_data_means(panel: Json) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["datasource"] == DATASOURCE
    assert panel["targets"]
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"] in UNITS or defaults["unit"].startswith("suffix: ")
    assert defaults["noValue"]
    for override in panel["fieldConfig"]["overrides"]:
        for one in override["properties"]:
            assert one["id"] != "unit" or one["value"] in UNITS


TRAFFIC_LIGHTS = ("green", "yellow", "orange", "red", "blue")
PIXELS_PER_UNIT = 50
"""Of a panel's width, on a screen of 1280."""
NOT_SORTED = {"About", "Links", "The account", "Alerts about pantau", "Clocks that NTP does not keep"}


def own_settings(panel: Json, column: str) -> dict[str, Any]:
    """What a column has for itself, by the setting's name."""
    return {
        setting["id"]: setting["value"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"] == {"id": "byName", "options": column}
        for setting in override["properties"]
    }


def columns(panel: Json) -> list[str]:
    if panel["type"] != "table":
        return []
    (arranged,) = [one["options"] for one in panel["transformations"] if one["id"] == "organize"]
    order: dict[str, int] = arranged["indexByName"]
    return list(
        dict.fromkeys(arranged["renameByName"][name] for name in sorted(order, key=order.__getitem__))
    )


@each_panel
def test_an_absent_value_has_no_colour_of_a_traffic_light(panel: Json) -> None:
    """Grafana paints null in the colour of the first step, and has green where there is none."""
    settings = panel["fieldConfig"]["defaults"], *(own_settings(panel, name) for name in columns(panel))
    for one in settings:
        steps = (one.get("thresholds") or {}).get("steps")
        assert steps or panel["type"] != "stat"
        assert not steps or (steps[0]["value"] is None and steps[0]["color"] not in TRAFFIC_LIGHTS)


@each_panel
def test_a_cell_without_a_value_has_another_text_than_an_empty_table(panel: Json) -> None:
    empty = panel["fieldConfig"]["defaults"]["noValue"]
    for name in columns(panel):
        assert own_settings(panel, name).get("noValue", empty) != empty, name


@each_panel
def test_every_column_is_on_a_screen_of_1280_pixels(panel: Json) -> None:
    shown = columns(panel)
    own = [own_settings(panel, name).get("custom.width", 0) for name in shown]
    narrowest = panel["fieldConfig"]["defaults"].get("custom", {}).get("minWidth", 150) if shown else 0
    assert sum(width or narrowest for width in own) <= panel["gridPos"]["w"] * PIXELS_PER_UNIT


@each_panel
def test_words_for_a_number_begin_at_the_left(panel: Json) -> None:
    for name in columns(panel):
        own = own_settings(panel, name)
        assert "mappings" not in own or own["custom.align"] == "left", name


@each_panel
def test_a_series_below_zero_has_room_there(panel: Json) -> None:
    downwards = [
        setting
        for override in panel["fieldConfig"]["overrides"]
        for setting in override["properties"]
        if setting["id"] == "custom.transform" and setting["value"] == "negative-Y"
    ]
    assert not downwards or panel["fieldConfig"]["defaults"].get("min") is None


@each_panel
def test_a_table_of_many_rows_is_sorted(panel: Json) -> None:
    if panel["type"] == "table" and panel["title"] not in NOT_SORTED:
        assert panel["options"]["sortBy"]


@each_panel
def test_no_data_is_no_all_clear(panel: Json) -> None:
    assert not re.search(
        r"\b(every|all|ok|is up)\b", panel["fieldConfig"]["defaults"]["noValue"], re.IGNORECASE
    )


@each_panel
def test_a_number_and_a_state_have_words_or_thresholds(panel: Json) -> None:
    if panel["type"] in ("stat", "state-timeline"):
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["mappings"] or defaults["thresholds"]["steps"][0]["color"] != "text"


@each_panel
def test_an_override_is_of_something_that_the_panel_has(panel: Json) -> None:
    """Grafana passes over a misspelt name without a word."""
    shown = {target["legendFormat"] for target in panel["targets"]}
    for transformation in panel.get("transformations", []):
        shown |= set(transformation["options"].get("renameByName", {}).values())
    named = [
        override["matcher"]["options"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"]["id"] == "byName"
    ]
    assert [name for name in named if name not in shown] == []
    sorted_by = [column["displayName"] for column in panel["options"].get("sortBy") or []]
    assert [name for name in sorted_by if name not in shown] == []


@each_query
def test_a_query_is_free_of_jobs_and_instances(query: Query) -> None:
    assert not re.search(r"\b(job|instance)\s*(=|!)", query.expression)


@each_query
def test_a_counter_is_never_shown_as_it_is(query: Query) -> None:
    bare = re.sub(r"(pantau_\w+_total) unless \1 offset", "", query.expression)
    assert re.findall(r"(?<!rate\()(?<!increase\()\bpantau_\w+_total\b", bare) == []


@each_query
def test_a_window_fits_the_step_or_the_time_range(query: Query) -> None:
    windows = set(re.findall(r"\[([^\]]+)\]", query.expression))
    assert windows <= {"$__rate_interval", "$__interval", "$__range", "1d", SLOW}
    rates = re.findall(r"\b(?:rate|increase)\([^\[]*\[([^\]]+)\]", query.expression)
    assert set(rates) <= {"$__rate_interval", "$__range"}


@each_query
def test_a_window_has_two_reports_of_a_metered_link(query: Query) -> None:
    if "$__rate_interval" in query.expression and not re.search(rf"\b({OWN})", query.expression):
        assert query.step_seconds >= 30


@each_query
def test_a_query_asks_for_metrics_that_exist(query: Query) -> None:
    recorded = re.findall(r"- record: (\S+)", (FOLDER / "prometheus" / "recording.yml").read_text())
    plain = re.sub(r'"[^"]*"', "", query.expression)
    names = set(re.findall(r"\b(?:pantau_\w+|\w+:pantau_[\w:]+|process_\w+|scrape_\w+|ALERTS)\b(?!:)", plain))
    unknown = {name for name in names if not OTHERS.fullmatch(name)} - FAMILIES.keys() - set(recorded)
    assert unknown == set()


@each_board
def test_planned_work_and_outages_shade_the_graphs(board: Json) -> None:
    shades = board["annotations"]["list"]
    names = ["Planned work"] if board["uid"] == HEALTH else ["Planned work", "Outages"]
    assert [shade["name"] for shade in shades] == names
    for shade in shades:
        assert (shade["enable"], shade["datasource"]) == (True, DATASOURCE)
        assert re.search(r"\$(site|lower|application|provider)\b", shade["expr"])
