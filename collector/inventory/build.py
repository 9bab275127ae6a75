"""Turn one row into one struct. The schema stops at a row's first fault; this module finds all of them."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from collector.inventory.cells import as_meant
from collector.inventory.document import InventoryRow
from collector.inventory.numerals import unclear
from collector.inventory.problem import Problem, listed, nearest
from collector.inventory.remedy import choices, numerals, remedy

T = TypeVar("T", bound=Struct)

NOTE = "note"
"""The only key whose text may have several lines in a cell."""


def build(kind: type[T], row: InventoryRow, key: str, problems: list[Problem]) -> T:
    """The struct. A faulty or missing key gets a stand-in, so that the checks can go on with the rest."""
    if row.separator:
        row = row.inner(_as_meant(kind, row.values))
    made = None
    with suppress(msgspec.ValidationError):
        made = msgspec.convert(row.values, kind, strict=not row.separator)
    if made is not None and not row.separator:
        return made
    faults = list(_faults(kind, row, key))
    problems += faults
    return made if made is not None and not faults else kind(**_sound(kind, row))


@cache
def _keys(kind: type[Struct]) -> dict[str, FieldInfo]:
    """Its fields by the names of the file. msgspec reads the annotations anew each time, 90 µs a row."""
    return {info.encode_name: info for info in fields(kind)}


def _as_meant(kind: type[Struct], values: Any) -> Any:
    """The cells of a spreadsheet's row, also those of tables within it, in the schema's way of writing."""
    known = _keys(kind)
    return {
        key: _cell(known[key].type, value) if key in known and key != NOTE else value
        for key, value in values.items()
    }


def _cell(kind: Any, value: Any) -> Any:
    if isinstance(value, str):
        return as_meant(kind, " ".join(value.splitlines()))
    if get_origin(kind) is dict:
        return {key: _cell(get_args(kind)[1], one) for key, one in value.items()}
    inner = _struct(kind)
    return _as_meant(inner, value) if inner is not None and isinstance(value, dict) else value


def _sound(kind: type[Struct], row: InventoryRow) -> dict[str, Any]:
    values = {info.name: _stand_in(info) for info in _keys(kind).values() if info.required}
    for name, info in _keys(kind).items():
        if isinstance(row.values, dict) and name in row.values:
            with suppress(msgspec.ValidationError):
                value = row.values[name]
                values[info.name] = msgspec.convert(value, info.type, strict=not row.separator)
    return values


def _stand_in(info: FieldInfo) -> Any:
    return next(choices(info.type), "")


def _faults(kind: type[Struct], row: InventoryRow, key: str) -> Iterator[Problem]:
    if not isinstance(row.values, dict):
        yield Problem(row.file, key, f"{row.values!r} is no table; write {{ key = value, … }}")
        return
    known = _keys(kind)
    for name, value in row.values.items():
        if name not in known:
            yield Problem(row.file, f"{key}.{name}", _unknown(name, known))
        else:
            yield from _value_faults(known[name].type, row.inner(value), f"{key}.{name}")
    for name, info in known.items():
        if info.required and name not in row.values:
            allowed = list(choices(info.type))
            yield Problem(
                row.file, f"{key}.{name}", f"is missing; write {listed(allowed) if allowed else 'it'}"
            )


def _value_faults(kind: Any, row: InventoryRow, key: str) -> Iterator[Problem]:
    try:
        value = msgspec.convert(row.values, kind, strict=not row.separator)
    except msgspec.ValidationError as error:
        faults = list(_inner_faults(kind, row, key)) if isinstance(row.values, dict | list) else []
        if not faults:
            where, what = remedy(kind, key, row.values, error)
            faults = [Problem(row.file, key + where, what)]
        yield from faults
        return
    if isinstance(row.values, dict):
        yield from _inner_faults(kind, row, key)
    elif row.separator and isinstance(value, float) and unclear(row.values, row.separator):
        numbers = numerals(kind, row.values)
        if len(numbers) > 1:
            yield Problem(row.file, key, f"{row.values!r}: write {listed(numbers)}; it may mean either")


def _inner_faults(kind: Any, row: InventoryRow, key: str) -> Iterator[Problem]:
    """The faults of a table within a row: `expect`, or one with any keys, such as `devices`."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if isinstance(row.values, list):
        if get_origin(kind) is list and isinstance(get_args(kind)[0], type):
            for number, values in enumerate(row.values):
                yield from _value_faults(get_args(kind)[0], row.inner(values), f"{key}[{number}]")
    elif get_origin(kind) is dict:
        for name, values in row.values.items():
            yield from _value_faults(get_args(kind)[1], row.inner(values), f"{key}.{name}")
    elif (inner := _struct(kind)) is not None:
        yield from _faults(inner, row, key)


def _unknown(name: str, known: dict[str, FieldInfo]) -> str:
    for secret in (f"{name}_file", f"{name}s_file"):
        if secret in known:
            return f"a secret never stands in the inventory; put it in a file and write its path as {secret}"
    return f"no such key; {nearest(name, known, f'the keys are {listed(known)}')}"


def _struct(kind: Any) -> type[Struct] | None:
    """The struct in a type: `Expect` for `Expect`, `Telegram` for `Telegram | None`."""
    for inner in get_args(kind) if get_origin(kind) is UnionType else (kind,):
        if isinstance(inner, type) and issubclass(inner, Struct):
            return inner
    return None
