"""From measurements to samples, with the labels that a scrape of them would have. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from operator import attrgetter, itemgetter
from typing import NamedTuple

from collector.city.agents import PROBE_STATES
from collector.city.series import SeriesLabels, columns_of, text
from collector.city.unscraped import Unscraped
from wire.report import Table

Pair = tuple[str, str]
Labels = tuple[Pair, ...]
"""Sorted by name, with `__name__`. None has an empty value: for Prometheus that means no label."""


class Sample(NamedTuple):
    at_ms: int
    labels: Labels
    value: float

    @property
    def site(self) -> str:
        return dict(self.labels)["site"]


def samples(rows: Iterable[Unscraped], scrape_labels: Mapping[str, str]) -> list[Sample]:
    """Sorted by time. Where a series has two at one time, the last counts. A scrape adds `scrape_labels`."""
    found: dict[tuple[int, Labels], Sample] = {}
    for site, district, body in rows:
        at_ms = round(body.at * 1000)
        shared = {**scrape_labels, "site": site, "district": district}
        for table in body.tables:
            for sample in _of(table, at_ms, shared):
                found[sample[:2]] = sample
    return sorted(found.values(), key=attrgetter("at_ms"))


def _of(table: Table, at_ms: int, shared: Mapping[str, str]) -> Iterator[Sample]:
    success, values = columns_of(table)
    numbers = [(column, table.values[column.name]) for column in values if column.name in table.values]
    if success is not None:
        numbers.append((success, _successes(table)))
    for column, line in numbers:
        for age_ms, labels, value in zip(table.age_ms, _labels(column, table, shared), line, strict=False):
            if value is not None:
                yield Sample(at_ms - age_ms, labels, value)


def _successes(table: Table) -> list[float | None]:
    states = [PROBE_STATES.get(reason, "down") for reason in table.reason or [""] * len(table)]
    return [None if state == "unknown" else state == "up" for state in states]


def _labels(column: SeriesLabels, table: Table, shared: Mapping[str, str]) -> Iterator[Labels]:
    """The labels of each line of a column of the table."""
    lines = range(len(table))
    fixed = {"__name__": column.family, **shared, **dict(column.labels)}
    varying: dict[str, Sequence[str]] = {
        name: [text(table, line, name) for line in lines] for name in column.info
    }
    if column.target_label:
        varying[column.target_label] = table.target
    if column.row_label:
        varying[column.row_label] = table.row
    pairs: dict[str, Iterable[Pair]] = {name: repeat((name, value)) for name, value in fixed.items() if value}
    pairs |= {name: [(name, value) for value in values] for name, values in varying.items()}
    for labels in islice(zip(*map(pairs.__getitem__, sorted(pairs)), strict=False), len(table)):
        yield tuple(filter(itemgetter(1), labels)) if column.info else labels
