"""Follows a document that changes the source step by step, on a copy of the source.

A block ```python title="FILE"``` is a new file. A block ```diff title="FILE"``` changes one: lines with " "
and "-" must stand in the file once, and lines with " " and "+" take their place.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCE = ("agent", "collector", "runtime", "wire", "tests")
BLOCK = re.compile(r'^```(python|diff) title="(.+?)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    kind: str
    file: str
    text: str


class Walkthrough:
    """A copy of the source under `directory`, and the steps of one document."""

    def __init__(self, document: str, directory: Path) -> None:
        self.steps = [Step(*found) for found in BLOCK.findall((ROOT / document).read_text())]
        self._directory = directory
        for folder in SOURCE:
            shutil.copytree(ROOT / folder, directory / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", directory)

    def follow(self, without: Collection[str] = ()) -> None:
        """Every step but those of the files `without`."""
        for step in self.steps:
            if step.file not in without:
                self._take(step)

    def pytest(self, *files: str) -> str:
        """The output of the copy's own tests; its last line says what passed and failed."""
        command = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", *files]
        run = subprocess.run(command, cwd=self._directory, capture_output=True, text=True, timeout=100)
        return run.stdout + run.stderr

    def _take(self, step: Step) -> None:
        file = self._directory / step.file
        if step.kind == "python":
            assert not file.exists(), f"{step.file} is there already"
            file.write_text(step.text)
            return
        before, after = ("".join(_lines(step.text, sign)) for sign in "-+")
        text = file.read_text()
        assert text.count(before) == 1, f"{step.file} has {text.count(before)} times, not once:\n{before}"
        file.write_text(text.replace(before, after))


def _lines(diff: str, sign: str) -> Iterator[str]:
    """The lines before the change ("-"), or after it ("+")."""
    for line in diff.splitlines(keepends=True):
        if line[0] in f" \n{sign}":
            yield line if line == "\n" else line[1:]
