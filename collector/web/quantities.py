"""The speed of a target, values of devices, and sizes, as people read them."""

from collector.assignments.kinds import KINDS
from collector.city.agents import Latest
from collector.notices.quantities import quantity, time
from collector.web.words import Speaker


def response_time(latest: Latest) -> str:
    """The value that a person takes for the target's speed; "" when the target did not answer."""
    known = KINDS.get(latest.kind)
    value = latest.value(known.response_time) if known and known.response_time and not latest.reason else None
    return "" if value is None else time(value)


def reading(metric: str, value: float, say: Speaker) -> str:
    """A value of a device; a time is a duration there, not that of an echo."""
    return say.duration(value) if metric.endswith("_seconds") else quantity(metric, value)


def size(number: int) -> str:
    """Three digits at most, in steps of a thousand: "0 B", "820 B", "4.3 kB", "18 MB"."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 9.95 and unit != "B" else f"{value:.0f} {unit}"
