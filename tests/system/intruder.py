"""Somebody at the broker who has a certificate, or makes one, and means no good."""

import json
import socket
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from time import time
from typing import Any

import aiomqtt

from collector.authority.ca import Ca
from collector.authority.folder import AuthorityFolder
from collector.authority.issued import Kind
from collector.authority.keys import new_key, private_pem
from tests.system.enrolling_room import EnrollingRoom
from tests.system.programs import get, one

STREAM = "00c0ffee00c0ffee"
BOOT_NOW = 1000.0
CONNECT, CONNACK, PUBLISH = 0x10, b"\x20", 0x30


def authority(room: EnrollingRoom) -> Ca:
    return AuthorityFolder(room.folder / "authority").load()[-1]


def certificate(
    room: EnrollingRoom, name: str, ca: Ca | None = None, kind: Kind = "agent", age_days: float = 0.0
) -> Path:
    """Key and certificate for 90 days, signed by the room's own authority unless another is given."""
    key, signer = new_key(), ca or authority(room)
    made = signer.issue(kind, name, key.public_key(), time() - age_days * 86400, 90, "the intruder")
    file = room.folder / f"{made.serial}.pem"
    file.write_bytes(private_pem(key) + ssl.DER_cert_to_PEM_cert(made.der).encode())
    return file


@asynccontextmanager
async def connected(
    room: EnrollingRoom, file: Path, identifier: str = "intruder"
) -> AsyncIterator[aiomqtt.Client]:
    """A session at the broker."""
    async with aiomqtt.Client(
        "127.0.0.1", room.broker.port, identifier=identifier, tls_context=_context(room, file)
    ) as client:
        yield client


def answer_to_connect(room: EnrollingRoom, file: Path | None, will_topic: str = "") -> str:
    """ "let in", or how the broker refuses. The connection breaks off then, as that of a dead client.

    In TLS 1.3 the broker refuses a certificate only after the client takes the handshake for done.
    """
    try:
        with _raw(room, file) as connection:
            connection.sendall(_connect_packet(will_topic))
            answer = connection.recv(4)
    except (ssl.SSLError, ConnectionError) as error:
        return str(error)
    return "let in" if answer[:1] == CONNACK and answer[3:] == b"\0" else f"refused: {answer.hex()}"


def flood(
    room: EnrollingRoom, file: Path, topic: str, payloads: Sequence[bytes], stop: threading.Event
) -> int:
    """Send all of them at QoS 0, again and again, as fast as the broker reads. Returns how many went out."""
    burst = b"".join(_publish_packet(topic, payload) for payload in payloads)
    bursts = 0
    with _raw(room, file) as connection:
        connection.sendall(_connect_packet(""))
        connection.recv(4)
        while not stop.is_set():
            connection.sendall(burst)
            bursts += 1
    return bursts * len(payloads)


@contextmanager
def _raw(room: EnrollingRoom, file: Path | None) -> Iterator[ssl.SSLSocket]:
    plain = socket.create_connection(("127.0.0.1", room.broker.port), 10)
    with plain, _context(room, file).wrap_socket(plain) as connection:
        yield connection


def _context(room: EnrollingRoom, file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(room.folder / "authority" / "trust.pem"))
    context.check_hostname = False
    if file is not None:
        context.load_cert_chain(file)
    return context


def _publish_packet(topic: str, payload: bytes) -> bytes:
    """MQTT 3.1.1, section 3.3, with a length of two bytes (section 2.2.3)."""
    rest = _text(topic) + payload
    return bytes([PUBLISH, len(rest) % 128 | 128, len(rest) // 128]) + rest


def _connect_packet(will_topic: str) -> bytes:
    """MQTT 3.1.1, section 3.1. A will is retained, at QoS 1."""
    flags = 0b00101110 if will_topic else 0b10
    payload = _text("intruder") + (_text(will_topic) + _text('{"online": false}') if will_topic else b"")
    rest = _text("MQTT") + bytes([4, flags, 0, 60]) + payload
    return bytes([CONNECT, len(rest)]) + rest


def _text(text: str) -> bytes:
    return len(text).to_bytes(2, "big") + text.encode()


def report(seq: int = 1, **body: Any) -> bytes:
    """One that an agent may send; `body` has other parts."""
    table = {"kind": "tcp", "target": ["web"], "age_ms": [40], "values": {}}
    header = {"stream": STREAM, "seq": seq, "base": 1, "boot": "b1", "sent": BOOT_NOW}
    whole = {**header, "offset": time() - BOOT_NOW, "body": {"at": BOOT_NOW, "tables": [table], **body}}
    return zlib.compress(json.dumps(whole).encode())


def counted(room: EnrollingRoom, name: str, **labels: str) -> float:
    sample = one(get(f"{room.page}/metrics"), f"pantau_collector_{name}_total", **labels)
    return sample.value if sample else 0.0
