"""A real Alertmanager on a free port, with the routes of deploy/ and a webhook behind it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest

from tests.free_ports import LOOPBACK, free_port, wait_until_listening

ALERTMANAGER = shutil.which("prometheus-alertmanager") or ""
CONFIGURATION = Path(__file__).parents[2] / "deploy" / "alertmanager" / "alertmanager.yml"

needs_alertmanager = pytest.mark.skipif(not ALERTMANAGER, reason="needs prometheus-alertmanager")


class Alertmanager:
    """`webhook` is told of every alert, within a second."""

    def __init__(self, directory: Path, webhook: str) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        config: dict[str, Any] = msgspec.yaml.decode(CONFIGURATION.read_text())
        for route in config["route"]["routes"]:
            if "group_interval" in route:
                route["group_interval"] = "1s"
        for receiver in config["receivers"]:
            receiver["webhook_configs"] = [{"url": webhook}]
        (directory / "alertmanager.yml").write_text(json.dumps(config))  # JSON is YAML

    def start(self) -> None:
        command = [
            ALERTMANAGER,
            f"--config.file={self._directory / 'alertmanager.yml'}",
            f"--storage.path={self._directory / 'data'}",
            f"--web.listen-address={LOOPBACK}:{self.port}",
            "--cluster.listen-address=",
        ]
        with (self._directory / "alertmanager.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until_listening(self.port, self._process)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        self._process = None

    def alerts(self) -> list[dict[str, Any]]:
        """Those that fire there now."""
        with urlopen(f"{self.url}/api/v2/alerts", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found


@contextmanager
def alertmanager(directory: Path, webhook: str) -> Iterator[Alertmanager]:
    directory.mkdir(parents=True, exist_ok=True)
    server = Alertmanager(directory, webhook)
    server.start()
    try:
        yield server
    finally:
        server.stop()
