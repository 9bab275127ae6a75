"""Makes values and rows from a device's answers. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from agent.probes.measurement import Row
from agent.probes.snmp.ber import Raw
from agent.probes.snmp.texts import MAX_NAME, filled, shown, text
from agent.probes.snmp.values import Cells, combined, defined, holds, needed
from wire.metrics import CATALOGUE
from wire.profile import Info, Oid, SnmpTable, Total, Values, numbers, wire_name

Columns = dict[Oid, dict[Oid, Raw]]
"""The values of each column of a table, by the index of the row."""

SPEED = "interface_speed_bits_per_second"
INDEX = "index"
MAX_WIDE = 10_000


def scalars(values: Values, answers: Cells) -> dict[str, float]:
    """Undefined values are left out."""
    read = {name: defined(readings, answers, ()) for name, readings in values.items()}
    return {wire_name(name, found[0]): found[1] for name, found in read.items() if found}


def texts(table: SnmpTable, columns: Columns) -> dict[Oid, str]:
    """The name of each row, "" if it has none, by index in order."""
    naming = [columns.get(numbers(oid), {}) for oid in table.row]
    return {
        index: next((name for column in naming if (name := shown(column.get(index)))), "")
        for index in sorted({index for column in naming for index in column})
    }


def templated(templates: Sequence[str], index: Oid, cells: Cells) -> str:
    """The first template of which every text is there, "" where none is."""
    return next(filter(None, (filled(template, index, cells) for template in templates)), "")


def matching(texts: Mapping[Oid, str], patterns: Sequence[str]) -> dict[Oid, str]:
    """The rows whose text matches a pattern, all without one."""
    if not patterns:
        return dict(texts)
    return {index: name for index, name in texts.items() if _matches(name, patterns)}


def named(
    texts: Mapping[Oid, str], before: Mapping[Oid, tuple[str, str]], *, restarted: bool = False
) -> dict[Oid, str]:
    """A name for each row. Some devices give one text to many, or none: the index tells them apart.

    A row keeps the name it had `before` (text and name by index) while its text is the same. A device that
    has `restarted` may have other indices: rows of one text keep their names in their order.
    """
    names = _in_order(texts, before) if restarted else {}
    kept = {index: before[index] for index in texts if index in before and index not in names}
    taken = set(names.values())
    for index, (before_text, name) in kept.items():
        if before_text == texts[index] and name not in taken:
            names[index] = name
            taken.add(name)
    for index, name in texts.items():
        if index not in names:
            names[index] = _unique(name, index, taken)
            taken.add(names[index])
    return {index: names[index] for index in texts}


def _in_order(texts: Mapping[Oid, str], before: Mapping[Oid, tuple[str, str]]) -> dict[Oid, str]:
    """The names of the rows whose text as many rows had before."""
    now: dict[str, list[Oid]] = {}
    for index in sorted(texts):
        now.setdefault(texts[index], []).append(index)
    earlier: dict[str, list[str]] = {}
    for index in sorted(before):
        text, name = before[index]
        earlier.setdefault(text, []).append(name)
    same = {
        text: indices for text, indices in now.items() if text and len(earlier.get(text, ())) == len(indices)
    }
    return {
        index: name
        for text, indices in same.items()
        for index, name in zip(indices, earlier[text], strict=True)
    }


def counts(table: SnmpTable, index: Oid, cells: Cells) -> bool:
    """Whether the row belongs to the table; a row without the deciding cell does."""
    if table.where is None or cells.get((*numbers(table.where.oid), *index)) is None:
        return True
    return holds(table.where, cells, index)


def rows(
    table: SnmpTable,
    names: Mapping[Oid, str],
    cells: Cells,
    period_seconds: float,
    wide: set[tuple[str, str]],
) -> Iterator[Row]:
    """One row for each name, with the values that are defined for it.

    A counter that was one of 64 bits (`wide`, by row and value) never gives way to one of 32 bits: the step
    down and the one up again would look like traffic.
    """
    octets = {value for value, readings in table.values.items() if any(one.octets for one in readings)}
    for index, name in names.items():
        found = {
            value: read
            for value, readings in table.values.items()
            if (read := defined(readings, cells, index))
        }
        speed = found[SPEED][1] if SPEED in found else None
        values = {
            value if value in CATALOGUE else wire_name(value, reading): number
            for value, (reading, number) in found.items()
            if not (
                reading.octets and ((name, value) in wide or _may_wrap(reading.octets, speed, period_seconds))
            )
        }
        if len(wide) < MAX_WIDE:
            wide.update((name, value) for value in octets if value in found and not found[value][0].octets)
        info = {}
        if table.info:
            values[table.info.value] = 1
            info = _info(table.info, index, cells)
        yield Row(values, name, info)


def sums(total: Total, columns: Columns, names: Mapping[Oid, str]) -> Iterator[Row]:
    """One row for each group that has a name; for the whole column that of the device itself."""
    for group, values in combined(total, columns).items():
        if group in names or not total.by:
            on_wire = {wire_name(name, total.values[name]): value for name, value in values.items()}
            yield Row(on_wire, names.get(group, ""))


def fallbacks(table: SnmpTable, indices: Iterable[Oid], cells: Cells) -> list[Oid]:
    """The second readings of values that are not defined by the first, where a device has answered for it."""
    return [
        oid
        for index in indices
        for readings in table.values.values()
        if len(readings) > 1
        and (*readings[0].column, *index) in cells
        and defined(readings[:1], cells, index) is None
        for oid in needed(readings[1:], index)
    ]


def _info(info: Info, index: Oid, cells: Cells) -> dict[str, str]:
    found = {
        label: text(cells.get((*numbers(column), *index)))
        if "{" not in column
        else filled(column, index, cells)
        for label, column in info.texts.items()
    }
    if info.value in CATALOGUE and INDEX in CATALOGUE[info.value].info:
        found[INDEX] = ".".join(map(str, index))[:MAX_NAME]
    return found


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _unique(name: str, index: Oid, taken: set[str]) -> str:
    """A name of the wire's length; of long indices with one end the next free number tells them apart."""
    name = name[:MAX_NAME].rstrip()
    if name and name not in taken:
        return name
    suffix = "#" + ".".join(map(str, index))[-MAX_NAME // 2 :]
    more = (suffix, *(f"{suffix}#{number}" for number in range(2, len(taken) + 3)))
    return next(one for end in more if (one := name[: MAX_NAME - len(end)] + end) not in taken)


def _may_wrap(bits: int, speed: float | None, period_seconds: float) -> bool:
    """Whether the counter can wrap within two periods. Without a known speed the answer is no."""
    return speed is not None and 2**bits * 8 / speed < 2 * period_seconds
