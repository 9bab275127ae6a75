"""The order of a device's parts: down, then weak, the weakest first. Pure.

An OLT has two thousand ONUs, so the order is found without a word about any of them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from collector.city.agents import Latest
from collector.incidents.paths.limits import Limits
from collector.inventory.limits import LIMITABLE
from collector.web.site.devices.columns import SORTS, Flag, Shown
from collector.web.site.devices.grades import STEPS, Grade, grade_of, over_weak
from collector.web.site.devices.last_values import LastValues

DIGITS = re.compile(r"(\d+)")
PartState = str
"""As a ProbeState, and "" of a part that has none."""


class PlacedPart(NamedTuple):
    """The least `place` is first."""

    place: tuple[int, float, list[tuple[int, str]]]
    state: PartState
    part: Latest


def placed(sort: str, part: Latest, limits: Limits, now: float) -> PlacedPart:
    value, is_fresh = LastValues(part, now), part.fresh(now)
    state = state_of_part(sort, value, is_fresh)
    margin, grades = float("inf"), set[Grade]()
    for metric in _gradable(sort) if is_fresh else ():
        if (one := value(metric)) is not None:
            margin = min(margin, over_weak(metric, one, limits))
            grades.add(grade_of(metric, one, limits))
    grades |= {flag.grade for flag in _graded_flags(sort) if is_fresh and value(flag.metric)}
    found = [state == "down", "bad" in grades, "weak" in grades, state == "unknown", True]
    return PlacedPart((found.index(True), margin, _as_counted(part.row)), state, part)


def state_of_part(sort: str, value: LastValues, is_fresh: bool) -> PartState:
    """A part that says nothing of its state has none while its values are fresh; an interface has one."""
    metric = SORTS[sort].state if sort in SORTS else ""
    works = value(metric) if metric else None
    if not is_fresh or (works is None and sort == "interface"):
        return "unknown"
    return "" if works is None else "up" if works else "down"


def _as_counted(name: str) -> list[tuple[int, str]]:
    """As a person counts: ether2 before ether10."""
    return [(int(text) if text.isdecimal() else -1, text) for text in DIGITS.split(name)]


@cache
def _gradable(sort: str) -> tuple[str, ...]:
    return tuple(
        metric
        for piece in _pieces(sort)
        if isinstance(piece, Shown)
        for metric in piece.metrics
        if metric in STEPS or LIMITABLE.get(metric) == "below"
    )


@cache
def _graded_flags(sort: str) -> tuple[Flag, ...]:
    return tuple(piece for piece in _pieces(sort) if isinstance(piece, Flag) and piece.grade)


def _pieces(sort: str) -> Iterator[object]:
    if sort in SORTS:
        yield from (piece for column in SORTS[sort].columns for piece in column.pieces)
