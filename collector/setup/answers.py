"""The answers of a person to `setup`: this machine's names, the folders, and the parts that are their own."""

import socket
from pathlib import Path

from msgspec import Struct

from runtime.broker.settings import Port, host_fault
from runtime.errors import UserError

DIRECTORY = Path("/etc/pantau")
STATE = Path("/var/lib/pantau-collector")
UNITS = Path("/etc/systemd/system")
_ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses for documentation (RFC 5737, RFC 3849): the route to them is the default route."""


class BadAnswer(UserError):
    """An option of `setup` can't be used. One line: the option, the value, the remedy."""


class Answers(Struct, frozen=True, forbid_unknown_fields=True):
    """`names` are those by which boxes reach this machine; the first stands in codes.

    `broker_host` is that of a broker elsewhere, "" for Mosquitto on this machine. With `own_ca`, or with such
    a broker, the collector has no authority. With `own_mosquitto` the Mosquitto of this machine keeps its
    configuration. `passphrase` says that the authority's key has one.
    """

    names: tuple[str, ...]
    state: str
    units: str
    own_ca: bool = False
    own_mosquitto: bool = False
    broker_host: str = ""
    broker_port: Port = 8883
    prometheus: bool = True
    passphrase: bool = False

    @property
    def has_authority(self) -> bool:
        return not self.own_ca and not self.broker_host

    @property
    def has_broker(self) -> bool:
        return not self.broker_host

    @property
    def is_installed(self) -> bool:
        """systemd reads the units, and hands the collector its secrets."""
        return Path(self.units) == UNITS


def default_state(directory: Path) -> Path:
    return STATE if directory == DIRECTORY else directory / "state"


def default_units(directory: Path) -> Path:
    return UNITS if directory == DIRECTORY else directory / "systemd"


def check_state(answers: Answers) -> None:
    """systemd makes the collector's folder, at one place alone (StateDirectory=). Raises BadAnswer."""
    if answers.is_installed and Path(answers.state).parent != STATE.parent:
        raise BadAnswer(f"--state: {answers.state}: systemd makes it in {STATE.parent} alone; give one there")


def check_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Raises BadAnswer."""
    if not names:
        raise BadAnswer("--name: is missing; give the name or address by which boxes reach this machine")
    for name in names:
        if complaint := host_fault(name):
            raise BadAnswer(f"--name: {name!r}: {complaint}")
    return tuple(dict.fromkeys(names))


def broker_at(given: str) -> tuple[str, int]:
    """Of `HOST` or `HOST:PORT`, an IPv6 address in brackets. Raises BadAnswer."""
    if given.count("[") != given.count("]"):
        raise BadAnswer(f"--own-broker: {given!r}: a bracket is missing; write [2001:db8::1]:8883")
    host, _, port = given.rpartition(":") if given.count(":") == 1 or "]:" in given else (given, "", "8883")
    host = host.removeprefix("[").removesuffix("]")
    if complaint := host_fault(host):
        raise BadAnswer(f"--own-broker: {given!r}: {complaint}")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadAnswer(f"--own-broker: {given!r}: {port!r} is no port; write host:8883")
    return host, int(port)


def names_of_this_machine() -> tuple[str, ...]:
    """Its full name, and the addresses by which it goes to the Internet. Nothing is sent."""
    name = socket.getfqdn()
    names = [] if name.startswith("localhost") or host_fault(name) else [name]
    for elsewhere, family in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                names.append(probe.getsockname()[0])
        except OSError:  # no route of this family
            continue
    return tuple(names)
