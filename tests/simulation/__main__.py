"""`python -m tests.simulation SEED` tells one history; `--soak N` runs N and names what went wrong."""

import argparse
import logging
import sys

from tests.simulation.history import History


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("seed", type=int, help="the history to tell, or the first to soak")
    parser.add_argument("--soak", type=int, metavar="N", help="run so many, from this seed on")
    options = parser.parse_args()
    logging.disable()  # what a program says many times over stands in the histories
    seeds = range(options.seed, options.seed + (options.soak or 1))
    wrong = [history for history in map(History, seeds) if told(history, whole=not options.soak)]
    print(f"{len(seeds)} histories, {len(wrong)} wrong")
    return 1 if wrong else 0


def told(history: History, *, whole: bool) -> bool:
    if whole:
        print(*history.told, sep="\n")
    for complaint in history.complaints[: None if whole else 3]:
        print(f"seed {history.seed}: {complaint}")
    return bool(history.complaints)


if __name__ == "__main__":
    sys.exit(main())
