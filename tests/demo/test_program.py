"""`make demo`'s program for a minute: a city comes alive, its fault is found, and Ctrl-C ends all of it."""

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest

from demo.__main__ import main
from tests.free_ports import free_port
from tests.system.programs import Program, collector, eventually, get

SITES = 102
SCENARIO = """
seed = 3

[[faults]]
kind = "fibre_cut"
where = ["lurah-kota-baru-fiber"]
after_start_seconds = 25
minutes = 30

[[faults]]
kind = "planned_work"
title = "A switch is replaced"
where = ["pop-barat"]
at = "LATER"
minutes = 60
"""


def later() -> str:
    """An hour of the city's day that has not come yet; late in the evening it is one of tomorrow."""
    now = datetime.now(ZoneInfo("Asia/Pontianak"))
    return f"{(now.hour + 3) % 24:02}:00"


class RunningDemo:
    def __init__(self, program: Program, folder: Path, port: int) -> None:
        self.program = program
        self.folder = folder
        self.page = f"http://127.0.0.1:{port}"

    def said(self) -> str:
        return self.program.said() + "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.program.process.pid).children(recursive=True)

    def children_with_workers(self) -> list[psutil.Process] | None:
        """All, as soon as those are there that make the month."""
        children = self.children()
        return children if any("spawn_main" in " ".join(one.cmdline()) for one in children) else None

    def measured(self) -> bool:
        """Each site's own agent has delivered a measurement."""
        page = get(f"{self.page}/metrics/city") or ""
        return len(set(re.findall(r'^pantau_probe_success\{[^}]*site="([^"]+)"', page, re.M))) == SITES

    def incident(self) -> dict[str, Any] | None:
        found = json.loads(get(f"{self.page}/api/incidents") or "[]")
        return next((one for one in found if one["root"] == "lurah-kota-baru"), None)


@contextmanager
def demo(tmp_path: Path, *options: str) -> Iterator[RunningDemo]:
    """By the collector's command, as `make demo` starts it."""
    folder, port = tmp_path / "demo", free_port()
    command = collector("demo", "--directory", str(folder), "--port", str(port), *options)
    program = Program(command, tmp_path / "demo.log")
    try:
        yield RunningDemo(program, folder, port)
    finally:
        if program.process.poll() is None:
            program.kill()


def over(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.timeout(180)
def test_a_city_comes_alive_its_fault_is_found_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(SCENARIO.replace("LATER", later()))
    with demo(tmp_path, "--scenario", str(tmp_path / "scenario.toml")) as running:
        eventually(running.measured, 60, running.said)
        assert "The city, its people and its faults are invented." in (get(f"{running.page}/?lang=en") or "")
        found = eventually(running.incident, 60, running.said)
        assert (found["kind"], found["status"]) == ("site_down", "open")
        assert "A switch is replaced" in (get(f"{running.page}/api/maintenance") or "")
        messages = running.folder / "messages.txt"
        eventually(lambda: messages.exists() and "Kota Baru" in messages.read_text(), 40, running.said)

        children = running.children()
        assert children
        running.program.process.send_signal(signal.SIGINT)
        assert running.program.process.wait(30) == 0, running.said()
        eventually(lambda: all(map(over, children)))
        assert "Traceback" not in running.said()
    said = (tmp_path / "demo.log").read_text()
    assert "the line lurah-kota-baru-fiber is cut" in said
    assert said.endswith("Stop with Ctrl-C.\n")


def test_even_a_kill_of_the_demo_leaves_no_program_of_it(tmp_path: Path) -> None:
    with demo(tmp_path) as running:
        children = eventually(running.children_with_workers, 60, running.said)
        os.kill(running.program.process.pid, signal.SIGKILL)
        running.program.process.wait()
        eventually(lambda: all(map(over, children)), 30)


def test_a_mistake_of_a_person_is_one_line_and_empties_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    nowhere = tmp_path / "nowhere.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--directory", str(folder), "--port", port]) == 2
    assert main(["--directory", str(folder), "--port", str(free_port()), "--scenario", str(nowhere)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"pantau-collector demo: web.port: {port}: Address already in use")
    assert said[1].startswith(f"pantau-collector demo: {nowhere}: ")
    assert len(said) == 2
    assert not folder.exists()


def test_a_script_that_would_be_slower_than_the_clock_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--speed", "0.5"])
    assert ended.value.code == 2
    assert "0.5: write a number from 1 to 3600" in capsys.readouterr().err
