"""The demo's directory: made anew at each start, and never one that holds anything else."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from demo.children import HOST
from runtime.errors import UserError

MARK = "SIMULATION.txt"
NEEDED_BYTES = 100 * 1024 * 1024
"""For hours, with its Prometheus: it starts with 20 MiB."""
MARKED = "`pantau-collector demo` made this directory, and empties it at each start.\n"
COLLECTOR = """\
# Made by the demo at each start, for `pantau-collector incidents`, ack and the other commands.
inventory = "inventory"
store = "sqlite:///pantau.sqlite"
simulation = true

[broker]
port = {broker_port}

[web]
host = "{host}"
port = {port}
"""


HISTORY = """
[history]
remote_write_url = "http://{host}:{port}/api/v1/write"
"""
PEOPLE = Path(str(files("demo") / "people.toml"))


class Ports(NamedTuple):
    """On loopback. `prometheus` is 0 where none runs."""

    web: int
    broker: int
    mailbox: int
    prometheus: int


class BadDirectory(UserError):
    """The directory can't be the demo's."""


class DemoFolder(NamedTuple):
    path: Path

    @property
    def inventory(self) -> Path:
        return self.path / "inventory"

    @property
    def collector_config(self) -> Path:
        return self.path / "collector.toml"

    def agent(self, site: str) -> Path:
        return self.path / "agents" / site

    def log(self, program: str) -> Path:
        return self.path / f"{program}.log"

    def configure(self, ports: "Ports") -> None:
        """Write the collector's settings, the city's people, and the address in its notices."""
        history = HISTORY.format(host=HOST, port=ports.prometheus) if ports.prometheus else ""
        settings = COLLECTOR.format(host=HOST, port=ports.web, broker_port=ports.broker)
        self.collector_config.write_text(settings + history)
        people = PEOPLE.read_text(encoding="utf-8").replace("{mailbox}", str(ports.mailbox))
        (self.inventory / "people.toml").write_text(people, encoding="utf-8")
        city = self.inventory / "city.toml"
        page_url = f'[city]\npage_url = "http://{HOST}:{ports.web}"\n'
        city.write_text(city.read_text(encoding="utf-8").replace("[city]\n", page_url, 1), encoding="utf-8")


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """No other demo has the directory meanwhile: it would empty it. Raises BadDirectory."""
    with _said_of(directory):
        directory.mkdir(parents=True, exist_ok=True)
        held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = "another demo runs in it; stop that one or choose another"
            raise BadDirectory(f"--directory: {directory}: {told}") from None
        yield
    finally:
        os.close(held)


def made_anew(directory: Path, city: Path) -> DemoFolder:
    """An empty directory with the city's inventory in it. Raises BadDirectory."""
    folder = DemoFolder(directory.resolve())
    with _said_of(directory):
        _emptied(folder.path)
        folder.path.mkdir(parents=True, exist_ok=True)
        (folder.path / MARK).write_text(MARKED)
        shutil.copytree(city, folder.inventory)
        if (free := shutil.disk_usage(folder.path).free) < NEEDED_BYTES:
            told = f"has {free >> 20} MiB free, and the demo needs {NEEDED_BYTES >> 20}; choose another"
            raise BadDirectory(f"--directory: {directory}: {told}")
    return folder


@contextmanager
def _said_of(directory: Path) -> Iterator[None]:
    """Raises BadDirectory for the error of a file. That of several files has no text of its own."""
    try:
        yield
    except OSError as error:
        told = error.strerror or error.args[0][0][2]
        raise BadDirectory(f"--directory: {directory}: {told}; choose another") from None


def _emptied(path: Path) -> None:
    """The directory itself stays, and its mark to the end: an emptying that is cut short can go on."""
    if not path.exists() or not any(path.iterdir()):
        return
    if not (path / MARK).is_file():
        raise BadDirectory(f"--directory: {path}: holds files that no demo made; choose an empty one")
    for one in path.iterdir():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        elif one.name != MARK:
            one.unlink()
