"""From the cells that a device answers to the values that a profile defines. Pure."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from agent.probes.snmp.ber import Raw
from agent.probes.snmp.texts import text
from wire.profile import Combined, Condition, Oid, Reading, SnmpObject, Total, numbers, part_of_index

Cells = dict[Oid, Raw | None]
"""By object; None where the device says that there is none. An object that is missing is not known yet."""

NUMBER = re.compile(r"[-+]?\d{1,18}(?:\.\d{1,18})?")
MAX_TEXT = 255
"""A number stands within so many octets of a text."""
EXPONENTS, PRECISIONS = range(1, 18), range(-8, 10)
"""RFC 3433, EntitySensorDataScale and EntitySensorPrecision."""


def defined(readings: Sequence[SnmpObject], cells: Cells, index: Oid) -> tuple[SnmpObject, float] | None:
    """The first reading that is defined. One that the device has not answered may be defined: nothing is then
    taken in its place, lest a counter change its width from poll to poll.
    """
    for reading in readings:
        oid = (*reading.column, *index)
        if oid not in cells:
            return None
        if reading.beside and any(beside not in cells for beside in _beside(reading, index)):
            return None
        raw = cells[oid]
        value = None if raw is None else valued(reading, raw, cells, index)
        if value is not None:
            return reading, value
    return None


def needed(readings: Sequence[SnmpObject], index: Oid) -> Iterator[Oid]:
    """The cells that all these readings of a row need."""
    for reading in readings:
        yield (*reading.column, *index)
        yield from _beside(reading, index)


def _beside(reading: Reading, index: Oid) -> Iterator[Oid]:
    return ((*numbers(oid), *index) for oid in reading.beside)


def valued(reading: Reading, raw: Raw, cells: Cells, index: Oid) -> float | None:
    """None where it is undefined."""
    if reading.is_plain and isinstance(raw, int):  # most
        return _plain(reading, raw)
    if reading.when is not None and not holds(reading.when, cells, index):
        return None
    if reading.unless and all(holds(condition, cells, index) for condition in reading.unless):
        return None
    if isinstance(raw, bytes) and any(isinstance(one, str) for one in reading.equals):
        words = text(raw)
        return float(words in reading.equals) if words else None
    number = _number(reading, raw)
    if number is None or not _is_credible(reading, number):
        return None
    if reading.equals:
        return float(number in reading.equals)
    return _scaled(reading, number, cells, index)


def holds(condition: Condition, cells: Cells, index: Oid) -> bool:
    """A cell that is not there is none of these."""
    raw = cells.get((*numbers(condition.oid), *index))
    return (text(raw) if isinstance(raw, bytes) else raw) in condition.equals


def _number(reading: Reading, raw: Raw) -> float | None:
    if isinstance(raw, bytes):
        words = raw[:MAX_TEXT].decode("utf-8", "replace").strip("\0 \t\r\n")
        if reading.after is None:
            found = NUMBER.fullmatch(words)
        else:
            _, behind, rest = words.partition(reading.after) if reading.after else ("", "-", words)
            found = NUMBER.search(rest) if behind else None
        if found is None:
            return None
        return float(found[0]) if "." in found[0] else _signed(int(found[0]), reading.signed)
    return _signed(raw, reading.signed)


def _signed(number: int, bits: int) -> int:
    """A number of so many bits that came without its sign; 0 bits: it came with it."""
    return number - 2**bits if bits and 2 ** (bits - 1) <= number < 2**bits else number


def _plain(reading: Reading, number: int) -> float | None:
    """Nothing but the integer counts."""
    if not _is_credible(reading, number):
        return None
    if reading.equals:
        return float(number in reading.equals)
    return _moved(number if reading.scale == 1 else number * reading.scale, reading.offset)


def _is_credible(reading: Reading, number: float) -> bool:
    if reading.minimum is not None and number < reading.minimum:
        return False
    if reading.maximum is not None and number > reading.maximum:
        return False
    return number not in reading.unknown


def _scaled(reading: Reading, number: float, cells: Cells, index: Oid) -> float | None:
    for oid in reading.minus:
        other = cells.get((*numbers(oid), *index))
        number -= other if isinstance(other, int) else 0
    factor = reading.scale
    if reading.times is not None:
        other = cells.get((*numbers(reading.times), *index))
        if not isinstance(other, int):
            return None
        factor *= other
    if reading.exponent is not None:
        power = _power_of_ten(reading, cells, index)
        if power is None:
            return None
        factor *= 10.0**power
    value = _moved(number if factor == 1 else number * factor, reading.offset)
    if reading.dbm_of_milliwatts:
        return 10 * math.log10(value) if value > 0 else None
    return value


def _moved(value: float, offset: float) -> float:
    """A counter beyond 2^53 is exact only as long as it stays an integer."""
    return value + offset if offset else value


def _power_of_ten(reading: Reading, cells: Cells, index: Oid) -> int | None:
    assert reading.exponent is not None
    scale = cells.get((*numbers(reading.exponent.scale), *index))
    precision = cells.get((*numbers(reading.exponent.precision), *index))
    if scale not in EXPONENTS or precision not in PRECISIONS:
        return None
    assert isinstance(scale, int)
    assert isinstance(precision, int)
    return 3 * (scale - 9) - precision


def combined(total: Total, columns: Mapping[Oid, Mapping[Oid, Raw]]) -> dict[Oid, dict[str, float]]:
    """The values of each group, by the slice of the index that groups; () is the whole column."""
    by = part_of_index(total.by) if total.by else slice(0, 0)
    groups: dict[Oid, list[Oid]] = {} if total.by else {(): []}
    for index in columns.get(numbers(total.column), {}):
        groups.setdefault(index[by], []).append(index)
    cells: Cells = {(*oid, *index): raw for oid, column in columns.items() for index, raw in column.items()}
    found: dict[Oid, dict[str, float]] = {}
    for group, indices in groups.items():
        values = {name: _of(one, total.column, indices, cells) for name, one in total.values.items()}
        found[group] = {name: value for name, value in values.items() if value is not None}
    return found


def _of(reading: Combined, column: str, indices: Sequence[Oid], cells: Cells) -> float | None:
    oid = numbers(reading.oid or column)
    raws = [(index, raw) for index in indices if (raw := cells.get((*oid, *index))) is not None]
    if reading.of == "count" and reading == _plain_count(reading):
        return len(raws)
    values = [value for index, raw in raws if (value := valued(reading, raw, cells, index)) is not None]
    match reading.of:
        case "count":
            return len(values) if not reading.equals else sum(map(bool, values))
        case "sum":
            return sum(values) if values or not raws else None
        case "minimum":
            return min(values, default=None)
        case "maximum":
            return max(values, default=None)
        case "mean":
            return fmean(values) if values else None


def _plain_count(reading: Combined) -> Combined:
    """A count of cells, whatever they hold."""
    return Combined(of="count", oid=reading.oid, unit=reading.unit, family=reading.family, type=reading.type)
