"""`python -m demo`: the options of `pantau-collector demo`, which hands over to this program."""

import argparse
import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from runtime.errors import exit_code
from runtime.systemd import log_format

FASTEST = 3600.0
LAST_PORT = 65535

N = TypeVar("N", int, float)


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
    add("--port", type=_port, default=8470, metavar="N", help="of the page; else %(default)s")
    add("--speed", type=_speed, default=1.0, metavar="N", help="how much faster the script's day passes")
    add("--seed", type=int, metavar="N", help="of all that is by chance; else the scenario's")
    return made


def _speed(text: str) -> float:
    return _within(text, float, 1, FASTEST)


def _port(text: str) -> int:
    return _within(text, int, 1, LAST_PORT)


def _within(text: str, number: Callable[[str], N], first: float, last: float) -> N:
    """Raises ArgumentTypeError."""
    with contextlib.suppress(ValueError):
        if first <= (value := number(text)) <= last:
            return value
    raise argparse.ArgumentTypeError(f"{text}: write a number from {first:g} to {last:.0f}")


def _run(options: argparse.Namespace) -> int:
    from demo.program import Wanted, run

    wanted = Wanted(options.scenario, options.directory, options.port, options.speed, options.seed)
    asyncio.run(run(wanted, _say))
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
