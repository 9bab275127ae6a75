"""With the rules of deploy/nftables one address can't fill the broker's port for the others."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.netns import Host, lab, needs_namespaces
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto
from tests.system.programs import REPOSITORY, eventually

pytestmark = [needs_mosquitto, needs_namespaces]

RULES = REPOSITORY / "deploy" / "nftables" / "pantau.nft"
HALF_OPEN = 10_000
AT_MOST = 256
FILES_OF_BROKER = 1024
ROOM = {socket.AF_INET: "10.91.1.1", socket.AF_INET6: "fd91:1::1"}
CONNECT = b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02b1"
CONNACK = b"\x20\x02\x00\x00"


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host, Host]]:
    """The broker's machine, an intruder, and a box that means well."""
    with lab() as built:
        room, intruder, box = built.host("room"), built.host("intruder"), built.host("box")
        built.cable(room, "10.91.1.1/24 fd91:1::1/64", intruder, "10.91.1.2/24 fd91:1::2/64")
        built.cable(room, "10.91.2.1/24 fd91:2::1/64", box, "10.91.2.2/24 fd91:2::2/64")
        for far, number in ((intruder, 1), (box, 2)):
            far.run("ip", "route", "add", "default", "via", f"10.91.{number}.1")
            far.run("ip", "route", "add", "default", "via", f"fd91:{number}::1")
        built.settle()
        yield room, intruder, box


@pytest.fixture
def broker(hosts: tuple[Host, Host, Host], tmp_path: Path) -> Iterator[Mosquitto]:
    """With the open files that systemd gives to a service."""
    room, _, _ = hosts
    options = ["allow_anonymous true"]
    for address in ROOM.values():
        options += [f"listener 8883 {address}", "allow_anonymous true"]
    with room.entered(), mosquitto(tmp_path / "broker", options) as running:
        resource.prlimit(running.pid, resource.RLIMIT_NOFILE, (FILES_OF_BROKER, FILES_OF_BROKER))
        yield running
    room.open_firewall()


@contextmanager
def half_open(host: Host, family: socket.AddressFamily) -> Iterator[list[socket.socket]]:
    """Connections that say nothing; those that the rules keep out wait for an answer."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as open_ones:
        made = []
        with host.entered():
            for _ in range(HALF_OPEN):
                connection = open_ones.enter_context(socket.socket(family))
                connection.setblocking(False)
                connection.connect_ex((ROOM[family], 8883))
                made.append(connection)
        yield made


def is_let_in(host: Host, family: socket.AddressFamily) -> bool:
    with host.entered(), socket.socket(family) as connection:
        connection.settimeout(2)
        try:
            connection.connect((ROOM[family], 8883))
            connection.sendall(CONNECT)
            return connection.recv(4) == CONNACK
        except OSError:
            return False


def established(connections: list[socket.socket]) -> int:
    return sum(
        connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1) == b"\x01" for connection in connections
    )


def test_without_the_rules_one_address_locks_the_others_out(
    hosts: tuple[Host, Host, Host], broker: Mosquitto
) -> None:
    _, intruder, box = hosts
    assert is_let_in(box, socket.AF_INET)
    with half_open(intruder, socket.AF_INET):
        eventually(lambda: not is_let_in(box, socket.AF_INET))


@pytest.mark.parametrize("family", list(ROOM), ids=["IPv4", "IPv6"])
def test_ten_thousand_half_open_connections_leave_room_for_others(
    hosts: tuple[Host, Host, Host], broker: Mosquitto, family: socket.AddressFamily
) -> None:
    room, intruder, box = hosts
    room.run("nft", "-f", str(RULES))
    room.run("nft", "-f", str(RULES))  # a second time it takes its own place
    with half_open(intruder, family) as connections:
        # A busy machine forgets some of the first ones, so there may be fewer.
        eventually(lambda: established(connections) >= AT_MOST / 4, why=lambda: str(established(connections)))
        eventually(lambda: not is_let_in(intruder, family))
        assert is_let_in(box, family)
        assert established(connections) <= AT_MOST
