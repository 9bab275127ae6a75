"""What the programs tell systemd, to a socket and a file that are in the place of systemd's."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.free_ports import free_port
from tests.system.programs import Program, agent, collector, eventually


class Manager:
    """The service manager's end of sd_notify(3)."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(30)

    def told(self) -> str:
        return self._socket.recv(1024).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    yield manager
    manager.close()


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's standard error, as systemd names it to a service."""
    stream = tmp_path / "program.log"
    stream.touch()
    monkeypatch.setenv("JOURNAL_STREAM", f"{stream.stat().st_dev}:{stream.stat().st_ino}")


@pytest.fixture(params=["agent", "collector"])
def program(request: pytest.FixtureRequest, manager: Manager, tmp_path: Path) -> Iterator[Program]:
    broker = f"[broker]\nport = {free_port()}\n"
    (tmp_path / "agent.toml").write_text(f'agent = "gradasi"\ndirectory = "{tmp_path / "own"}"\n{broker}')
    (tmp_path / "collector.toml").write_text(f"{broker}[web]\nport = {free_port()}\n")
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "city.toml").write_text('[city]\nname = "Empty"\n')
    command = {"agent": agent, "collector": collector}[request.param]
    config = str(tmp_path / f"{request.param}.toml")
    started = Program(command("run", "--config", config), tmp_path / "program.log")
    yield started
    started.stop()


def test_ready_without_a_broker_alive_from_then_on_and_stopping(program: Program, manager: Manager) -> None:
    assert manager.told() == "READY=1", program.said()
    assert [manager.told() for _ in range(3)] == ["WATCHDOG=1"] * 3
    assert program.stop() == 0, program.said()
    while (told := manager.told()) == "WATCHDOG=1":
        pass
    assert told == "STOPPING=1"


def test_a_manager_that_went_away_stops_no_program(
    program: Program, manager: Manager, tmp_path: Path
) -> None:
    assert manager.told() == "READY=1", program.said()
    manager.close()
    os.unlink(tmp_path / "notify")
    assert program.stop() == 0, program.said()


def test_a_line_begins_with_its_time(program: Program) -> None:
    lines = eventually(lambda: program.said().splitlines())
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ ", line) for line in lines)


@pytest.mark.usefixtures("journal")
def test_in_the_journal_which_has_its_time_it_does_not(program: Program) -> None:
    lines = eventually(lambda: program.said().splitlines())
    assert all(re.match(r"(INFO|WARNING) ", line) for line in lines)
