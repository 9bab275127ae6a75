"""Makes values and rows from a device's answers. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from agent.probes.measurement import Row
from agent.probes.snmp.ber import Raw
from agent.probes.snmp.profile import Oid, SnmpObject, SnmpTable, Values, numbers
from wire.text import FILLER, printable

Cells = dict[Oid, Raw | None]
"""By object; None where the device says that there is none. An object that is missing is not known yet."""
Columns = dict[Oid, dict[Oid, Raw]]
"""The values of each column of a table, by the index of the row."""

MAX_NAME = 64
SPEED = "interface_speed_bits_per_second"


def scalars(values: Values, answers: Cells) -> dict[str, float]:
    """Undefined values are left out."""
    read = {name: _defined(readings, answers, ()) for name, readings in values.items()}
    return {name: found[1] for name, found in read.items() if found}


def texts(table: SnmpTable, columns: Columns) -> dict[Oid, str]:
    """The name of each row, "" if it has none, by index in order."""
    naming = [columns.get(numbers(oid), {}) for oid in table.row]
    return {
        index: next((name for column in naming if (name := text(column.get(index)))), "")
        for index in sorted({index for column in naming for index in column})
    }


def matching(texts: Mapping[Oid, str], patterns: Sequence[str]) -> dict[Oid, str]:
    """The rows whose text matches a pattern, all without one."""
    if not patterns:
        return dict(texts)
    return {index: name for index, name in texts.items() if _matches(name, patterns)}


def named(texts: Mapping[Oid, str], before: Mapping[Oid, tuple[str, str]]) -> dict[Oid, str]:
    """A name for each row. Some devices give one text to many, or none: the index tells them apart.

    A row keeps the name it had `before` (text and name by index) while its text is the same.
    """
    kept = {index: before[index] for index in texts if index in before}
    names = {index: name for index, (before_text, name) in kept.items() if before_text == texts[index]}
    taken = set(names.values())
    for index, name in texts.items():
        if index not in names:
            names[index] = _unique(name, index, taken)
            taken.add(names[index])
    return {index: names[index] for index in texts}


def counts(table: SnmpTable, index: Oid, cells: Cells) -> bool:
    """Whether the row belongs to the table; a row without the deciding cell does."""
    if table.where is None:
        return True
    raw = cells.get((*numbers(table.where.oid), *index))
    return raw is None or raw in table.where.equals


def rows(table: SnmpTable, names: Mapping[Oid, str], cells: Cells, period_seconds: float) -> Iterator[Row]:
    """One row for each name, with the values that are defined for it."""
    for index, name in names.items():
        found = {
            value: defined
            for value, readings in table.values.items()
            if (defined := _defined(readings, cells, index))
        }
        speed = found[SPEED][1] if SPEED in found else None
        values = {
            value: number
            for value, (reading, number) in found.items()
            if not (reading.octets and _may_wrap(reading.octets, speed, period_seconds))
        }
        info = {}
        if table.info:
            values[table.info.value] = 1
            labels = table.info.texts.items()
            info = {label: text(cells.get((*numbers(oid), *index))) for label, oid in labels}
            info["index"] = ".".join(map(str, index))[:MAX_NAME]
        yield Row(values, name, info)


def fallbacks(table: SnmpTable, indices: Iterable[Oid], cells: Cells) -> list[Oid]:
    """The second readings of values that are not defined by the first, where a device has answered for it."""
    return [
        (*numbers(reading.oid), *index)
        for index in indices
        for readings in table.values.values()
        if len(readings) > 1
        and (*numbers(readings[0].oid), *index) in cells
        and _defined(readings[:1], cells, index) is None
        for reading in readings[1:]
    ]


def text(raw: Raw | None) -> str:
    """A device's text as it may stand in a label: printable, at most 64 characters."""
    if not isinstance(raw, bytes):
        return ""
    words = printable(raw.decode("utf-8", "replace"), len(raw)).replace(FILLER, " ")
    return re.sub(r" +", " ", words).strip()[:MAX_NAME].rstrip()


def _defined(readings: Sequence[SnmpObject], cells: Cells, index: Oid) -> tuple[SnmpObject, float] | None:
    """The first reading that is defined. One that the device has not answered may be defined: nothing is then
    taken in its place, lest a counter change its width from poll to poll.
    """
    for reading in readings:
        oid = (*numbers(reading.oid), *index)
        if oid not in cells:
            return None
        raw = cells[oid]
        value = _value(reading, raw) if isinstance(raw, int) else None
        if value is not None:
            return reading, value
    return None


def _value(reading: SnmpObject, raw: int) -> float | None:
    if reading.minimum is not None and raw < reading.minimum:
        return None
    if reading.maximum is not None and raw > reading.maximum:
        return None
    if raw in reading.unknown:
        return None
    if reading.equals:
        return float(raw in reading.equals)
    return raw if reading.scale == 1 else raw * reading.scale


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _unique(name: str, index: Oid, taken: set[str]) -> str:
    if name and name not in taken:
        return name
    suffix = "#" + ".".join(map(str, index))[-MAX_NAME // 2 :]
    while (unique := name[: MAX_NAME - len(suffix)] + suffix) in taken:
        suffix += "#"
    return unique


def _may_wrap(bits: int, speed: float | None, period_seconds: float) -> bool:
    """Whether the counter can wrap within two periods. Without a known speed the answer is no."""
    return speed is not None and 2**bits * 8 / speed < 2 * period_seconds
