"""`pantau-collector incidents`, `ack` and `notify-test`, asked of a collector that runs and has no broker."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.free_ports import LOOPBACK, free_port
from tests.system.programs import Program, collector, eventually, get

INVENTORY = """
[city]
name = "Small"

[sites]
office = {{ role = "noc", name = "The office", district = "Pontianak Kota" }}

[receivers]
hook = {{ webhook = {{ url = "http://127.0.0.1:{hook}/" }}, language = "en" }}
dead = {{ webhook = {{ url = "http://127.0.0.1:{dead}/" }}, match = {{ kind = ["site_down"] }} }}
"""


class Hook(ThreadingHTTPServer):
    """Takes whatever is posted."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        super().__init__((LOOPBACK, 0), _Take)


class _Take(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Blind:
    """A collector that never had a broker, and so knows of one incident: itself."""

    folder: Path
    hook: Hook
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        (self.folder / "inventory").mkdir()
        inventory = INVENTORY.format(hook=self.hook.server_port, dead=free_port())
        (self.folder / "inventory" / "city.toml").write_text(inventory)
        (self.folder / "token").write_text("s3cret\n")
        self.config = self.folder / "collector.toml"
        self.config.write_text(
            f'[broker]\nport = {free_port()}\n[web]\nport = {self.port}\ntoken_file = "token"\n'
        )
        self.start()

    def start(self) -> None:
        command = collector("run", "--config", str(self.config))
        self.program = Program(command, self.folder / "collector.log")
        eventually(lambda: get(f"http://{LOOPBACK}:{self.port}/healthz"), why=self.program.said)

    def ask(self, *arguments: str, user: str = "budi") -> "subprocess.CompletedProcess[str]":
        command = collector(*arguments, "--config", str(self.config))
        environment = os.environ | {"LOGNAME": user}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)

    def incidents(self) -> str:
        return self.ask("incidents").stdout

    def incident(self) -> str:
        """The id of the one, once it is open. The page is asked: each command is a program that starts."""
        (incident,) = eventually(self._open, seconds=30, why=self.program.said)
        return str(incident["id"])

    def _open(self) -> list[dict[str, Any]]:
        return list(json.loads(get(f"http://{LOOPBACK}:{self.port}/api/incidents") or "[]"))


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blind]:
    with Hook() as hook:
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        running = Blind(tmp_path_factory.mktemp("blind"), hook)
        try:
            yield running
        finally:
            running.program.stop()
            hook.shutdown()


def test_each_open_incident_is_one_line(blind: Blind) -> None:
    assert blind.incident()
    (line,) = blind.incidents().splitlines()
    assert "open    critical  collector_blind collector  since" in line
    assert "pantau is blind" in (get(f"http://{LOOPBACK}:{blind.port}/") or "")


def test_an_acknowledgement_is_stored_when_the_command_ends(blind: Blind) -> None:
    incident = blind.incident()
    told = blind.ask("ack", incident, "--by", "Sari")
    assert (told.returncode, told.stdout) == (0, f"{incident}: taken in hand by Sari; no more reminders\n")
    blind.program.kill()
    blind.start()
    assert blind.incidents().startswith(incident)
    assert "in hand: Sari" in blind.incidents()
    assert "Sari (cli)  acknowledge" in blind.ask("incident", incident).stdout


def test_an_incident_that_is_not_open_can_not_be_taken(blind: Blind) -> None:
    told = blind.ask("ack", "nowhere")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "pantau-collector: no open incident nowhere; see /api/incidents\n"


def test_a_test_message_reaches_the_receiver_or_says_why_not(blind: Blind) -> None:
    told = blind.ask("notify-test", "hook")
    assert (told.returncode, told.stdout) == (0, "hook: delivered\n")
    assert any(one["kind"] == "test" for one in blind.hook.posted)
    told = blind.ask("notify-test")
    assert "hook: delivered" in told.stdout
    assert "dead: " in told.stdout
    assert "dead: delivered" not in told.stdout
    assert "the inventory has none" in blind.ask("notify-test", "nobody").stdout


def test_without_the_token_nothing_is_changed(blind: Blind) -> None:
    other = blind.config.with_name("other.toml")
    other.write_text(blind.config.read_text().replace('token_file = "token"', ""))
    command = collector("ack", "nowhere", "--config", str(other))
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert "that of [web] token_file or one of an admin" in told.stderr


def test_when_no_collector_runs_that_is_said(tmp_path: Path) -> None:
    config = tmp_path / "collector.toml"
    config.write_text(f"[web]\nport = {free_port()}\n")
    command = collector("incidents", "--config", str(config))
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert told.stderr.endswith("is the collector running?\n")
    assert len(told.stderr.splitlines()) == 1


def test_the_first_person_keeps_an_incident_and_the_next_reads_the_name(blind: Blind) -> None:
    incident = blind.incident()
    blind.ask("ack", incident, "--by", "Sari")
    told = blind.ask("ack", f"#{incident}", "--by", "Budi")
    assert told.returncode == 0
    assert told.stdout.startswith(f"{incident}: Sari has it in hand since 20")
    assert told.stdout.endswith(" WIB; nothing is changed\n")


@pytest.mark.parametrize("id", ["a b", "#", "", "a/b", "a?b", "ä", "a\nb"])
def test_an_odd_id_is_refused_in_one_line(blind: Blind, id: str) -> None:
    told = blind.ask("ack", id)
    assert told.returncode == 2
    assert told.stderr == f"pantau-collector: {id!r} is no incident's id; see `pantau-collector incidents`\n"


def test_a_name_that_is_too_long_or_empty_is_refused_in_one_line(blind: Blind) -> None:
    for name in ("", "x" * 65):
        told = blind.ask("ack", blind.incident(), "--by", name)
        assert (told.returncode, told.stderr.count("\n")) == (2, 1)
        assert told.stderr.startswith("pantau-collector: by: Expected `str` of length ")


def test_a_test_message_that_does_not_arrive_fails_the_command(blind: Blind) -> None:
    assert blind.ask("notify-test").returncode == 1
    assert blind.ask("notify-test", "dead").returncode == 1
    assert blind.ask("notify-test", "nobody").returncode == 1


def test_times_are_in_the_city_s_zone_and_say_it(blind: Blind) -> None:
    blind.incident()
    assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d WIB, ", blind.incidents())


def test_an_empty_quarantine_says_so(blind: Blind) -> None:
    told = blind.ask("quarantine")
    assert (told.returncode, told.stdout) == (0, "no message is in quarantine\n")


def test_another_server_at_the_port_is_told_from_a_collector(blind: Blind, tmp_path: Path) -> None:
    config = tmp_path / "collector.toml"
    config.write_text(f"[web]\nport = {blind.hook.server_port}\n")
    for command in (["incidents"], ["ack", "x"], ["notify-test"]):
        told = subprocess.run(
            collector(*command, "--config", str(config)), capture_output=True, text=True, timeout=60
        )
        assert told.returncode == 2
        assert "something else than the collector answers" in told.stderr
        assert "Traceback" not in told.stderr
