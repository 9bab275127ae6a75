"""pantau-collector: runs at the control room."""

import argparse
import asyncio
import contextlib
import getpass
import logging
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from collector.config import BadConfig, Config, load

CONFIG = Path("/etc/pantau/collector.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if find_spec("fastapi") is None:
        print(
            "pantau-collector: only the agent is installed; pip install 'pantau[collector]'", file=sys.stderr
        )
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for name in ("alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        return int(options.command(options))
    except KeyboardInterrupt:
        return 130
    except _told() as error:
        for line in str(error).splitlines():
            print(f"pantau-collector: {line}", file=sys.stderr)
        return 2


def _told() -> tuple[type[Exception], ...]:
    """What a person can cause: one line each, never a traceback."""
    from collector.broker import PortInUse
    from collector.database import StoreError
    from collector.inventory import BadInventory
    from collector.program import CannotListen
    from collector.remote import Refused

    return BadConfig, BadInventory, StoreError, PortInUse, CannotListen, Refused


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pantau-collector", description="Takes the agents' reports and shows the city."
    )
    parser.add_argument("--version", action="version", version=f"pantau-collector {version('pantau')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="collect until stopped")
    run.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    run.add_argument(
        "--all-in-one",
        action="store_true",
        help="this machine alone: own broker and agent, nothing to configure",
    )
    run.add_argument("--directory", type=Path, default=Path("var"), help="where --all-in-one keeps its files")
    run.add_argument("--port", type=int, default=8470, help="web port of --all-in-one")
    run.add_argument("--broker-port", type=int, default=8471, help="broker port of --all-in-one")
    run.set_defaults(command=_run)

    init = commands.add_parser("init", help="write a commented sample inventory")
    init.add_argument("directory", type=Path, metavar="DIR")
    init.set_defaults(command=_init)

    check = commands.add_parser("check", help="name every error of an inventory")
    check.add_argument("inventory", type=Path, metavar="PATH")
    check.set_defaults(command=_check)

    plan = commands.add_parser("plan", help="what an inventory has the agents do, and what it costs")
    plan.add_argument("inventory", type=Path, metavar="PATH")
    plan.add_argument("--against", type=Path, metavar="OLD", help="tell only what changes from this one")
    plan.set_defaults(command=_plan)

    quarantine = commands.add_parser("quarantine", help="the messages that could never be taken, and why")
    quarantine.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    quarantine.set_defaults(command=_quarantine)

    incidents = commands.add_parser("incidents", help="what is wrong now, as the running collector has it")
    incidents.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    incidents.add_argument("--closed", action="store_true", help="the last that ended, too")
    incidents.set_defaults(command=_incidents)

    ack = commands.add_parser("ack", help="take an incident in hand: no more reminders")
    ack.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    ack.add_argument("incident")
    ack.add_argument("--by", default=getpass.getuser(), help="who takes it; else who types this")
    ack.set_defaults(command=_ack)

    notices = commands.add_parser("notices", help="those that were not delivered yet, or given up, and why")
    notices.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    notices.set_defaults(command=_notices)

    notify_test = commands.add_parser("notify-test", help="send a test message to each receiver")
    notify_test.add_argument("--config", type=Path, default=CONFIG, metavar="FILE")
    notify_test.add_argument("receiver", nargs="?", help="only this one")
    notify_test.set_defaults(command=_notify_test)
    return parser


def _incidents(options: argparse.Namespace) -> int:
    from collector import remote

    return _shown(remote.incidents(_configured(options.config), options.closed))


def _ack(options: argparse.Namespace) -> int:
    from collector import remote

    return _shown(remote.acknowledge(_configured(options.config), options.incident, options.by))


def _notices(options: argparse.Namespace) -> int:
    from collector.notify.undelivered import lines
    from collector.store import Store

    with contextlib.closing(Store(_configured(options.config).store)) as store:
        return _shown(lines(store.outbox.undelivered()))


def _notify_test(options: argparse.Namespace) -> int:
    from collector import remote

    return _shown(remote.notify_test(_configured(options.config), options.receiver))


def _init(options: argparse.Namespace) -> int:
    from collector.inventory import init

    return _shown(init(options.directory))


def _check(options: argparse.Namespace) -> int:
    from collector.inventory import check

    return _shown(check(options.inventory))


def _plan(options: argparse.Namespace) -> int:
    from collector.plan import plan

    return _shown(plan(options.inventory, options.against))


def _quarantine(options: argparse.Namespace) -> int:
    from collector.quarantine import lines
    from collector.store import Store

    store = Store(_configured(options.config).store)
    try:
        return _shown(lines(store.quarantined()))
    finally:
        store.close()


def _shown(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


def _run(options: argparse.Namespace) -> int:
    if options.all_in_one:
        asyncio.run(_all_in_one(options))
    else:
        asyncio.run(_collect(_configured(options.config)))
    return 0


async def _collect(config: Config) -> None:
    from collector.program import Collector, listener, run

    bound = listener(config.web)
    with contextlib.closing(bound):
        await run(Collector(config), bound)


async def _all_in_one(options: argparse.Namespace) -> None:
    from collector import allinone
    from collector.broker import embedded_broker
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


def _configured(file: Path) -> Config:
    """Its relative paths are relative to the file. Raises BadConfig."""
    config, folder = load(file), file.parent
    store = config.store
    if store.startswith("sqlite:///") and not store.startswith("sqlite:////"):
        store = f"sqlite:///{(folder / store.removeprefix('sqlite:///')).resolve()}"
    web = config.web
    if web.token_file:
        web = msgspec.structs.replace(web, token_file=str(folder / web.token_file))
    return msgspec.structs.replace(config, inventory=str(folder / config.inventory), store=store, web=web)


if __name__ == "__main__":
    sys.exit(main())
