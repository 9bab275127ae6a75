"""The control room: made by `pantau-collector setup`, with the real Mosquitto and collector."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from collector.admission.install import BadBrokerFiles, install
from collector.incidents import Incident
from collector.web.lists.agent_entry import AgentEntry
from tests.free_ports import free_port, wait_until_listening
from tests.servers.mosquitto import MOSQUITTO
from tests.system.programs import Program, collector, eventually, get, one, running

SITE = "gradasi"
INVENTORY = f"""
[city]
name = "Kota Lab"
internet = ["10.99.1.1"]
[sites]
{SITE} = {{ role = "hotspot", name = "Kampung Digital Gradasi", district = "Pontianak Selatan" }}
[links]
gradasi-radio = {{ from = "{SITE}", to = "internet" }}
"""


class ControlRoom:
    """`folder` holds its settings, its state, and the logs of both programs."""

    def __init__(self, folder: Path, page: str) -> None:
        self.folder = folder
        self.page = page

    def command(self, *arguments: str) -> str:
        command = collector(*arguments, "--json", "--config", str(self.folder / "etc" / "collector.toml"))
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    def invite(self) -> str:
        return str(json.loads(self.command("invite", SITE))["code"])

    def hears(self) -> bool:
        up = one(get(f"{self.page}/metrics/city"), "pantau_agent_up", site=SITE)
        return up is not None and up.value == 1

    def silence(self) -> Incident | None:
        """The open incident of the site whose agent is silent."""
        return next((one for one in self._incidents() if one.root == SITE and one.status == "open"), None)

    def incident(self, id: str) -> Incident:
        return next(one for one in self._incidents() if one.id == id)

    def agents(self) -> list[str]:
        """Of which the collector has heard."""
        listed = msgspec.json.decode(self.command("agents"), type=list[AgentEntry])
        return [one.id for one in listed if one.heard_at is not None]

    def _incidents(self) -> list[Incident]:
        answer = get(f"{self.page}/api/incidents?closed=true")
        return msgspec.json.decode(answer or "[]", type=list[Incident])

    def logs(self) -> str:
        return "".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))


@contextmanager
def control_room(folder: Path, address: str) -> Iterator[ControlRoom]:
    etc, state = folder / "etc", folder / "state"
    make = ["setup", "--name", address, "--directory", str(etc), "--state", str(state)]
    made = subprocess.run(
        collector(*make, "--units", str(folder / "units"), "--no-prometheus"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    sys.stdout.write(made.stdout + made.stderr)
    made.check_returncode()
    (etc / "inventory" / "city.toml").write_text(INVENTORY)
    port = free_port()
    settings = etc / "collector.toml"
    written = settings.read_text()
    assert written.count("\n[web]\n") == 1
    settings.write_text(written.replace("\n[web]\n", f"\n[web]\nport = {port}\n"))
    with (
        running(
            [MOSQUITTO, "-c", str(etc / "mosquitto" / "mosquitto.conf")], folder / "mosquitto.log"
        ) as broker,
        _carrying(state / "authority" / "broker", etc / "mosquitto", broker),
        running(collector("run", "--config", str(settings)), folder / "collector.log") as program,
    ):
        wait_until_listening(8883, broker.process)
        page = f"http://127.0.0.1:{port}"
        eventually(lambda: get(f"{page}/readyz"), seconds=60, why=program.said)
        yield ControlRoom(folder, page)


@contextmanager
def _carrying(made: Path, installed: Path, broker: Program) -> Iterator[None]:
    """As pantau-broker.path and .service do: each new stamp brings the files to Mosquitto."""
    stop = threading.Event()

    def reload() -> str:
        broker.process.send_signal(1)
        return ""

    def carry() -> None:
        seen = b""
        while not stop.wait(0.2):
            stamp = (made / "stamp").read_bytes()
            if stamp != seen:
                try:
                    install(made, installed, "mosquitto", reload)
                except BadBrokerFiles as bad:
                    sys.stderr.write(f"{bad}\n")
                    continue
                seen = stamp

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
