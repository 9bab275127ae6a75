"""A control room with its own authority: real Mosquitto and collector, and boxes that join by a code."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from time import time

import psutil
from msgspec.structs import replace

from collector.admission.files import held
from collector.admission.install import BadBrokerFiles, install
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.config import Authority
from collector.enrolment.keeper import AuthorityKeeper
from tests.free_ports import free_port
from tests.servers.mosquitto import Mosquitto, mosquitto
from tests.system.programs import REPOSITORY, Program, agent, collector, eventually, get, one, running

SITES = ("gradasi", "dinkes", "posyandu")
LAST = "pantau_agent_last_report_timestamp_seconds"
WATCHED = 'role = "hotspot", report_interval_seconds = 1'


class EnrollingRoom:
    """`broker`, the collector and its files in `folder`."""

    def __init__(self, folder: Path, broker: Mosquitto, page: str, program: Program) -> None:
        self.folder = folder
        self.broker = broker
        self.page = page
        self._program = program

    def end_collector(self) -> None:
        self._program.kill()

    def start_collector(self) -> None:
        """Again, with the settings that are there now."""
        file = self.folder / "collector.toml"
        self._program.process = Program(collector("run", "--config", str(file)), self._program.log).process
        eventually(lambda: get(f"{self.page}/readyz"), seconds=30, why=self._program.said)

    def command(self, *arguments: str) -> str:
        """A command of the collector; its JSON."""
        command = collector(*arguments, "--json", "--config", str(self.folder / "collector.toml"))
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def code(self, site: str) -> str:
        return str(json.loads(self.command("invite", site))["code"])

    def join(self, code: str, box: str) -> "subprocess.CompletedProcess[str]":
        """As a person does at the box, with the code on standard input."""
        config, state = self.folder / box / "agent.toml", self.folder / box / "state"
        command = agent("join", "--config", str(config), "--directory", str(state))
        return subprocess.run(command, cwd=REPOSITORY, input=code, capture_output=True, text=True, timeout=60)

    def leave_waiting(self, code: str, box: str) -> None:
        """The box asks, and a person at it presses Ctrl-C while the request waits for a signature."""
        config, state = self.folder / box / "agent.toml", self.folder / box / "state"
        command = agent("join", "--config", str(config), "--directory", str(state))
        with subprocess.Popen(command, cwd=REPOSITORY, stdin=PIPE, stderr=PIPE, text=True) as joining:
            assert joining.stdin is not None
            assert joining.stderr is not None
            joining.stdin.write(code)
            joining.stdin.close()
            said = joining.stderr.readline()
            joining.send_signal(signal.SIGINT)
        assert "a person at the control room signs" in said

    def renew(self, box: str) -> "subprocess.CompletedProcess[str]":
        command = agent("renew", "--config", str(self.folder / box / "agent.toml"))
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)

    @contextmanager
    def agent(self, box: str) -> Iterator[Program]:
        file = self.folder / box / "agent.toml"
        with running(agent("run", "--config", str(file)), self.folder / f"{box}.log") as program:
            yield program

    def heard(self, site: str) -> bool:
        up = one(get(f"{self.page}/metrics/city"), "pantau_agent_up", site=site)
        return up is not None and up.value == 1

    def age_seconds(self, site: str) -> float:
        """Of the newest report that the collector shows."""
        last = one(get(f"{self.page}/metrics/city"), LAST, site=site)
        return time() - last.value if last else float("inf")

    def sessions(self, site: str) -> int:
        """How often the broker has let the site's agent in."""
        return self.broker.log().count(f" as {site} ")

    def memory_bytes(self) -> int:
        """Of the collector."""
        return int(psutil.Process(self._program.process.pid).memory_info().rss)

    def said(self) -> str:
        return self._program.said() + self.broker.log()[-4000:]


@contextmanager
def enrolling_room(
    folder: Path,
    passphrase_file: str = "",
    sites: Sequence[str] = SITES,
    *,
    verbose: bool = True,
    store: str = "sqlite:///pantau.sqlite",
) -> Iterator[EnrollingRoom]:
    """With a `passphrase_file` the authority's key has that passphrase, which the collector does not know."""
    broker_port, page_port, enrolment_port = free_port(), free_port(), free_port()
    made, installed = folder / "authority" / "broker", folder / "mosquitto"
    settings = Authority(names=["127.0.0.1"], directory=str(folder / "authority"), broker_port=broker_port)
    settings = replace(settings, passphrase_file=passphrase_file)
    AuthorityFolder(Path(settings.directory)).save(make_ca("Small", time()), settings.passphrase())
    AuthorityKeeper(settings, lambda issued: None, time).renew()
    install(made, installed, "", lambda: "")
    with (
        mosquitto(folder / "broker", _options(installed), verbose=verbose) as broker,
        _watching(made, installed, broker),
    ):
        file = folder / "collector.toml"
        settings_text = _collector_toml(folder, broker.port, page_port, enrolment_port)
        file.write_text(f'store = "{store}"\n{settings_text}')
        (folder / "inventory").mkdir()
        (folder / "inventory" / "city.toml").write_text(_inventory(sites))
        with running(collector("run", "--config", str(file)), folder / "collector.log") as program:
            page = f"http://127.0.0.1:{page_port}"
            eventually(lambda: get(f"{page}/readyz"), seconds=30, why=program.said)
            yield EnrollingRoom(folder, broker, page, program)


@contextmanager
def _watching(made: Path, installed: Path, broker: Mosquitto) -> Iterator[None]:
    """As pantau-broker.path does: each new stamp brings the files to Mosquitto."""
    stop = threading.Event()

    def reload() -> str:
        broker.reload()
        return ""

    def watch() -> None:
        seen = b""
        while not stop.wait(0.1):
            stamp = held(made / "stamp")
            if stamp and stamp != seen:
                try:
                    install(made, installed, "", reload)
                except BadBrokerFiles:
                    continue  # the collector is writing them
                seen = stamp

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _options(installed: Path) -> Sequence[str]:
    """All of deploy's mosquitto.conf but the port, with its files in `installed`."""
    lines = (REPOSITORY / "deploy" / "mosquitto" / "mosquitto.conf").read_text().splitlines()
    assert "listener 8883" in lines
    return [
        line.replace("/etc/pantau/mosquitto", str(installed)) for line in lines if line != "listener 8883"
    ]


def _collector_toml(folder: Path, broker_port: int, page_port: int, enrolment_port: int) -> str:
    own = folder / "authority" / "collector.pem"
    return f"""
[web]
port = {page_port}

[broker]
host = "127.0.0.1"
port = {broker_port}
ca_file = "{folder / "authority" / "trust.pem"}"
certificate_file = "{own}"
key_file = "{own}"

[authority]
names = ["127.0.0.1"]
directory = "{folder / "authority"}"
host = "127.0.0.1"
port = {enrolment_port}
broker_port = {broker_port}
"""


def _inventory(names: Sequence[str]) -> str:
    sites = [f'{site} = {{ {WATCHED}, name = "{site}", district = "Kota" }}' for site in names]
    links = [f'{site}-lte = {{ from = "{site}", to = "internet" }}' for site in names]
    lines = ["[city]", 'name = "Small"', 'internet = ["127.0.0.7"]', "[sites]", *sites, "[links]", *links, ""]
    return "\n".join(lines)
