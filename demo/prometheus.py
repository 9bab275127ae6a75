"""A Prometheus beside the demo, with the project's rules, where it is installed."""

import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from demo.children import HOST, Child, child, free_port
from demo.folder import DemoFolder
from demo.month import DAYS

RULES = (
    Path(__file__).parents[1] / "dashboards" / "prometheus",
    Path(sys.prefix) / "share" / "pantau" / "prometheus" / "rules",
)
"""In a clone, and beside the installed program."""


class RunningPrometheus(NamedTuple):
    port: int
    child: Child


def scrape_config(port: int, rules: Path | None) -> dict[str, object]:
    """deploy/prometheus/prometheus.yml for this collector alone, and for a past of a month. JSON is YAML."""
    here = [{"targets": [f"{HOST}:{port}"]}]
    instance = [{"target_label": "instance", "replacement": "pantau"}]
    city = {"job_name": "pantau-city", "metrics_path": "/metrics/city", "scrape_interval": "5s"}
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "storage": {"tsdb": {"out_of_order_time_window": f"{DAYS + 1}d"}},
        "rule_files": [] if rules is None else [f"{rules}/*.yml"],
        "scrape_configs": [
            {**city, "static_configs": here, "relabel_configs": instance},
            {"job_name": "pantau-collector", "static_configs": here},
        ],
    }


@asynccontextmanager
async def prometheus(folder: DemoFolder, web_port: int) -> AsyncIterator[RunningPrometheus | None]:
    """It runs while the context is open; None where it is not installed."""
    program = shutil.which("prometheus")
    if program is None:
        yield None
        return
    port = free_port()
    config = folder.path / "prometheus.yml"
    rules = next((found for found in RULES if found.is_dir()), None)
    config.write_text(json.dumps(scrape_config(web_port, rules), indent=1))
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder.path / 'prometheus'}",
        f"--web.listen-address={HOST}:{port}",
        "--web.enable-remote-write-receiver",
    ]
    async with child("prometheus", command, folder.log("prometheus")) as running:
        yield RunningPrometheus(port, running)
