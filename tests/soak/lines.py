"""A sender killed at every line that it executes: after a restart nothing is lost, and little comes twice."""

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from time import time
from typing import Any

import msgspec

from collector.changes import Changes
from collector.database.store import Store
from collector.notices.document import Letter, document
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import incident, notice
from tests.servers.webhook import Webhook
from tests.system.programs import REPOSITORY

IDS = {"shift": ["a-1", "a-2", "a-3"], "other": ["a-1"]}
LATER, REFUSED = "a-2", "a-3"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.lines")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only at each N-th line")
    with tempfile.TemporaryDirectory() as folder:
        kills, repeats = kill_at_every(parser.parse_args().every, Path(folder))
    print(f"{kills} kills of the sender, each at another line: 0 notices lost, {repeats} came once more")


def kill_at_every(step: int, folder: Path) -> tuple[int, int]:
    """How many kills there were, and notices that came twice. AssertionError where one is lost."""
    receivers, repeats = Receivers(), Counter[int]()
    webhook, full = Webhook(answer=receivers.answer), _full(folder)
    with closing(webhook), _senders() as process:
        for line in count(1, step):
            database, url = folder / f"{line}.sqlite", f"{webhook.url}{line}/"
            shutil.copy(full, database)
            first = _send(process, database, url, line)
            assert _send(process, database, url, 0) == "ended"
            for receiver, ids in IDS.items():
                got = receivers.taken[f"/{line}/{receiver}"]
                wanted = [id for id in ids if id != REFUSED]
                assert list(dict.fromkeys(got)) == wanted, f"killed at line {line}: {got}"
                assert len(got) <= len(wanted) + 1, f"killed at line {line}: {got}"
                repeats[len(got) - len(wanted)] += 1
            assert _undelivered(database) == [(REFUSED, "dead")], f"killed at line {line}"
            if first == "ended":
                return (line - 1) // step, repeats[1]
    raise AssertionError


class Receivers:
    """Take all but one document, and one at the second time only; by path: the run and the receiver."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, list[str]] = defaultdict(list)
        self._refused: set[str] = set()

    def answer(self, path: str, document: dict[str, Any]) -> int:
        id = document["id"]
        if id == REFUSED:
            return 400
        if id == LATER and path not in self._refused:
            self._refused.add(path)
            return 503
        self.taken[path].append(id)
        return 200


def _full(folder: Path) -> Path:
    """A store in which letters wait."""
    file = folder / "full.sqlite"
    made = document(notice(incident()), PONTIANAK, "en")
    with closing(Store(f"sqlite:///{file}")) as store:
        letters = [
            Letter(receiver, msgspec.structs.replace(made, id=id, incident="a", at=time()))
            for receiver, ids in IDS.items()
            for id in ids
        ]
        store.commit(Changes(letters=letters))
    return file


@contextmanager
def _senders() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.soak.doomed"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, cwd=REPOSITORY
    ) as process:
        yield process


def _send(process: subprocess.Popen[str], database: Path, url: str, line: int) -> str:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{database} {url} {line}\n")
    process.stdin.flush()
    answer = process.stdout.readline().strip()
    assert answer, f"the sender failed at line {line}"
    return answer


def _undelivered(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT id, status FROM notices WHERE status <> 'delivered'").fetchall()


if __name__ == "__main__":
    main()
