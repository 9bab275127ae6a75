"""The columns of a table of pings that all came back at one time, as most tables do.

Taken as a whole, such a table costs a third. Its cells are the same as line by line.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeGuard, cast

from collector.past.units import LOSS_UNITS, MOST_SECONDS, TIME_UNITS


class WholeTable(NamedTuple):
    """The columns in whole units, in the order of rows that follow each other from `first` on."""

    first: int
    losses: Sequence[int]
    times: Sequence[int]
    worst: Sequence[int]


class RowOrder:
    """Remembers of each agent's tables in which order the targets come, and which rows they have."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[str], int, Sequence[int]]] = {}

    def forget(self) -> None:
        """The inventory changed."""
        self._known = {}

    def of(self, agent: str, targets: list[str], rows: Mapping[str, int]) -> tuple[int, Sequence[int]] | None:
        """The first row, and the places of the targets in the order of rows; None if these rows have gaps."""
        known = self._known.get(agent)
        if known is None or known[0] != targets:
            found = [rows.get(target, -1) for target in targets]
            order = sorted(range(len(found)), key=found.__getitem__)
            first = found[order[0]] if order else -1
            follow = [found[place] for place in order] == list(range(first, first + len(found)))
            known = self._known[agent] = (targets, first if follow else -1, order)
        return None if known[1] < 0 else known[1:]


def whole_table(
    first: int,
    order: Sequence[int],
    losses: Sequence[float | None],
    times: Sequence[float | None],
    worst: Sequence[float | None],
) -> WholeTable | None:
    """None if a value is undefined or out of range."""
    if not (_within(losses, 1.0) and _within(times, MOST_SECONDS) and _within(worst, MOST_SECONDS)):
        return None
    typical = [int(times[place] * TIME_UNITS + 0.5) for place in order]
    single = [int(worst[place] * TIME_UNITS + 0.5) for place in order]
    lost = [int(losses[place] * LOSS_UNITS + 0.5) for place in order] if any(losses) else [0] * len(order)
    return WholeTable(first, lost, typical, greater(single, typical))


def greater(some: Iterable[int], others: Iterable[int]) -> list[int]:
    """The greater of each two; `max` takes twice as long."""
    return [one if one > other else other for one, other in zip(some, others, strict=True)]


def _within(values: Sequence[float | None], most: float) -> TypeGuard[Sequence[float]]:
    if None in values:
        return False
    known = cast(Sequence[float], values)
    return min(known) >= 0 and max(known) <= most
