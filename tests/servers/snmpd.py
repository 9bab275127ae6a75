"""net-snmp's snmpd as a device: this machine's interfaces, v2c and v3, on a port of 127.0.0.1 and ::1."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.free_ports import LOOPBACK, free_port
from tests.servers.snmp_answers import wait_until_answering

SNMPD = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""

needs_snmpd = pytest.mark.skipif(not SNMPD, reason="needs snmpd")

COMMUNITY = "a-community"


@contextmanager
def snmpd(directory: Path, lines: Sequence[str] = (), port: int = 0) -> Iterator[int]:
    """The port, a free one where none is given. `lines` are added to its configuration (snmpd.conf(5))."""
    port = port or free_port()
    config = directory / "snmpd.conf"
    addresses = f"agentaddress udp:{LOOPBACK}:{port},udp6:[::1]:{port}"
    config.write_text(
        "\n".join((addresses, f"rocommunity {COMMUNITY}", f"rocommunity6 {COMMUNITY}", *lines, ""))
    )
    process = subprocess.Popen(
        [SNMPD, "-f", "-C", "-c", str(config), "-LE", "3", "-I", "-smux"],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(directory / "state"), "MIBS": ""},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_answering(port, COMMUNITY, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def user(name: str, auth: str, auth_key: str, priv_key: str = "", priv: str = "AES") -> list[str]:
    """The lines that make a user who may read; with a key for privacy, only encrypted."""
    privacy = f" {priv} {priv_key}" if priv_key else ""
    return [
        f"createUser {name} {auth} {auth_key}{privacy}",
        f"rouser {name} {'priv' if priv_key else 'auth'}",
    ]
