"""`python -m demo`: the options of `pantau-collector demo`, which hands over to this program."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from runtime.errors import exit_code
from runtime.systemd import log_format

FASTEST = 3600.0


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format=log_format(), stream=sys.stderr)
    return exit_code("pantau-collector demo", lambda: _run(options))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="pantau-collector demo",
        description="Shows a simulated city of 102 sites on this machine; agents and collector are real.",
    )
    add = made.add_argument
    add("--scenario", type=Path, metavar="FILE", help="a script of faults of your own")
    add("--directory", type=Path, default=Path("var/demo"), metavar="DIR", help="else %(default)s")
    add("--port", type=int, default=8470, metavar="N", help="of the page; else %(default)s")
    add("--speed", type=_speed, default=1.0, metavar="N", help="how much faster the script's day passes")
    add("--seed", type=int, metavar="N", help="of all that is by chance; else the scenario's")
    return made


def _speed(text: str) -> float:
    speed = float(text)
    if not 1 <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text}: write a number from 1 to {FASTEST:g}")
    return speed


def _run(options: argparse.Namespace) -> int:
    from demo.program import Wanted, run

    wanted = Wanted(options.scenario, options.directory, options.port, options.speed, options.seed)
    asyncio.run(run(wanted, _say))
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
