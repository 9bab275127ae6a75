"""One box that floods the broker with reports, as a process: no library holds it back.

Run as `python -m tests.system.flooder PORT TRUST CERTIFICATE AGENT QOS BYTES SECONDS`. At its end it prints
how many messages it has sent.
"""

import os
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from itertools import count

from wire.topics import topic

AT_ONCE = 64


def _length(size: int) -> bytes:
    """The remaining length of a packet (MQTT 3.1.1, section 2.2.3)."""
    encoded = bytearray()
    while True:
        size, digit = divmod(size, 128)
        encoded.append(digit | (128 if size else 0))
        if not size:
            return bytes(encoded)


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def _connect(agent: str) -> bytes:
    rest = _text("MQTT") + bytes([4, 2, 0, 60]) + _text(agent)
    return b"\x10" + _length(len(rest)) + rest


def _publish(agent: str, qos: int, number: int, payload: bytes) -> bytes:
    rest = _text(topic(agent, "report")) + ((number % 65535 + 1).to_bytes(2, "big") if qos else b"") + payload
    return bytes([0x30 | qos << 1]) + _length(len(rest)) + rest


def _read_for_ever(connection: ssl.SSLSocket) -> None:
    with suppress(OSError, ValueError):
        while connection.recv(65536):
            pass


def flood(port: int, trust: str, certificate: str, agent: str, qos: int, size: int, seconds: float) -> int:
    """Send as fast as the broker takes it, through any end of the session; how many."""
    context = ssl.create_default_context(cafile=trust)
    context.check_hostname = False
    context.load_cert_chain(certificate)
    payload, sent, deadline, numbers = os.urandom(size), 0, time.monotonic() + seconds, count()
    while time.monotonic() < deadline:
        with suppress(OSError):
            plain = socket.create_connection(("127.0.0.1", port), 10)
            with plain, context.wrap_socket(plain) as connection:
                connection.sendall(_connect(agent))
                connection.recv(4)
                threading.Thread(target=_read_for_ever, args=(connection,), daemon=True).start()
                while time.monotonic() < deadline:
                    packets = [_publish(agent, qos, next(numbers), payload) for _ in range(AT_ONCE)]
                    connection.sendall(b"".join(packets))
                    sent += AT_ONCE
    return sent


if __name__ == "__main__":
    port, trust, certificate, agent, qos, size, seconds = sys.argv[1:]
    sent = flood(int(port), trust, certificate, agent, int(qos), int(size), float(seconds))
    sys.stdout.write(f"{sent}\n")
