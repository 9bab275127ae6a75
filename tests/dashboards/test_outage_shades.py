"""The shades of outages, asked of a real Prometheus as Grafana asks. The tests write its past."""

import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from dashboards.shades import BEGAN, SEEN, STEP_SECONDS
from tests.dashboards.grafana import RANGE_SECONDS, over_time, queries
from tests.servers.prometheus import Prometheus, needs_prometheus, needs_promtool, prometheus

pytestmark = [needs_prometheus, needs_promtool]

(SHADE,) = [query for query in queries() if query.name == "City/Outages/shade"]
ALL = {"district": ".*", "site": ".*"}
NOW = time.time() // 60 * 60
BEGIN = NOW - RANGE_SECONDS
"""Of the hour that Grafana shows. Times of the tests are seconds from here."""


class Known(NamedTuple):
    """An open outage that the rules have seen from `first` to `last`, with one cause."""

    site: str
    began: int
    first: int
    last: int
    cause: str = "unknown"


class Shade(NamedTuple):
    site: str
    text: str
    begin: float
    end: float


@contextmanager
def remembering(folder: Path, past: Iterable[Known]) -> Iterator[Prometheus]:
    lines = dict.fromkeys(line for known in past for line in written(known))
    text = "\n".join(sorted(lines, key=lambda line: line.partition("{")[0]))
    (folder / "past.txt").write_text(f"{text}\n# EOF\n")
    into: list[str | Path] = [
        "promtool",
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        folder / "past.txt",
        folder / "data",
    ]
    subprocess.run(into, check=True, capture_output=True, timeout=60)
    with prometheus(folder, {}) as server:
        yield server


def written(known: Known) -> Iterator[str]:
    began = BEGIN + known.began
    one = f'site="{known.site}",kind="site_down",began="{began:.0f}"'
    names = f'district="Selatan",name="{known.site}",cause="{known.cause}"'
    for at in range(known.first, known.last + 1, STEP_SECONDS):
        when = f"{BEGIN + at:.0f}"
        yield f"{BEGAN}{{{one}}} {began:.0f} {when}"
        yield f"{SEEN}{{{one},{names}}} {when} {when}"


def shades(server: Prometheus, step: int = STEP_SECONDS) -> list[Shade]:
    """Grafana makes one shade of the samples of a series that are no more than a step apart."""
    found = []
    for series in over_time(server, SHADE._replace(step_seconds=step), ALL, NOW):
        times = [at - BEGIN for at, _ in series.samples]
        starts = [at for at in times if at - step not in times]
        ends = [at for at in times if at + step not in times]
        labels = series.labels
        for begin, end in zip(starts, ends, strict=True):
            found.append(Shade(labels["name"], labels["cause"], begin, end))
    return sorted(found)


def test_a_corrected_cause_leaves_one_shade_that_begins_with_the_outage(tmp_path: Path) -> None:
    past = [
        Known("pop", 600, 660, 720),
        Known("pop", 600, 735, 900, "power_site"),
        Known("pop", 600, 915, 1200, "link"),
    ]
    with remembering(tmp_path, past) as server:
        assert shades(server) == [Shade("pop", "link", 600, 1215)]


def test_outages_of_a_site_keep_their_causes(tmp_path: Path) -> None:
    past = [
        Known("pop", 600, 660, 900, "link"),
        Known("pop", 1500, 1530, 1800, "power_area"),
        Known("pop", 2400, 2430, 2700),
    ]
    with remembering(tmp_path, past) as server:
        assert shades(server) == [
            Shade("pop", "cause not known yet", 2400, 2715),
            Shade("pop", "link", 600, 915),
            Shade("pop", "power area", 1500, 1815),
        ]


def test_a_restart_of_the_collector_is_no_gap(tmp_path: Path) -> None:
    past = [Known("pop", 600, 660, 900, "link"), Known("pop", 600, 1500, 1800, "link")]
    with remembering(tmp_path, past) as server:
        assert shades(server) == [Shade("pop", "link", 600, 1815)]


@pytest.mark.parametrize("began", [-7200, -30])
def test_an_outage_of_before_the_time_range_that_goes_on_shades_all_of_it(tmp_path: Path, began: int) -> None:
    with remembering(tmp_path, [Known("pop", began, 0, RANGE_SECONDS, "link")]) as server:
        assert shades(server) == [Shade("pop", "link", 0, RANGE_SECONDS)]


@pytest.mark.parametrize("began", range(600, 780, 60))
def test_an_outage_shorter_than_a_step_is_there(tmp_path: Path, began: int) -> None:
    """Three minutes are the step of a time range of five hours."""
    with remembering(tmp_path, [Known("pop", began, began + 15, began + 45, "link")]) as server:
        (shade,) = shades(server, 180)
        assert shade.text == "link"
        assert 0 <= shade.begin - began < 180
        assert shade.end - began <= 45 + 180
