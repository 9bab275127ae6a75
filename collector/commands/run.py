"""`pantau-collector run`."""

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path

from collector.commands.parser import Commands
from collector.commands.settings import configured
from collector.config import CollectorConfig
from runtime.broker.settings import unreadable_file
from runtime.loading import loading
from runtime.settings import BadConfig


def add(commands: Commands) -> None:
    run = commands.add("run", _run, "collect until stopped", commands.configured)
    run.add_argument(
        "--all-in-one",
        action="store_true",
        help="this machine alone: own broker and agent, nothing to configure",
    )
    run.add_argument(
        "--directory",
        type=Path,
        default=Path("var"),
        metavar="DIR",
        help="where --all-in-one keeps its files; else %(default)s",
    )
    run.add_argument(
        "--port", type=int, default=8470, metavar="N", help="web port of --all-in-one; else %(default)s"
    )
    run.add_argument(
        "--broker-port", type=int, default=8472, metavar="N", help="its broker's port; else %(default)s"
    )


def _run(options: argparse.Namespace) -> int:
    if options.all_in_one:
        asyncio.run(_all_in_one(options))
    else:
        config = configured(options.config)
        _check_broker_files(config, options.config)
        asyncio.run(_collect(config))
    return 0


async def _collect(config: CollectorConfig) -> None:
    with loading():
        from collector.program import Collector, listener, run

    bound = listener(config.web)
    with contextlib.closing(bound):
        await run(Collector(config), bound)


async def _all_in_one(options: argparse.Namespace) -> None:
    with loading():
        from collector.allinone import machine as allinone
        from collector.allinone.broker import embedded_broker
        from collector.program import Collector, listener, run

    try:
        config = allinone.prepare(options.directory, options.port, options.broker_port)
    except OSError as error:
        raise BadConfig(f"--directory: {options.directory}: {error.strerror}; choose another") from None
    with contextlib.closing(listener(config.web)) as bound:
        collector = Collector(config)
        async with embedded_broker(options.broker_port), allinone.agent_beside(options.directory):
            sys.stdout.write("".join(f"{line}\n" for line in allinone.greeting(config, collector.city)))
            sys.stdout.flush()
            await run(collector, bound)


def _check_broker_files(config: CollectorConfig, file: Path) -> None:
    """Only `run` connects, so only `run` needs them. Raises BadConfig."""
    if complaint := unreadable_file(config.broker):
        raise BadConfig(f"{file}: {complaint}")
