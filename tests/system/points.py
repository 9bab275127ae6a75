"""Points, which are a series and a time: those that an agent has on its disk, and those of a database."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.servers.prometheus import Prometheus
from wire.metrics import CATALOGUE
from wire.report import Table, decode_body

Labels = frozenset[tuple[str, str]]
Points = dict[tuple[Labels, int], float]
"""Values by series and Unix milliseconds."""

NOT_RUN = ("permission", "setting")
MEASURED = {"pantau_probe_success", *(metric.family for metric in CATALOGUE.values())}
JOB = {"job": "pantau-city", "instance": "pantau"}


def prometheus_yml(port: int, window: str = "24h") -> dict[str, Any]:
    """As deploy/ has it, quicker. `window` is for what is out of order."""
    job = {
        "job_name": JOB["job"],
        "metrics_path": "/metrics/city",
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "static_configs": [{"targets": [f"127.0.0.1:{port}"]}],
        "relabel_configs": [{"target_label": "instance", "replacement": JOB["instance"]}],
    }
    return {"scrape_configs": [job], "storage": {"tsdb": {"out_of_order_time_window": window}}}


def committed(spool: Path, **site: str) -> Points:
    """Of the stopped agent's reports that the collector has acknowledged."""
    with closing(sqlite3.connect(spool)) as database:
        rows = database.execute("SELECT body, offset FROM report WHERE acked_at IS NOT NULL").fetchall()
    points: Points = {}
    for data, offset in rows:
        body = decode_body(zlib.decompress(data))
        for table in body.tables:
            for line, age_ms in enumerate(table.age_ms):
                at_ms = round((body.at + offset) * 1000 - age_ms)
                for labels, value in _values(table, line):
                    points[frozenset((labels | site | JOB).items()), at_ms] = value
    return points


def _values(table: Table, line: int) -> Iterator[tuple[dict[str, str], float]]:
    """Spelled out once more, so that a mistake in the collector does not hide itself."""
    reason = table.reason[line] if table.reason else ""
    target = {} if table.kind == "agent" else {"target": table.target[line]}
    if target and reason not in NOT_RUN:
        success = {"__name__": "pantau_probe_success", "probe": table.kind}
        yield success | target, 1.0 if reason == "" else 0.0
    for name, column in table.values.items():
        metric, value = CATALOGUE[name], column[line]
        if value is not None:
            probe = {"probe": table.kind} if name == "probe_duration_seconds" else {}
            yield {"__name__": metric.family} | dict(metric.labels) | probe | target, value


def stored(server: Prometheus, window: str = "2h") -> Points:
    """All measured values of the city in the last while."""
    return {
        (frozenset(series.labels.items()), round(at * 1000)): value
        for series in server.query(f'{{job="pantau-city"}}[{window}]')
        if series.labels["__name__"] in MEASURED
        for at, value in series.samples
    }
