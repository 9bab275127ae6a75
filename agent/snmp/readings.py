"""From what a device answered to values and rows. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from agent.probe import Row
from agent.snmp.profile import Oid, Reading, Table, Values, numbers

Raw = int | bytes
Columns = dict[Oid, dict[Oid, Raw]]
"""What stands in each column of a table, by the index of its row."""

MAX_NAME = 64
SPEED = "interface_speed_bits_per_second"


def scalars(values: Values, answers: Mapping[Oid, Raw]) -> dict[str, float]:
    """Undefined values are left out."""
    read = {}
    for name, readings in values.items():
        for reading in readings:
            raw = answers.get(numbers(reading.oid))
            if isinstance(raw, int):
                value = _value(reading, raw)
                if value is not None:
                    read[name] = value
                break
    return read


def chosen_rows(table: Table, columns: Columns, patterns: Sequence[str]) -> dict[Oid, str]:
    """The rows that count and match a pattern (all without one), by index in order, with a name each."""
    names: dict[Oid, str] = {}
    taken: set[str] = set()
    naming = [columns.get(numbers(oid), {}) for oid in table.row]
    for index in sorted({index for column in naming for index in column}):
        name = next((name for column in naming if (name := text(column.get(index)))), "")
        if not _counts(table, columns, index) or not _matches(name, patterns):
            continue
        names[index] = _unique(name, index, taken)
        taken.add(names[index])
    return names


def rows(table: Table, names: Mapping[Oid, str], columns: Columns, period_seconds: float) -> Iterator[Row]:
    """One row for each name, with the values that are defined for it."""
    present = {name: _present(readings, columns) for name, readings in table.values.items()}
    for index, row in names.items():
        values: dict[str, float] = {}
        octets: dict[str, Reading] = {}
        for name, reading in present.items():
            raw = columns[numbers(reading.oid)].get(index) if reading else None
            value = _value(reading, raw) if reading and isinstance(raw, int) else None
            if reading is None or value is None:
                continue
            values[name] = value
            if reading.octets:
                octets[name] = reading
        for name, reading in octets.items():
            if _may_wrap(reading.octets, values.get(SPEED), period_seconds):
                del values[name]
        info = {}
        if table.info:
            values[table.info.value] = 1
            texts = {label: text(columns[numbers(oid)].get(index)) for label, oid in table.info.texts.items()}
            info = {**texts, "index": ".".join(map(str, index))[:MAX_NAME]}
        yield Row(values, row, info)


def text(raw: Raw | None) -> str:
    """A device's text as it may stand in a label: printable, at most 64 characters."""
    if not isinstance(raw, bytes):
        return ""
    words = "".join(c if c.isprintable() else " " for c in raw.decode("utf-8", "replace"))
    return re.sub(r" +", " ", words).strip()[:MAX_NAME].rstrip()


def _value(reading: Reading, raw: int) -> float | None:
    if reading.minimum is not None and raw < reading.minimum:
        return None
    if reading.maximum is not None and raw > reading.maximum:
        return None
    if reading.equals:
        return float(raw in reading.equals)
    return raw if reading.scale == 1 else raw * reading.scale


def _counts(table: Table, columns: Columns, index: Oid) -> bool:
    if table.where is None:
        return True
    raw = columns[numbers(table.where.oid)].get(index)
    return raw is None or raw in table.where.equals


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _unique(name: str, index: Oid, taken: set[str]) -> str:
    """Some devices give one name to many rows, or none: the index tells them apart."""
    if name and name not in taken:
        return name
    suffix = "#" + ".".join(map(str, index))[-MAX_NAME // 2 :]
    return name[: MAX_NAME - len(suffix)] + suffix


def _present(readings: Sequence[Reading], columns: Columns) -> Reading | None:
    """One reading for all rows of a device, so that a counter never changes its width from poll to poll."""
    return next((reading for reading in readings if columns.get(numbers(reading.oid))), None)


def _may_wrap(bits: int, speed: float | None, period_seconds: float) -> bool:
    return speed is None or 2**bits * 8 / speed < 2 * period_seconds
