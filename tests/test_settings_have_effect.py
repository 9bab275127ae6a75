"""Each key of the inventory and of both programs' settings is read by a part of pantau that acts on it.

The table names one such place for each key. A new key without a line here fails, and so does a line whose
place reads the key no longer. Code that only writes advice is no such place.
`networks` is a key for the checks.
"""

import ast
from collections.abc import Iterator
from functools import cache
from inspect import get_annotations
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import fields

import agent.config
import collector.config
from collector.inventory import City
from tests.settings_readers import READERS

ROOT = Path(__file__).parents[1]
ADVICE = "collector/inventory/advice.py"


def structs(kind: Any) -> Iterator[type[Struct]]:
    """The struct, and those of its fields."""
    for part in get_args(kind):
        yield from structs(part)
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
        for field in fields(kind):
            yield from structs(field.type)


def keys() -> set[str]:
    """`Struct.field`, by the struct that defines the field."""
    roots = City, collector.config.CollectorConfig, agent.config.AgentConfig
    found = {kind for root in roots for kind in structs(root)}
    return {f"{_definer(kind, name)}.{name}" for kind in found for name in kind.__struct_fields__}


def _definer(kind: type[Struct], name: str) -> str:
    return next(one.__name__ for one in kind.__mro__ if name in get_annotations(one))


@cache
def expressions_of(file: str) -> frozenset[str]:
    """The expressions of the file in one spelling, without those that something is assigned to."""
    tree = ast.walk(ast.parse((ROOT / file).read_text()))
    read = (node for node in tree if isinstance(node, ast.expr))
    return frozenset(
        ast.unparse(node) for node in read if isinstance(getattr(node, "ctx", None), ast.Load | None)
    )


def test_every_key_has_a_place_that_reads_it() -> None:
    listed = [key for by_key in READERS.values() for key in by_key]
    assert set(listed) == keys()
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("file", READERS)
def test_a_place_reads_the_keys_that_it_is_named_for(file: str) -> None:
    assert file != ADVICE
    assert set(READERS[file].values()) <= expressions_of(file)


@pytest.mark.parametrize("file", READERS)
def test_an_expression_reads_the_key_that_it_is_named_for(file: str) -> None:
    """But for those that read all keys by their names."""
    for key, expression in READERS[file].items():
        last = expression.rpartition(".")[2]
        assert last == key.partition(".")[2] or not last.isidentifier(), key


def test_a_struct_that_has_a_new_key_is_found() -> None:
    kind = msgspec.defstruct("Newer", [("city", City), ("colour", str)])
    assert kind in set(structs(kind))
    assert City in set(structs(kind))
