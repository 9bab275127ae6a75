"""`pantau-collector demo` hands over to the package `demo`, which no other package imports."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from collector.commands.parser import Commands
from runtime.errors import UserError


def add(commands: Commands) -> None:
    demo = commands.add("demo", _demo, "show a simulated city of 102 sites on this machine, until Ctrl-C")
    add = demo.add_argument
    add("--scenario", type=Path, metavar="FILE", help="a script of faults of your own; else demo/day.toml")
    add(
        "--directory",
        type=Path,
        default=Path("var/demo"),
        metavar="DIR",
        help="for its files; else %(default)s",
    )
    add("--port", type=int, default=8470, metavar="N", help="of the page; else %(default)s")
    add(
        "--speed",
        type=float,
        default=1.0,
        metavar="N",
        help="times faster than the clock does the script's day pass",
    )
    add("--seed", type=int, metavar="N", help="of all that is by chance; else the scenario's")


def _demo(options: argparse.Namespace) -> int:
    if find_spec("demo") is None:
        raise UserError("demo: this installation lacks the package; run it from a clone")
    given = {key: getattr(options, key) for key in ("scenario", "directory", "port", "speed", "seed")}
    words = [word for key, value in given.items() if value is not None for word in (f"--{key}", str(value))]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "demo", *words])
