"""The committed dashboards as Grafana reads and asks them: panels, queries, variables filled in."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.servers.prometheus import Prometheus, Series

FOLDER = Path(__file__).parents[2] / "dashboards"
FILES = sorted((FOLDER / "json").glob("*.json"))
RULES = sorted((FOLDER / "prometheus").glob("*.yml"))

Json = dict[str, Any]
RANGE_SECONDS = 3600


class Query(NamedTuple):
    dashboard: str
    panel: str
    letter: str
    expression: str
    instant: bool
    step_seconds: int

    @property
    def name(self) -> str:
        return f"{self.dashboard}/{self.panel}/{self.letter}"


def dashboards() -> Iterator[Json]:
    for file in FILES:
        yield json.loads(file.read_text())


def panels(dashboard: Json) -> Iterator[Json]:
    """Without the rows, which only have a title; with those that a folded row holds."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel


def queries() -> Iterator[Query]:
    for dashboard in dashboards():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                where = (dashboard["title"], panel["title"], target["refId"])
                yield Query(
                    *where, target["expr"], target["instant"], _seconds(target.get("interval", "15s"))
                )
        for shade in dashboard["annotations"]["list"]:
            where = (dashboard["title"], shade["name"], "shade")
            yield Query(*where, shade["expr"], False, _seconds(shade["step"]))


def filled(query: Query, variables: Mapping[str, str]) -> str:
    """As Grafana sends it for an hour, on a screen where a step is no less than the query's own."""
    built_in = {
        "__rate_interval": f"{4 * query.step_seconds}s",
        "__interval": f"{query.step_seconds}s",
        "__interval_ms": f"{1000 * query.step_seconds}",
        "__range": f"{RANGE_SECONDS}s",
    }
    return re.sub(r"\$([a-z_]+)", lambda found: {**built_in, **variables}[found[1]], query.expression)


def asked(server: Prometheus, query: Query, variables: Mapping[str, str]) -> Sequence[Series]:
    """What Prometheus answers now; of a range only the last value of what is there at its end."""
    if query.instant:
        return server.query(filled(query, variables))
    end = time.time()
    last = [Series(one.labels, one.samples[-1:]) for one in over_time(server, query, variables, end)]
    return [series for series in last if series.samples[0][0] > end - query.step_seconds / 2]


def over_time(server: Prometheus, query: Query, variables: Mapping[str, str], end: float) -> list[Series]:
    """Prometheus' answer for the hour before `end`."""
    question = {
        "query": filled(query, variables),
        "start": end - RANGE_SECONDS,
        "end": end,
        "step": query.step_seconds,
    }
    with urlopen(f"{server.url}/api/v1/query_range?{urlencode(question)}", timeout=10) as answer:
        result = json.load(answer)["data"]["result"]
    return [Series(one["metric"], [(at, float(value)) for at, value in one["values"]]) for one in result]


def options(server: Prometheus, variable: Json, variables: Mapping[str, str]) -> set[str]:
    """What a variable offers: `label_values(SELECTOR, LABEL)`."""
    selector, label = re.findall(r"^label_values\((.+), (\w+)\)$", variable["query"]["query"])[0]
    for name, value in variables.items():
        selector = selector.replace(f"${name}", value)
    found = server.query(f"group by ({label}) ({selector})")
    return {series.labels[label] for series in found if label in series.labels}


def _seconds(duration: str) -> int:
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600}[duration[-1]]
