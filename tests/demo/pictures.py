"""Draws the pictures of the README: `make pictures` starts the demo, waits for its first faults, and looks.

python -m tests.demo.pictures
"""

import json
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.free_ports import free_port
from tests.servers.browser import Theme, browser, tab
from tests.system.programs import REPOSITORY, Program, collector, eventually, get

FOLDER = REPOSITORY / "docs" / "demo"
USUAL_DAY = REPOSITORY / "demo" / "day.toml"
FIRST_FAULTS = Path(__file__).with_name("pictures.toml")
FIRST_FAULTS_SECONDS = 240.0
WANTED_KINDS = {"application_down", "power_cut", "site_down"}
THEMES: tuple[Theme, ...] = ("light", "dark")
WALL = "/wall"
"""An answer that goes on for as long as the page is open."""


def open_incidents(page: str) -> dict[str, dict[str, Any]] | None:
    """By kind, one of each, as soon as there is one of each that is wanted."""
    found: list[dict[str, Any]] = json.loads(get(f"{page}/api/incidents") or "[]")
    by_kind = {one["kind"]: one for one in found if one["status"] == "open"}
    return by_kind if by_kind.keys() >= WANTED_KINDS else None


def kinds(page: str) -> str:
    found = json.loads(get(f"{page}/api/incidents") or "[]")
    return ", ".join(f"{one['kind']} {one['root']}" for one in found)


def draw(page: str) -> None:
    by_kind = eventually(lambda: open_incidents(page), FIRST_FAULTS_SECONDS, lambda: kinds(page))
    places = {
        "status": ("/", 1000),
        "wall": (WALL, 1080),
        "incident": (f"/incidents/{by_kind['power_cut']['id']}", 1400),
        "site": (f"/sites/{by_kind['site_down']['root']}", 1400),
    }
    with browser() as chromium:
        for theme in THEMES:
            with tab(chromium, theme=theme) as reader:
                for name, (path, height) in places.items():
                    if path == WALL and theme == "light":
                        continue  # a wall is dark for everybody
                    picture = FOLDER / f"{name}-{theme}.png"
                    width = 1920 if path == WALL else 1280
                    reader.page.set_viewport_size({"width": width, "height": height})
                    reader.page.goto(f"{page}{path}", wait_until="commit" if path == WALL else "load")
                    reader.page.wait_for_selector("main h1, main p.sentence")
                    reader.page.screenshot(path=picture)
                    sys.stdout.write(f"{picture.relative_to(REPOSITORY)}\n")


def scenario() -> str:
    """The faults of the pictures, and those of the usual day at their hours, which made the month before."""
    daily = [block for block in USUAL_DAY.read_text().split("[[faults]]")[1:] if "after_start" not in block]
    return FIRST_FAULTS.read_text() + "".join(f"\n[[faults]]{block}" for block in daily)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        (folder / "scenario.toml").write_text(scenario())
        options = ["--directory", f"{made}/demo", "--port", str(port), "--scenario", f"{made}/scenario.toml"]
        program = Program(collector("demo", *options), folder / "demo.log")
        try:
            draw(f"http://127.0.0.1:{port}")
        except AssertionError:
            sys.stdout.write(program.said())
            raise
        finally:
            program.process.send_signal(signal.SIGINT)
            program.process.wait(30)


if __name__ == "__main__":
    main()
