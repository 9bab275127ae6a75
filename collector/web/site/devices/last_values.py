"""The values of a device, or of one part of it, that a page may show. Pure."""

from typing import NamedTuple

from collector.city.agents import Latest, fresh
from wire.report import Table

GREATEST = 1e20
"""More than any counter of 64 bits: no device has it, and sums of such values are infinite."""


class LastValues(NamedTuple):
    """The last measurement, and for what that lacks the one before it, while that is as fresh.

    Of a device that does not answer the last ones are all there is: the page says how old they are.
    """

    latest: Latest
    now: float

    def __call__(self, name: str) -> float | None:
        value = self.latest.value(name)
        if value is None and (earlier := self._earlier()) is not None:
            table, line = earlier
            column = table.values.get(name)
            value = column[line] if column else None
        return None if value is None or abs(value) > GREATEST else value

    def text(self, name: str) -> str:
        """A text about it; "" if there is none."""
        latest = self.latest
        here = [(latest.table, latest.line)] if latest.table is not None else []
        for table, line in (*here, *filter(None, (self._earlier(),))):
            column = table.info.get(name)
            if column and column[line]:
                return column[line]
        return ""

    def names(self) -> list[str]:
        """The names of its values."""
        tables = [self.latest.table, *(table for table, _ in filter(None, (self._earlier(),)))]
        names = dict.fromkeys(name for table in tables if table is not None for name in table.values)
        return [name for name in names if self(name) is not None]

    def at(self) -> float:
        """When it last answered; 0 if that is not known."""
        latest = self.latest
        if not latest.reason or latest.reason == "stale":
            return latest.at
        return latest.earlier[0] if latest.earlier else 0.0

    def _earlier(self) -> tuple[Table, int] | None:
        if self.latest.earlier is None:
            return None
        at, table, line = self.latest.earlier
        answers = not self.latest.reason and self.latest.fresh(self.now)
        return None if answers and not fresh(at, self.now, self.latest.fresh_seconds) else (table, line)
