"""Which series a measurement becomes: the same for the scrape and for remote write. Pure."""

from functools import lru_cache
from typing import NamedTuple

from collector.city.agents import OWN
from wire.metrics import CATALOGUE, EVERY_KIND, Metric, names_of
from wire.report import Table

SUCCESS = Metric(
    EVERY_KIND, "pantau_probe_success", "gauge", 0, "1 when the measurement succeeded, 0 when it failed."
)


class SeriesLabels(NamedTuple):
    """The series of one value: `labels` that are always so, then the labels named for the measurement's
    target and row ("" where it has none), then those of the row's `info`. The site's come with all.
    """

    name: str
    family: str
    labels: tuple[tuple[str, str], ...]
    target_label: str
    row_label: str
    info: tuple[str, ...]


class Columns(NamedTuple):
    """The series of one kind. An agent's own vitals and a device's rows have no `success`."""

    success: SeriesLabels | None
    values: tuple[SeriesLabels, ...]


@lru_cache(maxsize=64)
def columns(kind: str, rows: bool) -> Columns:
    """Rows have the values that name a label for them, and devices the others: no series comes twice."""
    names = [name for name in sorted(names_of(kind)) if bool(CATALOGUE[name].row_label) == rows]
    success = None if rows or kind == OWN[0] else _column(kind, "probe_success", SUCCESS)
    return Columns(success, tuple(_column(kind, name, CATALOGUE[name]) for name in names))


def _column(kind: str, name: str, metric: Metric) -> SeriesLabels:
    labels = (("probe", kind),) if metric.kind == EVERY_KIND else metric.labels
    target_label = "" if kind == OWN[0] else metric.target_label
    return SeriesLabels(name, metric.family, labels, target_label, metric.row_label, metric.info)


def text(table: Table, line: int, name: str) -> str:
    """A label that is text about a row, "" where its device has none."""
    return table.info[name][line] if name in table.info else ""
