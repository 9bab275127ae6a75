"""The faults of a profile that its schema (wire.profile) can not express. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from wire.metric import Metric
from wire.metrics import CATALOGUE, part_of
from wire.own_metrics import TAKEN
from wire.profile import TOKEN, Info, Profile, Reading, SnmpTable, Total, wire_name

MOST_OF_AN_INDEX = 2


class ProfileFault(NamedTuple):
    """`key` is as in the file: values.name, tables[0].values.name."""

    key: str
    what: str


def faults(profile: Profile) -> Iterator[ProfileFault]:
    if not (profile.values or profile.tables or profile.totals or profile.match):
        yield ProfileFault("", "reads nothing; give [values], [[tables]] or [[totals]]")
    for name, readings in profile.values.items():
        yield from _value(f"values.{name}", name, readings, ("",))
    for number, table in enumerate(profile.tables):
        yield from _table(f"tables[{number}]", table)
    for number, total in enumerate(profile.totals):
        key = f"totals[{number}]"
        for name, combined in total.values.items():
            yield from _value(f"{key}.values.{name}", name, [combined], _PARTS if total.by else ("",))
        yield from _group(key, total)
        yield from _templates(f"{key}.name", total.name)
        yield from _one_part(f"{key}.values", total.values)
    yield from _own_twice(profile)


def _group(key: str, total: Total) -> Iterator[ProfileFault]:
    """An index may hold a hardware address: six numbers that are a person's."""
    if total.name and not total.by:
        yield ProfileFault(f"{key}.name", "is for groups; give `by`, the slice of the index that groups")
    first, _, last = total.by.partition(":")
    if total.by and not (last and 0 < int(last) - int(first) <= MOST_OF_AN_INDEX):
        what = f"{total.by!r} may be somebody's address; group by one or two numbers of the index, as in 6:7"
        yield ProfileFault(f"{key}.by", what)


def _own_twice(profile: Profile) -> Iterator[ProfileFault]:
    """A series of a city's own that two places give: it would have two values at one time."""
    places: list[tuple[str, str, Mapping[str, Sequence[Reading]]]] = [("values", "", profile.values)]
    for number, table in enumerate(profile.tables):
        part = part_of([*table.values, *([table.info.value] if table.info else [])])
        places.append((f"tables[{number}].values", part, table.values))
    for number, total in enumerate(profile.totals):
        part = part_of(total.values) if total.by else ""
        places.append((f"totals[{number}].values", part, {name: [one] for name, one in total.values.items()}))
    seen: dict[tuple[str, bool], tuple[str, str, str]] = {}
    for key, part, values in places:
        for name, readings in values.items():
            if name not in CATALOGUE:
                series = (readings[0].family or wire_name(name, readings[0]), bool(part))
                first, one, where = seen.setdefault(series, (name, part, f"{key}.{name}"))
                if (first, one) != (name, part):
                    yield ProfileFault(f"{key}.{name}", f"is the series of {where} too; give it another name")


def _one_part(key: str, names: Iterable[str]) -> Iterator[ProfileFault]:
    parts = sorted({metric.row_label for name in names if (metric := CATALOGUE.get(name))})
    if len(parts) > 1:
        what = f"has values of {' and '.join(map(_part, parts))}; give each a table of its own"
        yield ProfileFault(key, what)


def _table(key: str, table: SnmpTable) -> Iterator[ProfileFault]:
    yield from _one_part(f"{key}.values", [*table.values, *([table.info.value] if table.info else [])])
    for name, readings in table.values.items():
        yield from _value(f"{key}.values.{name}", name, readings, _PARTS)
    if table.info:
        yield from _info(f"{key}.info", table.info)
    elif not table.values:
        yield ProfileFault(key, "gives no values; write them under [tables.values]")
    yield from _templates(f"{key}.name", table.name)


_PARTS = tuple({metric.row_label for metric in CATALOGUE.values() if metric.row_label})


def _value(key: str, name: str, readings: Sequence[Reading], parts: Sequence[str]) -> Iterator[ProfileFault]:
    metric = CATALOGUE.get(name)
    if metric is None or metric.kind != "snmp":
        yield from _own(key, name, readings)
    elif metric.row_label not in parts:
        yield ProfileFault(key, _misplaced(metric))
    elif any(reading.unit is not None or reading.family for reading in readings):
        yield ProfileFault(key, f"is {metric.family} already; take `unit` and `family` out")
    if any(reading.equals and (reading.times or reading.exponent or reading.offset) for reading in readings):
        yield ProfileFault(key, "is 1 or 0 by `equals`; take times, exponent and offset out")


def _own(key: str, name: str, readings: Sequence[Reading]) -> Iterator[ProfileFault]:
    if any(reading.unit is None and not reading.family for reading in readings):
        near = get_close_matches(name, CATALOGUE, 1)
        remedy = f"perhaps it is {near[0]!r}" if near else "the names are in docs/devices.md"
        what = f"is no value of pantau; {remedy}, or give a `unit` for a value of your own"
        yield ProfileFault(key, what)
    elif len({wire_name(name, reading) for reading in readings}) > 1:
        yield ProfileFault(key, "has readings of several units or families; a value has one")
    for reading in readings:
        if reading.family in TAKEN:
            yield ProfileFault(f"{key}.family", f"{reading.family} is pantau's own; choose another name")


def _misplaced(metric: Metric) -> str:
    if metric.row_label:
        return f"is of {_part(metric.row_label)}; write it under [[tables]]"
    return "is of the device itself; write it under [values], or [[totals]] without `by`"


def _info(key: str, info: Info) -> Iterator[ProfileFault]:
    metric = CATALOGUE.get(info.value)
    known = [label for label in metric.info if label != "index"] if metric else []
    if not known:
        infos = ", ".join(name for name, one in CATALOGUE.items() if one.row_label and one.info)
        yield ProfileFault(f"{key}.value", f"{info.value!r} has no texts; those that have are {infos}")
    for label in info.texts.keys() - set(known) if known else ():
        what = f"{info.value} has no label {label!r}; its labels are {', '.join(known)}"
        yield ProfileFault(f"{key}.texts.{label}", what)
    yield from _templates(f"{key}.texts", [text for text in info.texts.values() if "{" in text])


def _templates(key: str, templates: Sequence[str]) -> Iterator[ProfileFault]:
    for template in templates:
        if rest := re.search(r"[{}][^{}]*", TOKEN.sub("", template)):
            what = f"{rest[0]!r} is no text of a row; write {{OID}}, {{OID@1:2}}, {{index}} or {{ascii@1:}}"
            yield ProfileFault(key, what)


def _part(label: str) -> str:
    return f"an {label}" if label[0] in "aeiou" else f"a {label}"
