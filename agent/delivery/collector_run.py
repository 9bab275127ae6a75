"""Whether to believe an acknowledgement: the collector must have every report that it confirmed. Sans-IO."""

from typing import Literal

from wire.messages import Commit


def judge(
    known: Commit | None, acked: Commit, past: Commit | None
) -> Literal["believed", "restored", "doubted"]:
    """`acked` is the transaction of the ack. `past` is the last transaction of the known run in the store.

    The agent doubts another run than the known one until an ack has `past`. If `past` is older than the known
    transaction, the collector's store is an older copy. Acks of the known run may be late and in any
    order: they confirm less, but nothing wrong.
    """
    if known is None or known[0] == acked[0]:
        return "believed"
    if past is None or past[0] != known[0]:
        return "doubted"
    return "restored" if past[1] < known[1] else "believed"
