"""Ten thousand handshakes that never end: deploy's rules leave room for an agent at a real Mosquitto."""

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.backlog import CONFIG, LIMITS
from tests.deploy.test_broker_limits import CONNECT
from tests.netns import Host, lab, needs_namespaces
from tests.servers.mosquitto import MOSQUITTO, needs_mosquitto
from tests.system.programs import REPOSITORY, eventually, running

pytestmark = [needs_mosquitto, needs_namespaces]

RULES = REPOSITORY / "deploy" / "nftables" / "pantau.nft"
PORT = 8883
BROKER, AGENT = "10.9.0.1", "10.8.0.2"
INTRUDER = "10.9.0.2"
SPOOFED = "10.77.0.0/16"
CONNECTIONS = 10_000
SYN = 2
SECONDS_AT_MOST = 5.0


class Besieged:
    """The broker's machine, that of the intruder, and that of an agent."""

    def __init__(self, room: Host, intruder: Host, site: Host) -> None:
        self.room, self.intruder, self.site = room, intruder, site

    def agent_gets_in_seconds(self) -> float:
        """Until the broker has accepted its MQTT connection."""
        began = time.monotonic()
        with self.site.entered():
            made = socket.create_connection((BROKER, PORT), 30)
        with made:
            made.settimeout(30)
            made.sendall(CONNECT)
            assert made.recv(4) == b"\x20\x02\x00\x00"
        return time.monotonic() - began


@pytest.fixture
def besieged(tmp_path: Path) -> Iterator[Besieged]:
    with lab() as built:
        room, intruder, site = (built.host(name) for name in ("room", "intruder", "site"))
        built.cable(room, f"{BROKER}/24", intruder, f"{INTRUDER}/24")
        built.cable(room, "10.8.0.1/24", site, f"{AGENT}/24")
        site.run("ip", "route", "add", "default", "via", "10.8.0.1")
        # Answers to addresses that nobody has go to the intruder, who lets them vanish.
        room.run("ip", "route", "add", SPOOFED, "via", INTRUDER)
        intruder.run("ip", "route", "add", "blackhole", SPOOFED)
        room.run("nft", "-f", str(RULES))
        limits = [line for line in CONFIG.read_text().splitlines() if line.startswith(LIMITS)]
        config = tmp_path / "mosquitto.conf"
        lines = ["user root", f"listener {PORT} 0.0.0.0", "allow_anonymous true", *limits]
        config.write_text("\n".join(lines) + "\n")
        with running(room.command(MOSQUITTO, "-c", str(config)), tmp_path / "mosquitto.log"):
            found = Besieged(room, intruder, site)
            eventually(lambda: "LISTEN" in room.run("ss", "-ltn", f"sport = :{PORT}"))
            yield found


def send_syns(host: Host) -> None:
    """From addresses that nobody has, so that no handshake ends."""
    with host.entered():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with raw:
        for number in range(CONNECTIONS):
            source = bytes([10, 77, number % 40, 1])
            raw.sendto(syn(source, socket.inet_aton(BROKER), 1024 + number), (BROKER, 0))


def syn(source: bytes, target: bytes, port: int) -> bytes:
    """An IPv4 packet (RFC 791) with the first segment of TCP (RFC 9293)."""
    tcp = struct.pack("!HHIIBBHHH", port, PORT, port, 0, 5 << 4, SYN, 64240, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP, 0, source, target)
    return ip + tcp


def checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def count(host: Host, state: str) -> int:
    return len(host.run("ss", "-Htn", "state", state, f"sport = :{PORT}").splitlines())


def test_ten_thousand_handshakes_without_an_end_leave_room_for_an_agent(besieged: Besieged) -> None:
    send_syns(besieged.intruder)
    assert count(besieged.room, "syn-recv") > 0
    assert besieged.agent_gets_in_seconds() < SECONDS_AT_MOST
