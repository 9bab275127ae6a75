"""`make lab-causes`: scripted cuts with known causes, with real packets, and the table of causes. Root.

It exits with 1 if a line cut was called power, or if a cut did not open its incidents.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.lab.causes.run import Opened, ask, run
from tests.lab.causes.script import Script
from tests.lab.causes.scripts import scripts
from tests.lab.causes.table import Row, confusion, lines_called_power, mistakes, summary
from tests.lab.causes.town import Town, running_town

APART_SECONDS = 65.0
"""Cuts that begin closer together may be one outage."""
LATE_SECONDS = 20.0
"""The last backlog is in."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make lab-causes")
    parser.add_argument("--only", default="", metavar="TEXT", help="the cuts whose name holds the text")
    text = parser.parse_args().only
    with tempfile.TemporaryDirectory() as name, running_town(Path(name)) as town:
        found, failed = _run_all(town, [script for script in scripts() if text in script.name])
        time.sleep(LATE_SECONDS)
        rows = [
            Row(script.name, script.truth, one.root, one.first, one.recovered, ask(town, one.incident))
            for script, one in found
        ]
    print(*mistakes(rows), confusion(rows), summary(rows), sep="\n")
    return 1 if failed or lines_called_power(rows) else 0


def _run_all(town: Town, chosen: list[Script]) -> tuple[list[tuple[Script, Opened]], int]:
    found, failed, next_at = [], 0, 0.0
    for number, script in enumerate(chosen, start=1):
        if script.downs_sites:
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at = time.monotonic() + APART_SECONDS
        began = time.monotonic()
        try:
            opened = run(town, script)
        except AssertionError as error:
            failed += 1
            print(f"{number}. {script.name}: FAILED: {error}", flush=True)
            continue
        found += [(script, one) for one in opened]
        said = ", ".join(sorted({f"{one.first.cause}>{one.recovered.cause}" for one in opened}))
        print(
            f"{number}. {script.name}: {time.monotonic() - began:.0f} s; {script.truth}: {said}", flush=True
        )
    return found, failed


if __name__ == "__main__":
    sys.exit(main())
