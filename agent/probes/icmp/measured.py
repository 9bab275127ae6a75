"""The measurements that a stream of echoes gives, named as in wire.metrics."""

from dataclasses import asdict

from agent.probes.icmp.quality import Echoes
from agent.probes.icmp.stream import EchoStream
from agent.probes.measurement import Measurement


def measured(stream: EchoStream, now: float, values: dict[str, float]) -> Measurement:
    """The values with the state of the stream: a stream that is down has a silence and a reason."""
    silence = {}
    if stream.state == "down" and stream.since is not None:
        silence = {"icmp_silence_seconds": now - stream.since}
    reason = "" if stream.state == "up" else stream.reason or ""
    return Measurement("icmp", stream.target, now, values | silence, reason)


def values_of(echoes: Echoes) -> dict[str, float]:
    """An undefined value is left out."""
    return {f"icmp_{name}": value for name, value in asdict(echoes).items() if value is not None}
