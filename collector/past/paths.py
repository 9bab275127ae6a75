"""The paths of the inventory in force, each with a row in the arrays of the past."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from collector.city.agents import Pair


class MeasuredPath(NamedTuple):
    """An agent, and the kind and target of one of its probes."""

    agent: str
    kind: str
    target: str


class PathRows:
    """`rows` has by agent, kind and target the row. A path that stays keeps its row."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, dict[str, int]]] = {}
        self.count = 0
        self._free: list[int] = []

    def adopt(self, expected: Mapping[str, Iterable[Pair]]) -> list[int]:
        """Take over another inventory. Return the rows of the paths that left: they must be emptied."""
        before, self.rows = self.rows, {}
        left = {row for by_kind in before.values() for rows in by_kind.values() for row in rows.values()}
        new: list[MeasuredPath] = []
        for agent, pairs in expected.items():
            known, by_kind = before.get(agent, {}), self.rows.setdefault(agent, {})
            for kind, target in sorted(pairs):
                row = known.get(kind, {}).get(target)
                if row is None:
                    new.append(MeasuredPath(agent, kind, target))
                else:
                    by_kind.setdefault(kind, {})[target] = row
                    left.discard(row)
        self._free += sorted(left)
        for agent, kind, target in new:
            self.rows[agent].setdefault(kind, {})[target] = self._take_row()
        return sorted(left)

    def row(self, path: MeasuredPath) -> int | None:
        return self.rows.get(path.agent, {}).get(path.kind, {}).get(path.target)

    def with_rows(self, agent: str) -> Iterator[tuple[MeasuredPath, int]]:
        for kind, rows in self.rows.get(agent, {}).items():
            for target, row in rows.items():
                yield MeasuredPath(agent, kind, target), row

    def of_agent(self, agent: str) -> Iterator[MeasuredPath]:
        for kind, rows in self.rows.get(agent, {}).items():
            for target in rows:
                yield MeasuredPath(agent, kind, target)

    def to(self, target: str) -> Iterator[MeasuredPath]:
        """The paths to a target, of any agent. It looks at all agents."""
        for agent, by_kind in self.rows.items():
            for kind, rows in by_kind.items():
                if target in rows:
                    yield MeasuredPath(agent, kind, target)

    def _take_row(self) -> int:
        if self._free:
            return self._free.pop()
        self.count += 1
        return self.count - 1
