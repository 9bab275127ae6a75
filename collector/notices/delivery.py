"""The way of a notice to one receiver: when the receiver took it, or why not yet. Sans-IO."""

from collections.abc import Sequence
from typing import NamedTuple


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
