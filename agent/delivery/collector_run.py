"""Whether the collector's word counts: it must have stored what this agent knows to be stored. Pure."""

from typing import Literal

from wire.messages import Commit


def judge(
    known: Commit | None, said: Commit, past: Commit | None
) -> Literal["believed", "restored", "doubted"]:
    """`said` is the transaction that an ack comes with, `past` the last of the known run's in its store.

    Another run than the known one is doubted till it has told that; less than is known means that its store
    was restored. Acks of the known run may come late and in any order: they say less, and nothing wrong.
    """
    if known is None or known[0] == said[0]:
        return "believed"
    if past is None or past[0] != known[0]:
        return "doubted"
    return "restored" if past[1] < known[1] else "believed"
