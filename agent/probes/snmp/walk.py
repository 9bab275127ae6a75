"""The columns of a table, read from cell to cell, whatever a device answers. Sans-IO."""

from collections.abc import Mapping, Sequence

from agent.probes.snmp import ber
from agent.probes.snmp.ber import Malformed, Name
from agent.probes.snmp.message import END_OF_MIB_VIEW, NOT_THERE, Variable
from agent.probes.snmp.readings import Columns
from wire.profile import Oid

MAX_SKIPS = 3
MAX_INDEX_OCTETS = 640
"""An index has at most 128 numbers (RFC 2578): a device that grows it for ever comes to an end."""


class Walk:
    """`columns` says how many cells of each are wanted at most.

    A device may keep its rows in any order: a walk ends where nothing new comes, not where a name is smaller
    than the one before. `cut` are the columns that ended before their end, `skipped` has a column for each
    cell of it that can't be had. For the requests a column goes by
    its name as in a message.
    """

    def __init__(self, columns: Mapping[Oid, int]) -> None:
        self._oids = {ber.name_of(column): column for column in columns}
        self._wanted = dict(zip(self._oids, columns.values(), strict=True))
        self._cursors = {column: column for column in self._oids}
        self._skips = dict.fromkeys(self._oids, MAX_SKIPS)
        self._seen: dict[Name, set[bytes]] = {column: set() for column in self._oids}
        self._indices: dict[bytes, Oid] = {}
        self.cells: Columns = {column: {} for column in columns}
        self.cut: set[Oid] = set()
        self.skipped: list[Oid] = []
        self.stopped = False

    def asked(self, most: int) -> dict[Name, Name]:
        """The columns to ask next, and after which object each."""
        return dict(list(self._cursors.items())[:most])

    def take(self, asked: Sequence[Name], variables: Sequence[Variable]) -> None:
        """An answer: the cells after each of the columns asked, row by row."""
        strayed: set[Name] = set()
        fresh: set[Name] = set()
        for place, variable in enumerate(variables):
            name, tag, _ = variable
            column = owner = asked[place % len(asked)]
            if tag in NOT_THERE and not self._is_empty_cell(column, variable):
                self.end(column)
            elif not name.startswith(column):
                strayed.add(column)
                variable = ber.canonical(name), *variable[1:]
                owner = next((other for other in asked if variable[0].startswith(other)), b"")
                if not owner:
                    self.end(column)
            if owner in self._cursors and self._step(owner, variable, owner != column):
                fresh.add(owner)
        for column in asked[: len(variables) or None]:  # an answer may hold less than the request
            if column in self._cursors and column not in fresh:
                self.end(column)
                if variables and column not in strayed:
                    self.cut.add(self._oids[column])

    def _is_empty_cell(self, column: Name, variable: Variable) -> bool:
        """Whether the cell has no value and is not the end: its name is of the column, and new."""
        name, tag, _ = variable
        index = name[len(column) :]
        is_new = name.startswith(column) and bool(index) and index not in self._seen[column]
        return is_new and tag != END_OF_MIB_VIEW

    def _step(self, column: Name, variable: Variable, strayed: bool) -> bool:
        """Take one cell. Return whether it is a new one."""
        name, _, raw = variable
        index, seen = name[len(column) :], self._seen[column]
        if not index or len(index) > MAX_INDEX_OCTETS:
            return False
        try:
            self._numbers(index)
        except Malformed:
            return False
        if not strayed or ber.numbers_of(name) > ber.numbers_of(self._cursors[column]):
            self._cursors[column] = name
        if index in seen:
            return False
        seen.add(index)
        if raw is not None:
            self.cells[self._oids[column]][self._numbers(index)] = raw
        if len(seen) >= self._wanted[column]:
            del self._cursors[column]
            self.cut.add(self._oids[column])
        return True

    def _numbers(self, index: bytes) -> Oid:
        """A row has an index in each of its columns: they share one."""
        if index not in self._indices:
            self._indices[index] = ber.index_numbers(index)
        return self._indices[index]

    def end(self, column: Name) -> None:
        """The device says that there is no more of it."""
        self._cursors.pop(column, None)

    def stop(self) -> None:
        """The time is over."""
        self.stopped = True
        self.cut.update(self._oids[column] for column in self._cursors)
        self._cursors.clear()

    def skip(self, column: Name) -> None:
        """The cell after the cursor can't be had: go on behind where it probably is, a few times."""
        numbers, cursor = self._oids[column], ber.numbers_of(self._cursors[column])
        self._skips[column] -= 1
        if self._wanted[column] > 1:
            self.skipped.append(numbers)
        if self._skips[column] < 0:
            self.cut.add(numbers)
            self.end(column)
        else:
            after = (*numbers, 1) if cursor == numbers else (*cursor[:-1], cursor[-1] + 1)
            self._cursors[column] = ber.name_of(after)
