"""Lists the messages that the collector could never take in. Pure."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from collector.commands.times import stamp
from collector.streams.ingestion import Quarantined

SHOWN_BYTES = 60


def lines(quarantined: Iterable[Quarantined], zone: tzinfo) -> Iterator[str]:
    """Two lines for each, in the given order: when, which agent and why; then how the payload begins."""
    none = True
    for one in quarantined:
        none = False
        yield f"{stamp(one.received, zone)}  {one.agent}  {one.digest}  {one.reason}"
        yield f"    {one.payload[:SHOWN_BYTES]!r}"
    if none:
        yield "no message is in quarantine"
