"""The schema's complaint about a value, in words that say what to write instead."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct

from collector.inventory.numerals import meant
from collector.inventory.problem import listed
from wire.url import advice

WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table { key = value, … }",
    "date": "a date such as 2026-11-02",
    "datetime": "a date and time such as 2026-11-02T01:00:00",
}
HOUR = 'a time of day in quotes, such as "07:00"'
FORMS = {
    "url": "an absolute URL such as https://antrean.example/, without a user name or password",
    "from": HOUR,
    "to": HOUR,
    "summary": HOUR,
}
NAME = "a name of at most 64 of a-z, 0-9, '.', '_' and -"


def remedy(kind: Any, key: str, value: Any, error: msgspec.ValidationError) -> tuple[str, str]:
    """The place within the value of `key`, such as `[0].kind`, and `'the wrong value': the remedy`."""
    said, _, where = str(error).partition(" - at `$")
    where = where.rstrip("`")
    for step in re.findall(r"[^.\[\]]+", where):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, ValueError, TypeError):
            break
    shown = value.isoformat() if isinstance(value, date | time) else repr(value)
    return where, f"{shown}: {_instead(kind, key + where, value, said)}"


def _instead(kind: Any, key: str, value: object, said: str) -> str:
    allowed = list(choices(kind))
    if allowed and isinstance(value, str) and said.startswith("Invalid"):
        return f"write {listed(allowed)}"
    if isinstance(value, str) and (numbers := numerals(kind, value)):
        point = ", with a decimal point" if len(numbers) == 1 and "." in numbers[0] else ""
        return f"write {listed(numbers)}{point}"
    if said == "Invalid RFC3339 encoded date":
        return f"write {WORDS['date']}"
    if "matching regex" in said:
        last = re.split(r"[._]", key)[-1]
        meant = advice(value) if last == "url" and isinstance(value, str) else ""
        return meant or f"write {FORMS.get(last, NAME)}"
    if isinstance(value, time):
        return f"write {HOUR}"
    if wanted := re.fullmatch(r"Expected `([^`]+)`(, got .*|.*)", said):
        kinds = [WORDS.get(word, word) for word in wanted[1].split(" | ") if word != "null"]
        bound = "" if wanted[2].startswith(",") else wanted[2].replace(".0", "")
        return f"write {listed(kinds)}{bound}"
    return said.replace("`", "")


def numerals(kind: Any, cell: str) -> list[str]:
    """The possible meanings of a spreadsheet's cell that the schema allows."""
    allowed = []
    for number in meant(cell):
        with suppress(msgspec.ValidationError):
            if isinstance(msgspec.convert(number, kind, strict=False), int | float):
                allowed.append(number)
    return allowed


def choices(kind: Any) -> Iterator[Any]:
    """The values of each Literal in a type and the tags of each union."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, Struct):
        if kind.__struct_config__.tag is not None:
            yield kind.__struct_config__.tag
    else:
        for inner in get_args(kind):
            yield from choices(inner)
