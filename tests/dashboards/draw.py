"""Draws the dashboards with Grafana's own components, to look at: `make draw`, which wants npm and Chromium.

Three cities: one at work, a collector without its broker, and a Prometheus that scrapes nobody.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.dashboards.choices import ALL, CHOICES, DINKES
from tests.dashboards.city_at_work import city_at_work, scraping
from tests.dashboards.grafana import FOLDER, Json, Query, dashboards, filled, queries
from tests.free_ports import free_port
from tests.servers.chromium import screenshot
from tests.servers.prometheus import Prometheus, prometheus
from tests.system.programs import collector, eventually, running

TOOLS = FOLDER / "draw"
LIVED_SECONDS = 240
"""Graphs of agents' reports have windows of two minutes."""
STEP_SECONDS = 5
WIDTH = 1280
GRID_WIDTH = 24
ARGUMENTS = ("--allow-file-access-from-files", "--force-device-scale-factor=0.75")
UNIT = 38
"""The pixels of one unit of a panel's height."""


def main(folder: Path) -> None:
    page = _bundle(folder / "page")
    with TemporaryDirectory() as name:
        for scene, begin, lived_seconds in (
            ("city", city_at_work, LIVED_SECONDS),
            ("blind", _blind, 30),
            ("nothing", _nothing, 5),
        ):
            (Path(name) / scene).mkdir()
            with begin(Path(name) / scene) as server:
                print(f"{scene}: {lived_seconds} s until there is something to draw")
                time.sleep(lived_seconds)
                for board in dashboards():
                    picture = folder / f"{board['uid']}-{scene}.png"
                    _draw(server, board, page, picture)
                    print(picture)


def _bundle(page: Path) -> Path:
    page.mkdir(parents=True, exist_ok=True)
    loaders = [f"--loader:.{kind}=dataurl" for kind in ("svg", "ttf", "woff2")]
    command = ["npx", "esbuild", "draw.tsx", "--bundle", "--minify", *loaders]
    define = "--define:process.env.NODE_ENV='production'"
    subprocess.run(
        [*command, define, f"--outfile={page / 'draw.js'}", "--log-level=error"], cwd=TOOLS, check=True
    )
    shutil.copy(TOOLS / "page.html", page)
    return page


def _draw(server: Prometheus, board: Json, page: Path, picture: Path) -> None:
    to = time.time()
    answers, variables = _answers(server, board, to), CHOICES.get(board["title"], DINKES)
    drawn = {
        "dashboard": board,
        "answers": answers,
        "variables": variables,
        "from": to - LIVED_SECONDS,
        "to": to,
    }
    (page / f"{picture.stem}.js").write_text(f"window.DRAWN = {json.dumps(drawn)}")
    size = f"{WIDTH},{_height(board)}"
    with TemporaryDirectory() as profile:
        url = f"{(page / 'page.html').as_uri()}?of={picture.stem}"
        screenshot(url, Path(profile), picture, *ARGUMENTS, size=size, lived_seconds=5)


def _height(board: Json) -> int:
    """Of all rows, open."""
    units = across = tallest = 0
    for panel in (one for outer in board["panels"] for one in (outer, *outer.get("panels", []))):
        across += panel["gridPos"]["w"]
        tallest = max(tallest, panel["gridPos"]["h"])
        if across >= GRID_WIDTH:
            units, across, tallest = units + tallest, 0, 0
    return (units + 1) * UNIT


def _answers(server: Prometheus, board: Json, to: float) -> Mapping[str, Mapping[str, Json]]:
    found: dict[str, dict[str, Json]] = {}
    for query in queries():
        if query.dashboard == board["title"]:
            found.setdefault(query.panel, {})[query.letter] = _asked(
                server, query, CHOICES.get(query.dashboard, ALL), to
            )
    return found


def _asked(server: Prometheus, query: Query, variables: Mapping[str, str], to: float) -> Json:
    question: dict[str, str | float] = {"query": filled(query, variables)}
    if query.instant:
        way = "query"
        question["time"] = to
    else:
        way = "query_range"
        question |= {"start": to - LIVED_SECONDS, "end": to, "step": STEP_SECONDS}
    with urlopen(f"{server.url}/api/v1/{way}?{urlencode(question)}", timeout=30) as answer:
        result: Json = json.load(answer)["data"]["result"]
    return result


@contextmanager
def _blind(folder: Path) -> Iterator[Prometheus]:
    """A collector that finds no broker."""
    web_port = free_port()
    (folder / "inventory").mkdir()
    shutil.copy(Path(__file__).parent / "city.toml", folder / "inventory")
    config = folder / "collector.toml"
    config.write_text(f"[broker]\nport = {free_port()}\n[web]\nport = {web_port}\n")
    with ExitStack() as stack:
        server = stack.enter_context(prometheus(folder / "prometheus", scraping(web_port)))
        program = stack.enter_context(
            running(collector("run", "--config", str(config)), folder / "collector.log")
        )
        eventually(lambda: server.query("pantau_incidents_active"), seconds=60, why=program.said)
        yield server


@contextmanager
def _nothing(folder: Path) -> Iterator[Prometheus]:
    config = {"global": {"evaluation_interval": "1s"}, "rule_files": [str(FOLDER / "prometheus" / "*.yml")]}
    with prometheus(folder / "prometheus", config) as server:
        yield server


if __name__ == "__main__":
    main(Path(sys.argv[1]))
