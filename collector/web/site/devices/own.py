"""Values that a city's own profiles read, with the names that those give them. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from collector.web.site.devices.last_values import LastValues
from wire.metrics import CATALOGUE
from wire.own_metrics import own_metric

PREFIX = "pantau_device_"


class OwnValue(NamedTuple):
    name: str
    text: str


def own_values(value: LastValues) -> Iterator[OwnValue]:
    for key in value.names():
        metric, number = None if key in CATALOGUE else own_metric(key), value(key)
        if metric is None or number is None:
            continue
        labels = dict(metric.labels)
        name = labels.get("name", metric.family.removeprefix(PREFIX)).replace("_", " ")
        yield OwnValue(name, f"{number:g} {labels.get('unit', '')}".strip())
