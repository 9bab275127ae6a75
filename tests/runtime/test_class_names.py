"""One word, one thing: a class name is defined once in the whole product."""

import ast
from collections import defaultdict
from pathlib import Path

import agent
import collector
import dashboards
import demo
import runtime
import wire

PACKAGES = (agent, collector, wire, runtime, dashboards, demo)

REASONS: dict[str, str] = {}
"""Names that may be defined more than once, each with its reason."""


def class_names() -> dict[str, list[str]]:
    """By name where it is defined, nested classes too."""
    found: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        (folder,) = package.__path__
        for file in sorted(Path(folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(f"{file.relative_to(Path(folder).parent)}:{node.lineno}")
    return found


def test_no_class_name_is_defined_twice_without_a_reason() -> None:
    twice = {name: places for name, places in class_names().items() if len(places) > 1}
    assert {name: places for name, places in twice.items() if name not in REASONS} == {}
    assert REASONS.keys() <= twice.keys(), "a reason is left over; take it out"
