"""Rules and queries mean the same to Prometheus 3, by its migration guide. A real 2.42 is asked elsewhere.

A range there leaves its beginning out: one as long as the interval between samples holds a single point.
A dot in a regular expression matches a newline there. Some functions have other names, and the labels `le`
and `quantile` other texts.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import pytest

from collector.inventory.watching import METERED
from collector.prometheus.exposition import FAMILIES
from tests.dashboards.grafana import RULES, queries

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SCRAPED_SECONDS = 15  # the collector's own, in deploy/prometheus/prometheus.yml
NEED_TWO = {"rate", "irate", "increase", "delta", "idelta", "deriv", "resets", "changes", "predict_linear"}
OF_ONE_LINE = {"site", "target", "from", "feeder", "kind", "cause", "interface", "alias", "index"}
"""Ids, and texts that a device has for an interface."""


class Asked(NamedTuple):
    name: str
    expression: str
    step_seconds: int = SCRAPED_SECONDS


def everything() -> Iterator[Asked]:
    for file in RULES:
        for group in msgspec.yaml.decode(file.read_text())["groups"]:
            for rule in group["rules"]:
                yield Asked(f"{file.stem}/{rule.get('record') or rule['alert']}", rule["expr"])
    for query in queries():
        yield Asked(query.name, query.expression, query.step_seconds)


def faults(asked: Asked) -> Iterator[str]:
    plain = re.sub(r'"[^"]*"', '""', asked.expression)
    for function, metric, length in re.findall(r"(\w+)\(([\w:]+)?(?:{[^}]*})?[^\[\]()]*\[([^\]]+)\]", plain):
        if function in NEED_TWO and not _holds_two(metric, length, asked.step_seconds):
            yield f"{function} of one point"
        if length == "$__interval" and function != "min_over_time":
            yield "a step may count no point twice"
    if re.search(r"\[[^\]]+:[^\]]*\]", plain):
        yield "a subquery loses its first point"
    if re.search(r"\bholt_winters\(", plain):
        yield "another name"
    if re.search(r"\b(le|quantile)\s*(=|!)", plain):
        yield "another text"
    for source in re.findall(r'"[^"]*\$1[^"]*", "(\w+)", "[^"]*\.[^"]*"', asked.expression):
        if source not in OF_ONE_LINE:
            yield f"a dot for a newline of {source}"


def _holds_two(metric: str, length: str, step_seconds: int) -> bool:
    interval = METERED.report_interval_seconds if metric in FAMILIES else SCRAPED_SECONDS
    if length == "$__rate_interval":  # four steps at least
        return 4 * step_seconds >= 2 * interval
    if length.startswith("$"):
        return length == "$__range"
    return int(length[:-1]) * SECONDS[length[-1]] >= 2 * interval


def test_prometheus_3_reads_rules_and_queries_as_2_does() -> None:
    found = {asked.name: list(faults(asked)) for asked in everything()}
    assert len(found) > 300
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("rate(pantau_icmp_echo_replies_total[1m])", "rate of one point"),
        ('increase(pantau_icmp_echo_replies_total{site="a[1]"}[$__interval])', "increase of one point"),
        ("rate(pantau_collector_messages_total[15s])", "rate of one point"),
        ("max_over_time(pantau_site_up[$__interval])", "a step may count no point twice"),
        ("max_over_time((pantau_site_up == 1)[5m:15s])", "a subquery loses its first point"),
        ("holt_winters(pantau_site_up[5m], 0.5, 0.5)", "another name"),
        ('x_bucket{le="1"}', "another text"),
        ('label_replace(x, "a", "$1", "name", "(.+)")', "a dot for a newline of name"),
        ("rate(pantau_collector_messages_total[$__rate_interval])", ""),
    ],
)
def test_each_difference_is_found(expression: str, fault: str) -> None:
    found = [said for said in faults(Asked("", expression)) if "step" in fault or "step" not in said]
    assert found == [fault] * bool(fault)
