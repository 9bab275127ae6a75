"""A real VictoriaMetrics on a free port. It speaks Prometheus' remote write and query API."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.free_ports import LOOPBACK, free_port, wait_until_listening
from tests.servers.prometheus import Prometheus

needs_victoriametrics = pytest.mark.skipif(
    not shutil.which("victoria-metrics"), reason="needs victoria-metrics"
)


@contextmanager
def victoriametrics(directory: Path, config: Mapping[str, Any]) -> Iterator[Prometheus]:
    """`config` is what would stand in prometheus.yml; of that it knows `scrape_configs`."""
    directory.mkdir(parents=True, exist_ok=True)
    file, port = directory / "scrape.yml", free_port()
    file.write_text(json.dumps({"scrape_configs": config["scrape_configs"]}))
    command = [
        "victoria-metrics",
        f"-promscrape.config={file}",
        f"-storageDataPath={directory / 'data'}",
        f"-httpListenAddr={LOOPBACK}:{port}",
        "-memory.allowedPercent=10",
    ]
    with (
        (directory / "victoriametrics.log").open("wb") as log,
        subprocess.Popen(command, stderr=log) as process,
    ):
        try:
            wait_until_listening(port, process)
            yield Prometheus(port)
        finally:
            process.terminate()
