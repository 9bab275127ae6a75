"""The result of a poll while it goes on: by profile, then as rows. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.net.failed import Failed
from agent.probes.measurement import Row
from wire.metrics import CATALOGUE, part_of
from wire.profile import Oid, SnmpObject

MAX_PARTS = 2000
"""The rows of one poll, beside that of the device itself."""
IDENTITY = "device_identity_info"
NAMED_AT_MOST = 6
SHOWN_PARTS = 16


@dataclass
class TakenProfile:
    """The result of one profile. `absent` says that the device lacks a piece of it; `missing` counts the
    cells without an answer, by the value that they are for. `until` ends the search for a table's rows.
    `period_seconds` is 0 of a profile that has the probe's own.
    """

    period_seconds: float = 0.0
    values: dict[str, float] = field(default_factory=dict)
    parts: list[Row] = field(default_factory=list)
    failed: Failed | None = None
    absent: Failed | None = None
    tables: int = 0
    truncated: int = 0
    until: float = 0.0
    missing: Counter[str] = field(default_factory=Counter)

    def lacks(self, objects: Sequence[Oid], values: Mapping[str, Sequence[SnmpObject]]) -> None:
        """Count the objects that a piece asked for and that have no answer."""
        if objects:
            columns = {one.column: name for name, readings in values.items() for one in readings}
            self.missing.update(_value_of(oid, columns) for oid in objects)

    @property
    def missing_words(self) -> str:
        named = [f"{name} {count}" for name, count in self.missing.most_common(NAMED_AT_MOST)]
        more = len(self.missing) - len(named)
        return ", ".join(named) + (f" and {more} others" if more else "")

    def rows(self, rows: Iterable[Row]) -> None:
        """Take the rows; those without a name are of the device itself."""
        for row in rows:
            if row.row:
                self.parts.append(row)
            else:
                self.values |= row.values


@dataclass
class Polled:
    """The profiles in the order of the poll. Of a value that several give, the first counts."""

    identity: Mapping[str, str]
    profiles: dict[str, TakenProfile] = field(default_factory=dict)

    def failures(self, *, absent: bool) -> dict[str, Failed]:
        """Why a profile failed; with `absent` also that the device has nothing of it at all."""
        found = {}
        for name, taken in self.profiles.items():
            nothing = taken.absent if absent and not (taken.values or taken.parts) else None
            if failed := taken.failed or nothing:
                found[name] = failed
        return found

    @property
    def nothing(self) -> bool:
        """Whether this poll has read no value at all."""
        return not any(taken.values or taken.parts for taken in self.profiles.values())

    def rows(self, kept: Mapping[str, Mapping[str, float]]) -> list[Row]:
        """The device itself, then its parts. `kept` are values of slow profiles that were not polled now."""
        device = Row({})
        for values in (*(taken.values for taken in self.profiles.values()), *kept.values()):
            _join(device, Row(dict(values)))
        parts: dict[tuple[str, str], Row] = {}
        owners: dict[tuple[str, str], str] = {}
        left_out = False
        for taken in self.profiles.values():
            for row in taken.parts:
                key = (part_of(row.values), row.row)
                left_out |= key not in parts and len(parts) >= MAX_PARTS
                if row.values and (key in parts or len(parts) < MAX_PARTS):
                    known = parts.setdefault(key, Row({}, row.row, {}, taken.period_seconds))
                    if known.period_seconds > taken.period_seconds:
                        known = parts[key] = replace(known, period_seconds=taken.period_seconds)
                    _join(known, _once(row, key[0], owners))
        if any(taken.tables for taken in self.profiles.values()):
            truncated = sum(taken.truncated for taken in self.profiles.values())
            device.values["snmp_truncated_tables"] = truncated + left_out
        if self.identity:
            device.values[IDENTITY] = 1
            device.info.update(self.identity)
        return [device, *parts.values()]


def _value_of(oid: Oid, columns: Mapping[Oid, str]) -> str:
    """The name of the value, or the object's where it is for a name or a condition."""
    found = (columns.get(oid[:length]) for length in range(len(oid), 0, -1))
    return next(filter(None, found), ".".join(map(str, oid[:-1][:SHOWN_PARTS])))


def _once(row: Row, part: str, owners: dict[tuple[str, str], str]) -> Row:
    """The row without values of a city's own that a row of its name and another part has: one series."""
    twice = [
        name
        for name in row.values
        if name not in CATALOGUE and owners.setdefault((row.row, name), part) != part
    ]
    values = {name: value for name, value in row.values.items() if name not in twice}
    return replace(row, values=values) if twice else row


def _join(known: Row, row: Row) -> None:
    for name, value in row.values.items():
        known.values.setdefault(name, value)
    for label, words in row.info.items():
        known.info.setdefault(label, words)
