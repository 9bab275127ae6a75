"""A report that the state took in."""

from typing import NamedTuple

from collector.city.state import Measured, StateChange
from wire.report import Report


class Taken(NamedTuple):
    """`transitions` and `unscraped` come from the state, see state.Applied; `received` is Unix seconds."""

    agent: str
    report: Report
    received: float
    late: bool
    transitions: list[StateChange]
    unscraped: list[Measured]
