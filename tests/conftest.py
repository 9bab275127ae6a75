"""How tests run: waiting and computing alternate, properties have no deadline, programs start compiled, and
the garbage collector leaves the tests themselves alone.

Python keeps no compiled modules when the shell says PYTHONDONTWRITEBYTECODE. Then each program that a test
starts compiles all its modules again, and the collector takes three times the CPU to start.
"""

import gc
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

WHOLE = tuple(
    f"tests/{folder}/" for folder in ("dashboards", "deploy", "lab", "simulation", "soak", "system")
)
"""Tests of whole programs and cities. They mostly wait, in long files."""
WHOLE_DONE = 0.8
"""They end when this share of the other tests has run: a long file at the end would leave the others idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of whole programs and files of other tests alternate, so that while one waits others compute."""
    files: dict[bool, list[str]] = {True: [], False: []}
    for item in items:
        file = _file(item)
        if file not in (of := files[file.startswith(WHOLE)])[-1:]:
            of.append(file)
    place = {
        file: number / len(of) * (WHOLE_DONE if whole else 1.0)
        for whole, of in files.items()
        for number, file in enumerate(of)
    }
    items.sort(key=lambda item: place[_file(item)])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collected tests stay: walks over thousands of them took two fifths of the CPU of tests that compute."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
