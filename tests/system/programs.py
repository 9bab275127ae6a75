"""The real programs as child processes, and what their pages say."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

T = TypeVar("T")
REPOSITORY = Path(__file__).parents[2]


class Program:
    """A running program; its standard error goes to a file that a failed test can show."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, cwd=REPOSITORY)

    def said(self) -> str:
        return self.log.read_text()

    def stop(self, seconds: float = 15.0) -> int:
        """SIGTERM, and how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {seconds:g} s: {self.said()}") from None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[Program]:
    program = Program(command, log)
    try:
        yield program
    finally:
        program.stop()


def agent(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "agent", *arguments]


def collector(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "collector", *arguments]


def eventually(look: Callable[[], T | None], seconds: float = 20.0, why: Callable[[], str] = lambda: "") -> T:
    """The first thing seen that is not empty; fails when there is none by then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.05)
    raise AssertionError(f"not seen within {seconds:g} s; {why()}")


def get(url: str) -> str | None:
    """The page, None while nobody answers or the answer is an error."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def samples(text: str) -> dict[str, list[Sample]]:
    """By name, as prometheus-client's own parser reads them."""
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


def one(text: str | None, name: str, **labels: str) -> Sample | None:
    """The sample of that name with these labels among others, None while there is none.

    The parser gets the lines of that name alone: tests ask this many times a second.
    """
    lines = "".join(line for line in (text or "").splitlines(keepends=True) if line.startswith(name))
    matching = [sample for sample in samples(lines).get(name, []) if labels.items() <= sample.labels.items()]
    return matching[0] if matching else None
