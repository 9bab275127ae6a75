"""The collector's machine, step by step. Run again, it changes nothing; each line says what it did."""

import secrets
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from collector.config import CollectorConfig
from collector.inventory import init
from collector.setup.answers import UNITS, Answers, BadAnswer, check_state
from collector.setup.certificates import certify
from collector.setup.collector_toml import PASSPHRASE, TOKEN
from collector.setup.files import COLLECTOR, FIREWALL, UNITS_IN_ORDER, File, files, folders
from collector.setup.shipped import Shipped
from collector.setup.writing import (
    BESIDE,
    Record,
    SetupLine,
    make_folder,
    mirror,
    present,
    put,
    record,
    recorded,
    writing,
)

PRIVATE = 0o600
GRAFANA = Path("/etc/grafana/provisioning")
CONF_D = Path("/etc/mosquitto/conf.d")
ARGS = (
    (
        Path("/etc/default/prometheus"),
        ("--config.file", "--web.enable-remote-write-receiver", "--web.listen-address"),
    ),
    (
        Path("/etc/default/prometheus-alertmanager"),
        ("--config.file", "--web.listen-address", "--cluster.listen-address"),
    ),
)


def set_up(
    answers: Answers,
    directory: Path,
    passphrase: str,
    settings: Callable[[Path], CollectorConfig],
    reload: Callable[[], str],
    shipped: Shipped | None = None,
) -> Iterator[str]:
    """Lines for a person. `settings` reads collector.toml, `reload` has a running Mosquitto load its files.

    Raises UserError.
    """
    if answers.is_installed:
        check_mosquitto(answers)
        check_state(answers)
    before = recorded(directory)
    known, said = before.files, list[SetupLine]()
    made = files(answers, directory, shipped or Shipped())
    now_known = before.answers
    try:
        for line in _steps(answers, directory, passphrase, made, settings, reload, known):
            said.append(line)
            yield line.text
        now_known = answers
    finally:
        if directory.is_dir():
            record(directory, Record(now_known, known))
    units = {line.unit for line in said}
    if not any(line.changed for line in said):
        yield "nothing was changed"
    elif before.answers is None:
        yield from _first_steps(answers, directory, units)
    else:
        yield from _restarts(answers, units)


def _steps(
    answers: Answers,
    directory: Path,
    passphrase: str,
    made: Iterable[File],
    settings: Callable[[Path], CollectorConfig],
    reload: Callable[[], str],
    known: dict[str, str],
) -> Iterator[SetupLine]:
    for folder in folders(answers, directory):
        yield from make_folder(folder)
    for file in made:
        yield from put(file, known)
    inventory, toml = directory / "inventory", directory / "collector.toml"
    with writing():
        is_empty = not any(inventory.iterdir())
    if is_empty:
        yield from map(SetupLine, init(inventory))
    if passphrase and answers.has_authority:
        secret = directory / "collector-secrets" / PASSPHRASE
        yield from mirror(File(secret, passphrase.encode() + b"\n", PRIVATE, unit=COLLECTOR))
    token = directory / "collector-secrets" / TOKEN
    if present(token) is None:
        yield from mirror(File(token, f"{secrets.token_urlsafe(32)}\n".encode(), PRIVATE, unit=COLLECTOR))
    config = settings(toml)
    if answers.has_authority and config.authority is None:
        yield SetupLine(
            f"{toml}: has no [authority]; take it from {toml}{BESIDE}, then run setup again", changed=False
        )
    if answers.is_installed:
        yield from _grafana(directory / "grafana")
        yield from _flags(answers)
    yield from certify(config, directory, passphrase, reload)


def check_mosquitto(answers: Answers, conf_d: Path = CONF_D) -> None:
    """A Mosquitto that serves something else is not taken over unasked. Raises BadAnswer."""
    if answers.has_broker and not answers.own_mosquitto and (others := sorted(conf_d.glob("*.conf"))):
        raise BadAnswer(
            f"{others[0]}: Mosquitto has a configuration of its own; give --own-mosquitto to keep it, or move"
            " the file away"
        )


def _grafana(ours: Path) -> Iterator[SetupLine]:
    """Grafana reads one folder of each kind, beside files of others: it gets a link."""
    for part in ("datasources", "dashboards"):
        link, target = GRAFANA / part / "pantau.yaml", ours / part / "pantau.yaml"
        if not link.parent.is_dir() or (link.is_symlink() and link.readlink() == target):
            continue
        if link.exists() or link.is_symlink():
            yield SetupLine(f"{link}: left as it is; {target} is ours", changed=False)
            continue
        with writing():
            link.symlink_to(target)
        yield SetupLine(f"{link}: links to {target}")


def _flags(answers: Answers) -> Iterator[SetupLine]:
    """Neither program starts with a flag that it is given twice."""
    for file, flags in ARGS if answers.prometheus else ():
        if not file.is_file():
            continue
        lines = [
            line
            for line in file.read_text(errors="replace").splitlines()
            if not line.lstrip().startswith("#")
        ]
        for flag in flags:
            if any(flag in line for line in lines):
                yield SetupLine(
                    f"{file}: ARGS: take {flag} out: pantau's drop-in gives it too", changed=False
                )


def _first_steps(answers: Answers, directory: Path, units: Collection[str]) -> Iterator[str]:
    """The commands that remain, for a person."""
    program, inventory = f"{sys.prefix}/bin/pantau-collector", directory / "inventory"
    toml = directory / "collector.toml"
    yield "next:"
    yield f"  change {inventory / 'city.toml'} to your city"
    yield f"  {program} check {inventory}"
    if not answers.has_authority:
        yield f"  put ca_file, certificate_file and key_file of {toml} there: docs/install.md"
        if answers.has_broker:
            yield f"  put trust.pem and broker.pem into {directory / 'mosquitto'}"
    if not answers.is_installed:
        yield f"  {program} run --config {toml}, or copy {answers.units} to {UNITS}"
        return
    yield from _restarts(answers, units)
    if answers.has_broker:
        yield f"  nft -f {directory / FIREWALL}; /etc/nftables.conf includes it: docs/security.md"
    yield f"  {program} user add NAME --role admin"
    if answers.has_authority:
        yield f"  {program} invite SITE"


def _restarts(answers: Answers, units: Collection[str]) -> Iterator[str]:
    """Only of those that need it: when the broker starts again, all agents connect anew."""
    if names := " ".join(unit for unit in UNITS_IN_ORDER if answers.is_installed and unit in units):
        yield "  systemctl daemon-reload"
        yield f"  systemctl enable {names}"
        yield f"  systemctl restart {names}"
