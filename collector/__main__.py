"""pantau-collector: runs at the control room."""

import argparse
import asyncio
import contextlib
import getpass
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from collector.commands import maintenance
from collector.config import CollectorConfig, load
from runtime.broker.settings import FILES, unreadable_file
from runtime.errors import USER_ERROR, exit_code
from runtime.settings import BadConfig
from runtime.systemd import log_format

CONFIG = Path("/etc/pantau/collector.toml")
HERE = Path("var/collector.toml")


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


def _default() -> Path:
    """The installed file, else that of an --all-in-one in this folder."""
    return HERE if HERE.exists() and not CONFIG.exists() else CONFIG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pantau-collector",
        description="Takes the agents' reports, serves Prometheus, and tells people about outages.",
    )
    parser.add_argument("--version", action="version", version=f"pantau-collector {version('pantau')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    configured = argparse.ArgumentParser(add_help=False)
    configured.add_argument(
        "--config", type=Path, default=_default(), metavar="FILE", help="collector.toml; else %(default)s"
    )

    def command(
        name: str, run: Callable[[argparse.Namespace], int], help: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=f"{help.capitalize()}.", parents=parents)
        made.set_defaults(command=run)
        return made

    run = command("run", _run, "collect until stopped", configured)
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
        "--broker-port", type=int, default=8471, metavar="N", help="its broker's port; else %(default)s"
    )

    init = command("init", _init, "write a commented sample inventory")
    init.add_argument("directory", type=Path, metavar="DIR", help="a new folder for it")

    check = command("check", _check, "name every error of an inventory")
    check.add_argument("inventory", type=Path, metavar="PATH", help="its folder, or its only file")

    plan = command("plan", _plan, "show what an inventory has the agents do, and what it costs")
    plan.add_argument("inventory", type=Path, metavar="PATH", help="its folder, or its only file")
    plan.add_argument("--against", type=Path, metavar="OLD", help="tell only what changes from this one")

    command("quarantine", _quarantine, "list the messages that could never be taken, and why", configured)

    incidents = command("incidents", _incidents, "list what is wrong now", configured)
    incidents.add_argument("--closed", action="store_true", help="the last that ended, too")

    ack = command("ack", _ack, "take an incident in hand: no more reminders", configured)
    ack.add_argument("incident", metavar="INCIDENT", help="its id, as `incidents` and notices have it")
    ack.add_argument("--by", default=_user(), metavar="NAME", help="who takes it; else %(default)s")

    planned = command("maintenance", _maintenance, "list, make and end planned work")
    maintenance.add_arguments(planned, _user(), configured)

    command("notices", _notices, "list the notices that wait or were given up, and why", configured)

    notify_test = command("notify-test", _notify_test, "send a test message to each receiver", configured)
    notify_test.add_argument("receiver", nargs="?", metavar="RECEIVER", help="only this one")
    return parser


def _user() -> str:
    """In a container the user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _incidents(options: argparse.Namespace) -> int:
    from collector.commands import remote

    return _shown(remote.incidents(_configured(options.config), options.closed))


def _ack(options: argparse.Namespace) -> int:
    from collector.commands import remote

    return _shown(remote.acknowledge(_configured(options.config), options.incident, options.by))


def _maintenance(options: argparse.Namespace) -> int:
    from collector.commands import windows

    return _shown(windows.lines(_configured(options.config), options))


def _notices(options: argparse.Namespace) -> int:
    from collector.commands.times import zone_of
    from collector.commands.undelivered import lines
    from collector.database.store import Store

    config = _configured(options.config)
    with contextlib.closing(Store(config.store)) as store:
        return _shown(lines(store.outbox.undelivered(), zone_of(config)))


def _notify_test(options: argparse.Namespace) -> int:
    from collector.commands import remote

    results = remote.notify_test(_configured(options.config), options.receiver)
    _shown(f"{name}: {result}" for name, result in results.items())
    return 0 if all(result == "delivered" for result in results.values()) else 1


def _init(options: argparse.Namespace) -> int:
    from collector.inventory import init

    return _shown(init(options.directory))


def _check(options: argparse.Namespace) -> int:
    from collector.inventory import check

    return _shown(check(options.inventory))


def _plan(options: argparse.Namespace) -> int:
    from collector.commands.plan import plan

    return _shown(plan(options.inventory, options.against))


def _quarantine(options: argparse.Namespace) -> int:
    from collector.commands.quarantine import lines
    from collector.commands.times import zone_of
    from collector.database.store import Store

    config = _configured(options.config)
    with contextlib.closing(Store(config.store)) as store:
        return _shown(lines(store.quarantined(), zone_of(config)))


def _shown(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def _run(options: argparse.Namespace) -> int:
    if options.all_in_one:
        asyncio.run(_all_in_one(options))
    else:
        config = _configured(options.config)
        _check_broker_files(config, options.config)
        asyncio.run(_collect(config))
    return 0


async def _collect(config: CollectorConfig) -> None:
    from collector.program import Collector, listener, run

    bound = listener(config.web)
    with contextlib.closing(bound):
        await run(Collector(config), bound)


async def _all_in_one(options: argparse.Namespace) -> None:
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
            print(*allinone.greeting(config, collector.city), sep="\n", flush=True)
            await run(collector, bound)


def _configured(file: Path) -> CollectorConfig:
    """The settings; relative paths in them start at the folder of the file. Raises BadConfig."""
    config, folder = load(file), file.parent
    replace = msgspec.structs.replace
    store = config.store
    if store.startswith("sqlite:///") and not store.startswith("sqlite:////"):
        store = f"sqlite:///{(folder / store.removeprefix('sqlite:///')).resolve()}"
    web = config.web
    if web.token_file:
        web = replace(web, token_file=str(folder / web.token_file))
    files = {name: str(folder / path) for name in FILES if (path := getattr(config.broker, name))}
    return replace(
        config,
        inventory=str(folder / config.inventory),
        store=store,
        web=web,
        broker=replace(config.broker, **files),
    )


def _check_broker_files(config: CollectorConfig, file: Path) -> None:
    """Only `run` connects, so only `run` needs them. Raises BadConfig."""
    if complaint := unreadable_file(config.broker):
        raise BadConfig(f"{file}: {complaint}")


if __name__ == "__main__":
    sys.exit(main())
