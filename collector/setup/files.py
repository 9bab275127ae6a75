"""The files that the answers call for, with contents, modes and owners.

Shipped ones are for the usual folders.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from collector.admission.acl import acl
from collector.setup.answers import DIRECTORY, STATE, Answers
from collector.setup.collector_toml import collector_toml
from collector.setup.shipped import Shipped

PROGRAMS = "/opt/pantau"
FIREWALL = "nftables/pantau.nft"
MOSQUITTO, PROMETHEUS, ALERTMANAGER = "mosquitto", "prometheus", "prometheus-alertmanager"
WATCHER, COLLECTOR = "pantau-broker.path", "pantau-collector"
UNITS_IN_ORDER = (MOSQUITTO, PROMETHEUS, ALERTMANAGER, WATCHER, COLLECTOR)
READABLE, SHARED, PRIVATE_FOLDER, FOLDER = 0o644, 0o640, 0o700, 0o755
RULES = ("alerts.yml", "recording.yml")


class File(NamedTuple):
    """`owner` and `group` are given where they exist and setup may; else the file belongs to who runs it.

    `unit` is the one that has to start again with a new file, "" for none.
    """

    path: Path
    contents: bytes
    mode: int = READABLE
    owner: str = ""
    group: str = ""
    unit: str = ""


class Folder(NamedTuple):
    path: Path
    mode: int = FOLDER


def folders(answers: Answers, directory: Path) -> Iterator[Folder]:
    """In the order of making."""
    yield Folder(directory)
    yield Folder(directory / "inventory")
    yield Folder(directory / "collector-secrets", PRIVATE_FOLDER)
    yield Folder(Path(answers.state), PRIVATE_FOLDER)


def files(answers: Answers, directory: Path, shipped: Shipped) -> Iterator[File]:
    """Raises NotShipped."""
    moved = _Moved(answers, directory, shipped)
    units = Path(answers.units)
    yield File(directory / "collector.toml", collector_toml(answers, str(directory)).encode(), unit=COLLECTOR)
    yield moved.file(f"systemd/{COLLECTOR}.service", units / f"{COLLECTOR}.service", COLLECTOR)
    if answers.has_broker:
        yield from _broker(answers, moved, directory / "mosquitto", units)
    if answers.prometheus:
        yield from _prometheus(moved, directory, units)
    yield from _grafana(moved, directory / "grafana")


class _Moved:
    """The shipped texts, with the folders of this machine in place of the usual ones."""

    def __init__(self, answers: Answers, directory: Path, shipped: Shipped) -> None:
        self.shipped = shipped
        self._folders = {str(DIRECTORY): str(directory), str(STATE): answers.state, PROGRAMS: sys.prefix}
        self._folders |= {f"={STATE.name}\n": f"={Path(answers.state).name}\n"}  # StateDirectory=

    def file(self, name: str, path: Path, unit: str = "") -> File:
        text = self.shipped.text(name)
        for usual, here in self._folders.items():
            text = text.replace(usual, here)
        return File(path, text.encode(), unit=unit)


def _broker(answers: Answers, moved: _Moved, folder: Path, units: Path) -> Iterator[File]:
    own = "" if answers.own_mosquitto else MOSQUITTO
    configuration = moved.file("mosquitto/mosquitto.conf", folder / "mosquitto.conf", own)
    if answers.has_authority:
        yield configuration
        for name in ("pantau-broker.path", "pantau-broker.service"):
            unit = moved.file(f"systemd/{name}", units / name, WATCHER)
            yield unit._replace(contents=_with_folders(unit.contents, answers, folder))
    else:  # your own CA: only you know whether it has a list of revoked certificates
        lines = configuration.contents.decode().splitlines(keepends=True)
        shorter = "".join(f"# {line}" if line.startswith("crlfile ") else line for line in lines)
        yield configuration._replace(contents=shorter.encode())
        yield File(folder / "acl", acl().encode(), 0o600, MOSQUITTO, MOSQUITTO, own)
    if not answers.own_mosquitto:
        yield _drop_in(MOSQUITTO, moved, units)
    yield moved.file(FIREWALL, folder.parent / FIREWALL)


def _with_folders(unit: bytes, answers: Answers, folder: Path) -> bytes:
    """The command has the usual folders by itself."""
    source = Path(answers.state) / "authority" / "broker"
    if (source, folder) == (STATE / "authority" / "broker", DIRECTORY / "mosquitto"):
        return unit
    return unit.replace(
        b"install-broker-files", f"install-broker-files --from {source} --to {folder}".encode()
    )


def _prometheus(moved: _Moved, directory: Path, units: Path) -> Iterator[File]:
    """A receiver in alertmanager.yml may hold a password, so others do not read it."""
    folder = directory / "prometheus"
    yield moved.file("prometheus/prometheus.yml", folder / "prometheus.yml", PROMETHEUS)
    for name in RULES:
        yield moved.file(f"prometheus/rules/{name}", folder / "rules" / name, PROMETHEUS)
    name = "alertmanager/alertmanager.yml"
    yield moved.file(name, directory / name, ALERTMANAGER)._replace(mode=SHARED, group="prometheus")
    yield _drop_in(PROMETHEUS, moved, units)
    yield _drop_in(ALERTMANAGER, moved, units)


def _grafana(moved: _Moved, folder: Path) -> Iterator[File]:
    for part in ("datasources", "dashboards"):
        yield moved.file(f"grafana/{part}/pantau.yaml", folder / part / "pantau.yaml")
    for name in moved.shipped.names("grafana/json", ".json"):
        yield moved.file(name, folder / "json" / Path(name).name)


def _drop_in(service: str, moved: _Moved, units: Path) -> File:
    """Of a service of Debian's, whose own files stay as they are."""
    name = f"{service}.service.d/pantau.conf"
    return moved.file(f"systemd/{name}", units / name, service)
