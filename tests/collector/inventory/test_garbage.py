"""Whatever stands in an inventory, the answer is a city or a list of problems, never a traceback."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from collector.inventory import BadInventory, City, Problem, load
from collector.inventory.city import CityTable, InventoryTable
from collector.inventory.load import SCHEMA
from collector.inventory.spreadsheet import BadSheet, lines
from collector.planned import MaintenanceWindow
from tests.collector.inventory.cities import write

KEYS: dict[str, type[InventoryTable] | type[MaintenanceWindow]] = {
    "city": CityTable,
    "maintenance": MaintenanceWindow,
    **SCHEMA,
}
NESTED = ["address", "snmp", "status", "text", "chat", "token_file", "url", "kind", "target", "district"]

words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.sampled_from(
        ["noc", "pop", "gateway", "internet", "10.61.0.1", "127.0.0.1", "1.2.3.4/5", "icmp", "ups"]
    ),
)
plain = st.one_of(words, st.integers(-5, 700), st.floats(-1, 1, allow_subnormal=False), st.booleans())
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NESTED), inner, max_size=3),
    max_leaves=6,
)


def rows(table: str) -> st.SearchStrategy[Any]:
    keys = st.sampled_from([info.encode_name for info in fields(KEYS[table])] + ["colour"])
    return st.dictionaries(keys, values, max_size=6) | values


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for table in draw(st.sets(st.sampled_from(sorted(KEYS)))):
        if table == "city":
            document[table] = draw(rows(table))
        elif table == "maintenance":
            document[table] = draw(st.lists(rows(table), max_size=2) | values)
        else:
            ids = st.sampled_from(["noc", "pop", "hotspot", "internet", "a", "A\nb"])
            document[table] = draw(st.dictionaries(ids, rows(table), max_size=3) | values)
    return document


@given(documents())
def test_any_toml_is_a_city_or_a_list_of_problems(document: dict[str, Any]) -> None:
    text = "\n".join(f"{table} = {toml(value)}" for table, value in document.items())
    with tempfile.TemporaryDirectory() as folder:
        problems: Sequence[Problem] = ()
        try:
            assert isinstance(load(write(Path(folder), text)), City)
        except BadInventory as error:
            problems = error.problems
        assert not any("\n" in str(problem) for problem in problems)


@given(st.text(st.characters(codec="utf-8"), max_size=60) | st.text('id,;."\n\r\0 a', max_size=40))
def test_any_text_is_lines_or_a_bad_sheet(text: str) -> None:
    with suppress(BadSheet):
        assert all(isinstance(line.id, str) for line in lines(text))
