"""`pantau-collector setup`: the collector's machine, made once, and mended by running it again."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from collector.commands.broker_files import reload_unit
from collector.commands.parser import Commands, show
from collector.commands.settings import configured
from runtime.files import secret
from runtime.files.text import NotText

SYSTEMD = Path("/run/systemd/system")
"""Only where systemd runs: sd_booted(3)."""
READABLE = 0o022
"""The programs beside the collector run as users of their own, and read what setup writes."""

if TYPE_CHECKING:
    from collector.setup.answers import Answers


def add(commands: Commands) -> None:
    what = "make the authority, its certificates, and the configuration of the programs beside the collector"
    setup = commands.add("setup", _setup, what)
    setup.add_argument(
        "--name",
        action="append",
        metavar="NAME",
        help="boxes reach this machine by it; several are possible, the first stands in codes",
    )
    setup.add_argument(
        "--directory", type=Path, metavar="DIR", default=Path("/etc/pantau"), help="else %(default)s"
    )
    setup.add_argument(
        "--state", type=Path, metavar="DIR", help="of store and authority; else /var/lib/pantau-collector"
    )
    setup.add_argument(
        "--units", type=Path, metavar="DIR", help="of systemd's units; else /etc/systemd/system"
    )
    setup.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="the authority's key gets this passphrase"
    )
    either = argparse.BooleanOptionalAction
    setup.add_argument("--own-ca", action=either, help="you have a CA, and make the certificates yourself")
    setup.add_argument(
        "--own-mosquitto", action=either, help="Mosquitto of this machine keeps its configuration"
    )
    setup.add_argument("--own-broker", metavar="HOST[:PORT]", help='a broker elsewhere; "" for none')
    setup.add_argument("--prometheus", action=either, help="configure Prometheus and Alertmanager; else yes")


def _setup(options: argparse.Namespace) -> int:
    from collector.setup.machine import set_up

    directory = options.directory.absolute()
    passphrase = _passphrase(options.passphrase_file)
    answers = _answers(options, directory, bool(passphrase))
    reload = reload_unit if answers.is_installed and SYSTEMD.exists() else lambda: ""
    os.umask(READABLE)
    logging.getLogger("collector.enrolment").setLevel(logging.WARNING)  # the lines below say the same
    return show(set_up(answers, directory, passphrase, configured, reload))


def _answers(options: argparse.Namespace, directory: Path, passphrase: bool) -> "Answers":
    """An option, else the answer of the last time, else what is usual. Raises BadAnswer and CannotWrite."""
    from msgspec.structs import replace

    from collector.setup.answers import Answers, broker_at, check_names, default_state, default_units
    from collector.setup.writing import recorded

    before = recorded(directory).answers or Answers(
        (), str(default_state(directory)), str(default_units(directory))
    )
    given: dict[str, object] = {
        "state": options.state and str(options.state.absolute()),
        "units": options.units and str(options.units.absolute()),
        "own_ca": options.own_ca,
        "own_mosquitto": options.own_mosquitto,
        "prometheus": options.prometheus,
        "passphrase": passphrase or None,
    }
    if options.own_broker is not None:
        given["broker_host"], given["broker_port"] = (
            broker_at(options.own_broker) if options.own_broker else ("", 8883)
        )
    answers = replace(before, **{key: value for key, value in given.items() if value is not None})
    if not answers.has_authority:
        return answers
    names = options.name or _of_file(directory) or before.names or _asked()
    return replace(answers, names=check_names(tuple(names)))


def _of_file(directory: Path) -> Sequence[str]:
    """The names in collector.toml, which a person may have changed."""
    file = directory / "collector.toml"
    authority = configured(file).authority if file.exists() else None
    return authority.names if authority else ()


def _asked() -> Sequence[str]:
    from collector.setup.answers import names_of_this_machine

    usual = names_of_this_machine()
    if not sys.stdin.isatty():
        return usual
    sys.stdout.write(f"By which names and addresses do boxes reach this machine? [{' '.join(usual)}] ")
    sys.stdout.flush()
    return sys.stdin.readline().split() or usual


def _passphrase(file: Path | None) -> str:
    """Raises BadAnswer."""
    from collector.setup.answers import BadAnswer

    if file is None:
        return ""
    try:
        held = secret.read(file)
    except OSError as error:
        raise BadAnswer(
            f"--passphrase-file: {file}: {error.strerror}; give the file with the passphrase"
        ) from None
    except NotText as error:
        raise BadAnswer(f"--passphrase-file: {file}: {error}") from None
    if not held:
        raise BadAnswer(f"--passphrase-file: {file}: is empty; write the passphrase into it")
    return held
