"""The messages that could never be taken, for a person. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from collector.batch import Quarantined

SHOWN_BYTES = 60


def lines(quarantined: Iterable[Quarantined]) -> Iterator[str]:
    """Two lines each, as they are given: who, when and why; and how the payload begins."""
    for one in quarantined:
        when = datetime.fromtimestamp(one.received, UTC)
        yield f"{when:%Y-%m-%d %H:%M:%S}Z  {one.agent}  {one.digest}  {one.reason}"
        yield f"    {one.payload[:SHOWN_BYTES]!r}"
