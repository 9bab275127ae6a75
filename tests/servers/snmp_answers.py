"""The wait until a device answers SNMPv2c."""

import socket
import subprocess
import time

from tests.free_ports import LOOPBACK
from tests.servers import ber

SYS_UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)


def wait_until_answering(
    port: int, community: str, process: subprocess.Popen[bytes], seconds: float = 20.0
) -> None:
    deadline = time.monotonic() + seconds
    question = ber.message(ber.GET, 1, [(SYS_UPTIME, ber.NULL)], community.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((LOOPBACK, port))
        asking.settimeout(0.2)
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode} before it answered")
            try:
                asking.send(question)
                asking.recv(1500)
            except (ConnectionRefusedError, TimeoutError):
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(f"nobody answers SNMP on port {port} after {seconds:g} s")
