"""Which series a measurement becomes: the same for the scrape and for remote write. Pure."""

from functools import lru_cache
from typing import NamedTuple

from collector.city.agents import OWN, part
from wire.metric import EVERY_KIND, Metric, Type
from wire.metrics import CATALOGUE, names_of, own_values
from wire.own_metrics import own_metric
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
    type: Type


class Columns(NamedTuple):
    """The series of one kind. An agent's own vitals and a device's rows have no `success`."""

    success: SeriesLabels | None
    values: tuple[SeriesLabels, ...]


def columns_of(table: Table) -> Columns:
    return columns(table.kind, part(table), own_values(table.kind, table.values), bool(table.row))


@lru_cache(maxsize=256)
def columns(kind: str, part: str, own: tuple[str, ...] = (), rows: bool = False) -> Columns:
    """Each sort of parts has the values that name a label for it, and devices the others: no series comes
    twice. `own` are the values of a city's own profiles.
    """
    metrics = {name: CATALOGUE[name] for name in sorted(names_of(kind)) if CATALOGUE[name].row_label == part}
    owned = {
        (metric.family, metric.labels): name for name in reversed(own) if (metric := own_metric(name, rows))
    }
    metrics |= {name: metric for name in sorted(owned.values()) if (metric := own_metric(name, rows))}
    success = None if rows or kind == OWN[0] else _column(kind, "probe_success", SUCCESS)
    return Columns(success, tuple(_column(kind, name, metric) for name, metric in metrics.items()))


def _column(kind: str, name: str, metric: Metric) -> SeriesLabels:
    labels = (("probe", kind),) if metric.kind == EVERY_KIND else metric.labels
    target_label = "" if kind == OWN[0] else metric.target_label
    return SeriesLabels(name, metric.family, labels, target_label, metric.row_label, metric.info, metric.type)


def text(table: Table, line: int, name: str) -> str:
    """A label that is text about a row, "" where its device has none."""
    return table.info[name][line] if name in table.info else ""
