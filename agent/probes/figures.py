"""A value for a person's eyes: the figure with its unit, by the end of its name. Pure."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from wire.metrics import CATALOGUE
from wire.own_metrics import own_metric

Values = Mapping[str, float]
UNITS = {
    "_dbm": (1, "dBm"),
    "_decibels": (1, "dB"),
    "_bits_per_second": (1e-6, "Mbit/s"),
    "_hertz": (1, "Hz"),
    "_bytes": (1e-6, "MB"),
    "_bytes_total": (1e-6, "MB"),
    "_ratio": (100, "%"),
    "_celsius": (1, "°C"),
    "_volts": (1, "V"),
    "_amperes": (1, "A"),
    "_watts": (1, "W"),
    "_meters": (1, "m"),
    "_rpm": (1, "rpm"),
}
SUFFIXES = sorted(UNITS, key=len, reverse=True)
MEGA = 1e6


def figure(name: str, value: float) -> str:
    if name.endswith("_up") and not name.endswith("onus_up"):
        return "up" if value else "down"
    if name.endswith("_seconds"):
        return str(timedelta(seconds=round(value)))
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
    if not suffix:
        return f"{value:,.10g}"
    factor, unit = UNITS[suffix]
    if unit == "Hz" and value >= MEGA:
        factor, unit = 1e-6, "MHz"
    return f"{round(value * factor, 3):,.10g} {unit}"


def title(name: str, part: str = "") -> str:
    """The name in words, without the part that it is of and its unit."""
    if (own := own_metric(name)) is not None:
        return dict(own.labels).get("name") or own.family
    words = name.removeprefix(f"{part}_").removesuffix("_total")
    suffix = next((suffix for suffix in (*SUFFIXES, "_seconds") if words.endswith(suffix)), "")
    return words.removesuffix(suffix).replace("_", " ")


def states(values: Values) -> Iterator[tuple[str, str]]:
    """For each family of states the one that is: the source of a UPS, why an ONU was lost."""
    for name, value in values.items():
        metric = CATALOGUE.get(name)
        if metric and metric.labels and value:
            yield metric.family, metric.labels[0][1]


def is_state(name: str) -> bool:
    metric = CATALOGUE.get(name)
    return metric is not None and bool(metric.labels)
