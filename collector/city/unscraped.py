"""Measurements as they wait in the store for remote write. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from msgspec import structs

from collector.city.state import Measured
from wire.report import Body, Table

T = TypeVar("T")


class Unscraped(NamedTuple):
    """The measurements of one site; `body.at` is Unix seconds. `district` is that of the time of intake."""

    site: str
    district: str
    body: Body


def unscraped_of(site: str, district: str, measured: Sequence[Measured]) -> Unscraped:
    """`measured` has at least one measurement; they may be from several tables."""
    newest = max(one.at for one in measured)
    by_table: dict[int, list[Measured]] = {}
    for one in measured:
        by_table.setdefault(id(one.table), []).append(one)
    return Unscraped(site, district, Body(newest, [_excerpt(lines, newest) for lines in by_table.values()]))


def _excerpt(measured: Sequence[Measured], newest: float) -> Table:
    """Some lines of one table; their ages count from `newest`."""
    table = measured[0].table
    lines = [one.line for one in measured]
    ages = [round((newest - one.at) * 1000) for one in measured]
    if lines == list(range(len(table))):
        return structs.replace(table, age_ms=ages)
    return Table(
        table.kind,
        _picked(table.target, lines),
        ages,
        {name: _picked(column, lines) for name, column in table.values.items()},
        _picked(table.reason, lines),
        _picked(table.row, lines),
        {name: _picked(column, lines) for name, column in table.info.items()},
    )


def _picked(column: list[T], lines: list[int]) -> list[T]:
    """A column that is left out stays so."""
    return [column[line] for line in lines] if column else column
