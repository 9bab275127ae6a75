"""Measurements of devices and of their parts, as the collector keeps them."""

from collections.abc import Mapping

from collector.city.agents import Latest
from wire.report import Table

NO_INFO: Mapping[str, str] = {}


def device(name: str, at: float, info: Mapping[str, str] = NO_INFO, **values: float) -> Latest:
    """A device that answers at that time."""
    latest = Latest("snmp", name, address="10.1.2.3", fresh_seconds=180.0)
    measured(latest, at, info, **values)
    return latest


def measured(latest: Latest, at: float, info: Mapping[str, str] = NO_INFO, **values: float) -> None:
    columns: dict[str, list[float | None]] = {name: [value] for name, value in values.items()}
    texts = {name: [text] for name, text in info.items()}
    row = [latest.row] if latest.row else []
    latest.verdict = latest.take(at, Table("snmp", [latest.target], [0], columns, [], row, texts), 0)


def part(
    latest: Latest,
    at: float,
    sort: str,
    name: str,
    info: Mapping[str, str] = NO_INFO,
    period_seconds: float = 0.0,
    **values: float,
) -> None:
    """A measurement of a part of the device."""
    row = latest.row_of(sort, name, period_seconds)
    assert row is not None
    measured(row, at, info, **values)
