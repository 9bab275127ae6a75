"""pantau-agent: runs at a hotspot or an office."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from agent.config import KINDS, load
from runtime.errors import exit_code
from runtime.loading import loading
from runtime.systemd import log_format

CONFIG = Path("/etc/pantau/agent.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format=log_format(), stream=sys.stderr)
    return exit_code("pantau-agent", lambda: int(options.command(options)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pantau-agent", description="Probes links and applications, and reports to the collector."
    )
    parser.add_argument("--version", action="version", version=f"pantau-agent {version('pantau')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run", help="measure and report until stopped", description="Measure and report until stopped."
    )
    run.add_argument(
        "--config", type=Path, default=CONFIG, metavar="FILE", help="agent.toml; else %(default)s"
    )
    run.set_defaults(command=_run)

    join = commands.add_parser(
        "join",
        help="join a city with the code of an invitation",
        description="Join a city with the code of an invitation. The code is asked for, or read from"
        " standard input; it never stands on the command line.",
    )
    join.add_argument("code", nargs="*", help=argparse.SUPPRESS)
    join.add_argument("--code-file", type=Path, metavar="FILE", help="a file that holds the code alone")
    join.add_argument(
        "--config", type=Path, default=CONFIG, metavar="FILE", help="agent.toml to write; else %(default)s"
    )
    join.add_argument(
        "--directory",
        type=Path,
        metavar="DIR",
        help="the agent's own folder; else that of agent.toml, else /var/lib/pantau-agent",
    )
    join.set_defaults(command=_join)

    renew = commands.add_parser(
        "renew",
        help="renew the certificate now; a running agent does so by itself",
        description="Renew the certificate now. A running agent does so by itself in time.",
    )
    renew.add_argument(
        "--config", type=Path, default=CONFIG, metavar="FILE", help="agent.toml; else %(default)s"
    )
    renew.set_defaults(command=_renew)

    probe = commands.add_parser(
        "probe",
        help="measure one target once, and show what was seen",
        description="Measure one target once, and show what was seen.",
    )
    probe.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    probe.add_argument(
        "target", metavar="TARGET", help="an address, host:port or URL; @gateway and @resolver are known too"
    )
    probe.add_argument(
        "settings",
        nargs="*",
        metavar="KEY=VALUE",
        help="""further settings of the kind, as in agent.toml: name=antrean.example, 'profiles=["ups"]'""",
    )
    probe.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    probe.set_defaults(command=_probe)
    return parser


def _run(options: argparse.Namespace) -> int:
    with loading():
        from agent.program import run

    return asyncio.run(run(load(options.config), options.config))


def _join(options: argparse.Namespace) -> int:
    from agent.cli.join import join_by_person

    for line in join_by_person(options.code, options.code_file, options.config, options.directory):
        print(line)
    return 0


def _renew(options: argparse.Namespace) -> int:
    from agent.cli.join import renew_once

    print(renew_once(options.config))
    return 0


def _probe(options: argparse.Namespace) -> int:
    from agent.cli.once import measure_once, settings_for
    from agent.cli.present import as_dict, as_lines

    probe = settings_for(options.kind, options.target, options.settings)
    outcome = asyncio.run(measure_once(probe, shown_as=options.target))
    if options.json:
        print(json.dumps(as_dict(outcome)))
    else:
        print(*as_lines(outcome), sep="\n")
    return 0 if not outcome.measurement.reason else 1


if __name__ == "__main__":
    sys.exit(main())
