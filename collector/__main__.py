"""pantau-collector: runs at the control room."""

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec

from collector.commands import (
    access,
    agents,
    authority,
    backup,
    broker_files,
    demo,
    duty,
    importing,
    incidents,
    inventory,
    joining,
    maintenance,
    notices,
    quarantine,
    run,
    setup,
    signing,
    ticket,
    topology,
)
from collector.commands.parser import Commands
from runtime.errors import USER_ERROR, exit_code
from runtime.systemd import log_format

GROUPS = (
    run,
    demo,
    setup,
    inventory,
    importing,
    joining,
    signing,
    agents,
    topology,
    incidents,
    ticket,
    maintenance,
    duty,
    notices,
    quarantine,
    broker_files,
    access,
    authority,
    backup,
)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if find_spec("fastapi") is None:
        print(
            "pantau-collector: only the agent is installed; pip install 'pantau[collector]'", file=sys.stderr
        )
        return USER_ERROR
    logging.basicConfig(level=logging.INFO, format=log_format(), stream=sys.stderr)
    for name in ("alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return exit_code("pantau-collector", lambda: int(options.command(options)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pantau-collector",
        description="Takes the agents' reports, serves Prometheus, and tells people about outages.",
    )
    parser.add_argument("--version", action="version", version=f"pantau-collector {version('pantau')}")
    commands = Commands(parser)
    for group in GROUPS:
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
