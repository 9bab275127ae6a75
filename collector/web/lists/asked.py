"""The filter of a list: its fields, and the values that a person chose, as the address has them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from wire.text import visible

TEXT_AT_MOST = 100
ON_A_PAGE = 50

Params = Mapping[str, str]


class BadParameter(Exception):
    """The address has a parameter with a value that it can't have."""

    def __init__(self, key: str, value: str) -> None:
        super().__init__(f"{key}: {visible(value)} is not possible; correct it, or leave it out")
        self.key, self.value = key, visible(value)


class FilterField(NamedTuple):
    """A field of the form. `options` are values and their words, of a select alone."""

    name: str
    label: str
    sort: Literal["select", "search", "date"]
    value: str
    options: Sequence[tuple[str, str]] = ()


def text(params: Params, key: str) -> str:
    return visible(params.get(key, ""), TEXT_AT_MOST)


def choice(params: Params, key: str, possible: Iterable[str]) -> str:
    """One of the possible values, "" for none. Raises BadParameter."""
    value = params.get(key, "")
    if value and value not in possible:
        raise BadParameter(key, value)
    return value


def number(params: Params, key: str) -> int:
    """A number of an entry, 0 for none. Raises BadParameter."""
    value = params.get(key, "")
    if value and not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise BadParameter(key, value)
    return int(value or 0)


def address(path: str, params: Params, **changes: str) -> str:
    """The address of the same list with these parameters changed; "" takes one away."""
    kept = {key: value for key, value in {**params, **changes}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path
