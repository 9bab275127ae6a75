"""Fuzzes the decoders and the ingest for as long as asked: `python -m tests.wire --seconds 600`."""

import argparse
import sys
import time

from tests.wire.fuzz import SECONDS_AT_MOST, fuzz


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.wire", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    count = fuzz(options.seed, until=time.monotonic() + options.seconds)
    print(f"{count} inputs of seed {options.seed}: nothing but refusals, within {SECONDS_AT_MOST} s each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
