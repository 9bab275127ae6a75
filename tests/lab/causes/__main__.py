"""`make lab-causes`: scripted cuts with known causes, with real packets, and the table of causes. Root.

It exits with 1 if a line cut was called power, or if a cut did not open its incidents.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from tests.lab.causes.run import Missed, Outcome, ask, run
from tests.lab.causes.script import Script
from tests.lab.causes.scripts import lanes
from tests.lab.causes.table import Row, confusion, lines_called_power, mistakes, summary
from tests.lab.causes.town import Town, running_town

APART_SECONDS = 62.0
"""Cuts that begin closer together may be one outage."""
LATE_SECONDS = 20.0
"""The last backlog is in."""

Found = list[tuple[Script, Outcome]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make lab-causes")
    parser.add_argument("--only", default="", metavar="TEXT", help="the cuts whose name holds the text")
    text = parser.parse_args().only
    chosen = [[script for script in lane if text in script.name] for lane in lanes()]
    with tempfile.TemporaryDirectory() as name, running_town(Path(name)) as town:
        with ThreadPoolExecutor() as pool:
            found = list(chain.from_iterable(pool.map(partial(_run_all, town), chosen)))
        time.sleep(LATE_SECONDS)
        rows = [
            Row(script.name, script.truth, one.root, one.first, one.recovered, ask(town, one.incident))
            for script, one in found
        ]
    failed = {script.name for lane in chosen for script in lane} - {row.cut for row in rows}
    print(*mistakes(rows), confusion(rows), summary(rows), sep="\n")
    return 1 if failed or lines_called_power(rows) else 0


def _run_all(town: Town, lane: list[Script]) -> Found:
    found: Found = []
    for script in lane:
        began = time.monotonic()
        try:
            outcomes = run(town, script)
        except (Missed, AssertionError) as error:
            print(f"{script.name}: FAILED: {error}", flush=True)
            continue
        found += [(script, one) for one in outcomes]
        said = ", ".join(sorted({f"{one.first.cause} > {one.recovered.cause}" for one in outcomes}))
        seconds = time.monotonic() - began
        print(f"{script.name}: {script.truth}: {said} ({seconds:.0f} s)", flush=True)
        if script.downs_sites:
            time.sleep(max(0.0, APART_SECONDS - seconds))
    return found


if __name__ == "__main__":
    sys.exit(main())
