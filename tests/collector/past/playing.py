"""Measurements of one path for the past."""

from collections.abc import Mapping

from collector.city.taken import Taken
from collector.past import CELLS_SHOWN, Cell, MeasuredPath, Past
from collector.past.saved import BlockKey, SavedCells, packed
from tests.fakes.small_city import NOW, report, table
from wire.report import Table

PING = MeasuredPath("gradasi", "icmp", "gateway")
WEB = MeasuredPath("gradasi", "http", "sehat")
PAIRS = {"gradasi": [("icmp", "gateway"), ("http", "sehat"), ("agent", "self")]}


def past(now: float = NOW, cells: Mapping[BlockKey, SavedCells] | None = None) -> Past:
    made = Past(now, stored(cells or {}))
    made.adopt(PAIRS)
    return made


def stored(cells: Mapping[BlockKey, SavedCells]) -> dict[BlockKey, bytes]:
    """As the store has them."""
    return {key: packed(one) for key, one in cells.items()}


def take(past: Past, at: float, *tables: Table, now: float = NOW, agent: str = "gradasi") -> None:
    past.take([Taken(agent, report(*tables, at=at), now, False, [], [])], now)


def ping(loss: float, median: float | None = None, worst: float | None = None, reason: str = "") -> Table:
    values = {"icmp_loss_ratio": loss, "icmp_rtt_median_seconds": median, "icmp_rtt_max_seconds": worst}
    return table("icmp", "gateway", values, reason=reason)


def running(past: Past, path: MeasuredPath = PING) -> Cell:
    return past.cells(path)[CELLS_SHOWN - 1]


class Kept:
    """A store in memory. It takes what the past has for each transaction."""

    def __init__(self) -> None:
        self.cells: dict[BlockKey, SavedCells] = {}

    def take(self, past: Past, now: float) -> None:
        changes = past.changes([], now)
        self.cells |= changes.cells
        if changes.kept:
            first, last = changes.kept
            self.cells = {key: one for key, one in self.cells.items() if first <= key[1] <= last}
