"""How tests run: properties are not judged by the clock, long files begin first, programs start compiled.

Python keeps no compiled modules when the shell says PYTHONDONTWRITEBYTECODE. Then each program that a test
starts compiles all its modules again, and the collector takes three times the CPU to start.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

LONG = tuple(f"tests/{folder}/" for folder in ("dashboards", "lab", "simulation", "soak", "system"))
"""Tests of whole programs and cities. A long file that begins last would leave the other worker idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
