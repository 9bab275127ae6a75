"""A real Prometheus on a free port: scrapes what it is told to, and is asked by its query API."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.free_ports import LOOPBACK, free_port, wait_until_listening

needs_prometheus = pytest.mark.skipif(not shutil.which("prometheus"), reason="needs prometheus")
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool (prometheus)")


class Series(NamedTuple):
    """`samples` are (Unix seconds, value)."""

    labels: Mapping[str, str]
    samples: Sequence[tuple[float, float]]


class Prometheus:
    def __init__(self, port: int) -> None:
        self.url = f"http://{LOOPBACK}:{port}"

    def query(self, expression: str) -> list[Series]:
        """An instant query. A range selector ("up[1m]") gives the samples as they are stored."""
        with urlopen(f"{self.url}/api/v1/query?{urlencode({'query': expression})}", timeout=10) as answer:
            result: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return [
            Series(one["metric"], [(at, float(value)) for at, value in one.get("values", [one.get("value")])])
            for one in result
        ]

    def wait_until_ready(self, seconds: float = 20.0) -> None:
        """It listens before it has read its storage, and answers 503 until then."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                urlopen(f"{self.url}/-/ready", timeout=10).close()
                return
            except HTTPError as error:
                error.close()
                if error.code != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def wait_for(self, expression: str, seconds: float = 20.0) -> list[Series]:
        """The first answer that is not empty."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := self.query(expression):
                return found
            time.sleep(0.1)
        raise TimeoutError(f"Prometheus has no {expression} after {seconds:g} s")


@contextmanager
def prometheus(directory: Path, config: Mapping[str, Any], *arguments: str) -> Iterator[Prometheus]:
    """`config` is what would stand in prometheus.yml; `arguments` are flags beside the usual."""
    directory.mkdir(parents=True, exist_ok=True)
    file, port = directory / "prometheus.yml", free_port()
    file.write_text(json.dumps(config))  # JSON is YAML
    command = [
        "prometheus",
        f"--config.file={file}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        *arguments,
    ]
    with (directory / "prometheus.log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            wait_until_listening(port, process)
            server = Prometheus(port)
            server.wait_until_ready()
            yield server
        finally:
            process.terminate()


def promtool_complaints(text: bytes) -> str:
    """What `promtool check metrics` has to say, "" where nothing."""
    command = ["promtool", "check", "metrics"]
    checked = subprocess.run(command, input=text, capture_output=True, timeout=30)
    return (checked.stdout + checked.stderr).decode()
