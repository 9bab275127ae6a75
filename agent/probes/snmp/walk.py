"""The columns of a table, read from cell to cell, whatever a device answers. Sans-IO."""

from collections.abc import Mapping, Sequence

from agent.probes.snmp.message import END_OF_MIB_VIEW, NOT_THERE, Variable
from agent.probes.snmp.profile import Oid
from agent.probes.snmp.readings import Columns

MAX_SKIPS = 3


class Walk:
    """`columns` says how many cells of each are wanted at most.

    A device may keep its rows in any order: a walk ends where nothing new comes, not where a name is smaller
    than the one before. `cut` are the columns that ended before their end.
    """

    def __init__(self, columns: Mapping[Oid, int]) -> None:
        self._wanted = columns
        self._cursors = {column: column for column in columns}
        self._skips = dict.fromkeys(columns, MAX_SKIPS)
        self._seen: dict[Oid, set[Oid]] = {column: set() for column in columns}
        self.cells: Columns = {column: {} for column in columns}
        self.cut: set[Oid] = set()

    def asked(self, most: int) -> dict[Oid, Oid]:
        """The columns to ask next, and after which object each."""
        return dict(list(self._cursors.items())[:most])

    def take(self, asked: Sequence[Oid], variables: Sequence[Variable]) -> None:
        """An answer: the cells after each of the columns asked, row by row."""
        strayed: set[Oid] = set()
        fresh: set[Oid] = set()
        for place, variable in enumerate(variables):
            column = owner = asked[place % len(asked)]
            if variable.tag in NOT_THERE and not self._is_empty_cell(column, variable):
                self.end(column)
            elif not _is_in(column, variable.oid):
                strayed.add(column)
                owner = next((other for other in asked if _is_in(other, variable.oid)), ())
                if not owner:
                    self.end(column)
            if owner in self._cursors and self._step(owner, variable, owner != column):
                fresh.add(owner)
        for column in asked[: len(variables) or None]:  # an answer may hold less than the request
            if column in self._cursors and column not in fresh:
                self.end(column)
                if variables and column not in strayed:
                    self.cut.add(column)

    def _is_empty_cell(self, column: Oid, variable: Variable) -> bool:
        """Whether the cell has no value and is not the end: its name is of the column, and new."""
        index = variable.oid[len(column) :]
        is_new = _is_in(column, variable.oid) and bool(index) and index not in self._seen[column]
        return is_new and variable.tag != END_OF_MIB_VIEW

    def _step(self, column: Oid, variable: Variable, strayed: bool) -> bool:
        """Take one cell. Return whether it is a new one."""
        index = variable.oid[len(column) :]
        if not index:
            return False
        if not strayed or variable.oid > self._cursors[column]:
            self._cursors[column] = variable.oid
        if index in self._seen[column]:
            return False
        self._seen[column].add(index)
        if variable.raw is not None:
            self.cells[column][index] = variable.raw
        if len(self._seen[column]) >= self._wanted[column]:
            del self._cursors[column]
            self.cut.add(column)
        return True

    def end(self, column: Oid) -> None:
        """The device says that there is no more of it."""
        self._cursors.pop(column, None)

    def skip(self, column: Oid) -> None:
        """The cell after the cursor can't be had: go on behind where it probably is, a few times."""
        cursor = self._cursors[column]
        self._skips[column] -= 1
        if self._skips[column] < 0:
            self.cut.add(column)
            self.end(column)
        elif cursor == column:
            self._cursors[column] = (*column, 1)
        else:
            self._cursors[column] = (*cursor[:-1], cursor[-1] + 1)


def _is_in(column: Oid, oid: Oid) -> bool:
    return oid[: len(column)] == column
