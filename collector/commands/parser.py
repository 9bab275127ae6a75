"""The commands of `pantau-collector`. Each group of them is a file here with a function `add`.

A group imports the rest of the collector only when its command runs, so that `--help` stays quick.
"""

import argparse
import getpass
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from collector.commands.settings import default_file

Command = Callable[[argparse.Namespace], int]


class Commands:
    """It adds commands, and has the options that several of them share: `configured`, `as_json`, `by`."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(required=True, metavar="COMMAND")
        self.configured = _shared()
        self.configured.add_argument(
            "--config",
            type=Path,
            default=default_file(),
            metavar="FILE",
            help="collector.toml; else %(default)s",
        )
        self.as_json = _shared()
        self.as_json.add_argument("--json", action="store_true", help="print JSON, for programs")
        self.by = _shared()
        self.by.add_argument("--by", default=_user(), metavar="NAME", help="your name; else %(default)s")

    def add(
        self, name: str, run: Command, help: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        return _added(self._commands, name, run, help, parents)

    def group(self, name: str, help: str) -> "CommandGroup":
        """Commands of two words, as `token add`."""
        made = self._commands.add_parser(name, help=help, description=_sentence(help))
        return CommandGroup(made)


class CommandGroup:
    """The second words of commands of two words."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        self, name: str, run: Command, help: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        return _added(self._commands, name, run, help, parents)


def show(lines: Iterable[str]) -> int:
    """Print the lines. The exit code of a command that succeeds.

    A reader that goes away (`| head`) ends no command in the middle of its work.
    """
    left = iter(lines)
    try:
        for line in left:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains at its end
        deque(left, maxlen=0)
    return 0


def show_answer(options: argparse.Namespace, answer: object, lines: Iterable[str]) -> int:
    """Print the answer as JSON if `--json` asks for it, else the lines."""
    if not options.json:
        return show(lines)
    import msgspec

    return show([msgspec.json.encode(answer).decode()])


def _added(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Command,
    help: str,
    parents: Sequence[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=help, description=_sentence(help), parents=parents)
    made.set_defaults(command=run)
    return made


def _sentence(help: str) -> str:
    return f"{help[0].upper()}{help[1:]}."


def _shared() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(add_help=False)


def _user() -> str:
    """In a container the user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
