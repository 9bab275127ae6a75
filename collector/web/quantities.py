"""The speed of a target as people read it."""

from collector.assignments.kinds import KINDS
from collector.city.agents import Latest
from collector.notices.quantities import time


def response_time(latest: Latest) -> str:
    """The value that a person takes for the target's speed; "" when the target did not answer."""
    known = KINDS.get(latest.kind)
    value = latest.value(known.response_time) if known and known.response_time and not latest.reason else None
    return "" if value is None else time(value)
