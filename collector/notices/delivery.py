"""The way of a notice to one receiver: when the receiver took it, or why not yet. Sans-IO."""

from collections.abc import Sequence
from typing import NamedTuple

KEPT_SECONDS = 30 * 86400.0
"""The store keeps a notice for so long, and for as long as its incident is open."""


class NoticeDelivery(NamedTuple):
    """One notice to one receiver. `tried_at` is the time of the last attempt, which took it if the status is
    "delivered"; None: there was none yet, or an earlier release did not keep it.
    """

    notice: str
    kind: str
    receiver: str
    at: float
    status: str
    attempts: int
    error: str
    tried_at: float | None


class Deliveries(NamedTuple):
    """`shown` are in the order of their writing. `dropped` older ones are not among them."""

    shown: Sequence[NoticeDelivery]
    dropped: int


class StateTaken(NamedTuple):
    """A receiver that gets the whole state again and again: when it last took it, None for not yet in this
    run; `error` is why it does not take it now, "" if it does.
    """

    taken_at: float | None = None
    error: str = ""
