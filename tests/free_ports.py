"""Free ports, and the wait until somebody listens on one."""

import socket
import subprocess
import time

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Free at this moment for TCP and UDP, IPv4 and IPv6."""
    while True:
        with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as tcp:
            port: int = tcp.getsockname()[1]
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
                try:
                    udp.bind(("::", port))
                except OSError:
                    continue
                return port


def wait_until_listening(port: int, process: subprocess.Popen[bytes], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode} before it listened")
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port} after {seconds:g} s")
