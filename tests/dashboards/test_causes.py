"""Causes in the dashboards: what the queries answer about series that the tests write down."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from collector.causes import CauseName
from collector.incidents.incident import Cause
from dashboards.words import CAUSE, SET_CAUSE
from tests.dashboards.grafana import Query, filled, queries
from tests.dashboards.told_series import complaints
from tests.servers.prometheus import needs_promtool

pytestmark = needs_promtool

QUERIES = {query.name: query for query in queries()}
ALL = {"district": ".*", "site": ".*"}
HEALTH = "Pantau's own health"
ACCURACY = ("Cause was right", "Cause was not known")
POP = 'site="pop", kind="site_down", severity="critical"'
SITES = {'pantau_site_info{site="pop", district="Selatan", name="POP Selatan", role="pop"}': "1x40"}
OPEN = {
    f"pantau_incidents_active{{{POP}}}": "2x40",
    f"pantau_incidents_oldest_timestamp_seconds{{{POP}}}": "30x40",
    'pantau_incidents_active{kind="collector_blind", severity="critical"}': "1x40",
    'pantau_incidents_oldest_timestamp_seconds{kind="collector_blind", severity="critical"}': "60x40",
}


def complaints_about(
    folder: Path, query: Query, series: Mapping[str, str], expected: Mapping[str, float], at: str = "5m"
) -> str:
    return complaints(folder, series, filled(query, ALL), at, expected)


def bars() -> list[Query]:
    return [query for query in QUERIES.values() if query.panel == "Outages by cause"]


def bar(cause: CauseName) -> Query:
    """The bar with this cause, for ten minutes."""
    (found,) = [query for query in bars() if re.search(rf'["|]{cause}["|]', query.expression)]
    return found._replace(expression=found.expression.replace("$__rate_interval", "10m"))


def told(cause: str, confidence: str, place: str = POP) -> dict[str, str]:
    labels = f'{place}, cause="{cause}", confidence="{confidence}"'
    return {f"pantau_incident_cause_info{{{labels}}}": "1x40"}


def test_each_cause_has_words_and_a_colour() -> None:
    assert CAUSE.keys() == ({*get_args(CauseName), *get_args(Cause)} - {""})
    assert SET_CAUSE.keys() == {*get_args(Cause)} - {""}
    assert CAUSE["unknown"][0] == "not known yet"


def test_incidents_of_one_site_with_different_causes_are_two_rows(tmp_path: Path) -> None:
    blind = 'kind="collector_blind", severity="critical"'
    series = {
        **SITES,
        **OPEN,
        **told("link", "likely"),
        **told("power", "person"),
        **told("unknown", "", blind),
    }
    rows = {
        f'{{{POP}, cause="link", confidence="likely", district="Selatan", name="POP Selatan"}}': 2.0,
        f'{{{POP}, cause="power", confidence="person", district="Selatan", name="POP Selatan"}}': 2.0,
        f'{{{blind}, cause="unknown"}}': 1.0,
    }
    began = dict(zip(rows, (30_000.0, 30_000.0, 60_000.0), strict=True))
    assert complaints_about(tmp_path, QUERIES["City/Open incidents/A"], series, rows) == ""
    assert complaints_about(tmp_path, QUERIES["City/Open incidents/B"], series, began) == ""


def test_an_incident_of_an_older_collector_keeps_its_row(tmp_path: Path) -> None:
    rows = {
        f'{{{POP}, cause="unknown", district="Selatan", name="POP Selatan"}}': 2.0,
        '{kind="collector_blind", severity="critical", cause="unknown"}': 1.0,
    }
    began = dict(zip(rows, (30_000.0, 60_000.0), strict=True))
    assert complaints_about(tmp_path, QUERIES["City/Open incidents/A"], {**SITES, **OPEN}, rows) == ""
    assert complaints_about(tmp_path, QUERIES["City/Open incidents/B"], {**SITES, **OPEN}, began) == ""


def test_an_incident_without_a_time_keeps_its_row(tmp_path: Path) -> None:
    series = {**SITES, f"pantau_incidents_active{{{POP}}}": "1x40", **told("link", "confirmed")}
    row = f'{{{POP}, cause="link", confidence="confirmed", district="Selatan", name="POP Selatan"}}'
    assert complaints_about(tmp_path, QUERIES["City/Open incidents/A"], series, {row: 1.0}) == ""


def test_an_incident_of_a_provider_is_on_its_dashboard_alone(tmp_path: Path) -> None:
    place = 'kind="path_lost", severity="critical", provider="isp-a"'
    series = {**told("provider", "likely", place), **told("link", "likely")}
    series |= {f"pantau_incidents_oldest_timestamp_seconds{{{place}}}": "60x40"}
    row = '{kind="path_lost", severity="critical", cause="provider", confidence="likely"}'
    for letter, value in (("A", 1.0), ("B", 60_000.0)):
        for name, rows in (("isp-a", {row: value}), ("isp-b", {})):
            query = filled(QUERIES[f"Provider/Open incidents/{letter}"], {"provider": name})
            assert complaints(tmp_path, series, query, "5m", rows) == ""


def test_outages_by_cause_go_on_over_a_restart_of_the_collector(tmp_path: Path) -> None:
    """Two outages end before it, two after it. The counts begin anew at 0."""
    ended = 'pantau_incidents_ended_total{{kind="site_down", cause="{}"}}'
    series = {
        ended.format("power_site"): "0x6 1x3 2x3 _x2 0x6 1x20",
        ended.format("power_area"): "0x14 _x2 0x8 1x20",
        ended.format("unknown"): "0x14 _x2 0x30",
    }
    assert complaints_about(tmp_path, bar("power_site"), series, {"{}": 4}, "10m") == ""
    assert complaints_about(tmp_path, bar("unknown"), series, {"{}": 0}, "10m") == ""


def test_of_a_collector_that_is_not_scraped_nothing_is_counted(tmp_path: Path) -> None:
    shown = [bar("unknown"), bar("link"), *(QUERIES[f"{HEALTH}/{panel}/A"] for panel in ACCURACY)]
    for query in shown:
        assert complaints_about(tmp_path, query, SITES, {}) == ""


def test_each_weighed_cause_is_in_one_bar() -> None:
    groups = [re.findall(r'cause=~"([^"]*)"', query.expression) for query in bars()]
    assert sorted("|".join(group for (group,) in groups).split("|")) == sorted(get_args(CauseName))


@pytest.mark.parametrize("guess", get_args(CauseName))
def test_a_cause_was_right_if_a_person_says_the_same(tmp_path: Path, guess: CauseName) -> None:
    """A person set each cause once, and the clues had spoken for the same one each time."""
    series = {
        f'pantau_incident_cause_total{{guess="{guess}", confirmed="{cause}"}}': "0x9 1x30"
        for cause in SET_CAUSE
    }
    shares = (0.0, 1.0) if guess == "unknown" else (0.143, 0.0)
    for panel, share in zip(ACCURACY, shares, strict=True):
        query = QUERIES[f"{HEALTH}/{panel}/A"]
        rounded = query._replace(expression=f"round({query.expression}, 0.001)")
        assert complaints_about(tmp_path, rounded, series, {"{}": share}) == ""
