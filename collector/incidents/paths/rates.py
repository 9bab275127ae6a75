"""Rates out of a device's counters: growth per second, and how full an interface is."""

from collections.abc import Mapping

from msgspec.structs import replace

from collector.inventory.limits import UTILIZATION
from wire.report import Table

SERIES_AT_MOST = 20_000
"""A city's devices have fewer interfaces. Above that, the rates of further ones stay unknown."""
RECEIVED, SENT = "interface_receive_bytes_total", "interface_transmit_bytes_total"
SPEED = "interface_speed_bits_per_second"
CREDIBLE = 2.0
"""A larger share of the speed is a counter that jumped, or a speed that is not the interface's."""

Column = list[float | None]


class Rates:
    """Keeps the last value of each counter that has a limit."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str, str], tuple[float, float]] = {}

    def with_rates(self, agent: str, measured_at: float, table: Table, limited: Mapping[str, float]) -> Table:
        """The table with the growth per second in place of each counter that has a limit."""
        wanted = [name for name in limited if name.endswith("_total") and name in table.values]
        rates = {name: self._rates(agent, measured_at, table, name) for name in wanted}
        if UTILIZATION in limited and SPEED in table.values:
            rates[UTILIZATION] = self._utilization(agent, measured_at, table)
        return replace(table, values={**table.values, **rates}) if rates else table

    def _utilization(self, agent: str, measured_at: float, table: Table) -> Column:
        directions = [self._rates(agent, measured_at, table, name) for name in (RECEIVED, SENT)]
        busier: Column = []
        for line, speed in enumerate(table.values[SPEED]):
            known = [rate for direction in directions if (rate := direction[line]) is not None]
            share = 8 * max(known) / speed if known and speed else None
            busier.append(share if share is not None and share <= CREDIBLE else None)
        return busier

    def _rates(self, agent: str, measured_at: float, table: Table, name: str) -> Column:
        column = table.values.get(name)
        if column is None:
            return [None] * len(table)
        return [
            None if value is None else self._rate(agent, measured_at, table, name, line, value)
            for line, value in enumerate(column)
        ]

    def _rate(
        self, agent: str, measured_at: float, table: Table, name: str, line: int, value: float
    ) -> float | None:
        """None for the first value, and after a counter began anew."""
        key = (agent, table.target[line], table.row[line] if table.row else "", name)
        at = measured_at - table.age_ms[line] / 1000
        before = self._last.get(key)
        if before is None and len(self._last) >= SERIES_AT_MOST:
            return None
        if before is not None and at <= before[0]:
            return None
        self._last[key] = (at, value)
        if before is None or value < before[1]:
            return None
        return (value - before[1]) / (at - before[0])
