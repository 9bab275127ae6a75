"""An agent's side of the wire, without an agent: its messages one by one."""

from collections.abc import Sequence
from typing import Any

from collector.streams.ingestion import Message
from tests.fakes.virtual_time import START
from wire.messages import Commit, Presence, encode
from wire.report import Body, Drop, Previous, Table, encode_body, seal
from wire.topics import topic

NOW = START
BOOT_NOW = 5000.0
STREAM = "00c0ffee00c0ffee"


def message(agent: str, payload: bytes, received: float = NOW, leaf: Any = "report") -> Message:
    return Message(topic(agent, leaf), payload, received)


def report(
    seq: int = 1,
    measurements: int = 1,
    *,
    agent: str = "gradasi",
    stream: str = STREAM,
    base: int = 1,
    received: float = NOW,
    age_seconds: float = 0.0,
    offset: float | None = NOW - BOOT_NOW,
    drops: Sequence[Drop] = (),
    previous: Previous | None = None,
) -> Message:
    """Measured `age_seconds` before it is received."""
    at = received - NOW + BOOT_NOW - age_seconds
    column: list[float | None] = [0.001] * measurements
    targets = [f"target-{number}" for number in range(measurements)]
    table = Table("tcp", targets, [0] * measurements, {"tcp_connect_duration_seconds": column})
    body = Body(at, tables=[table] if measurements else [], drops=list(drops), previous=previous)
    payload = seal(
        encode_body(body),
        stream=stream,
        seq=seq,
        base=base,
        boot="b1",
        sent=received - NOW + BOOT_NOW,
        offset=offset,
        clock="ntp",
    )
    return message(agent, payload, received)


def presence(
    *streams: str,
    agent: str = "gradasi",
    received: float = NOW,
    online: bool = True,
    retained: bool = False,
    known: Commit | None = None,
) -> Message:
    """The first of the streams is the agent's present one."""
    sent, stream = received - NOW + BOOT_NOW, streams[0] if streams else ""
    told = Presence(online, stream=stream, streams=list(streams), sent=sent, known=known)
    return message(agent, encode(told), received, "presence")._replace(retained=retained)


def dropped(first: int, *counts: int | None, stream: str = STREAM, reason: Any = "full") -> Drop:
    return Drop(stream, first, list(counts), reason)
