"""The membership of an agent in the city, by the authority's book: invited, joined, revoked. Pure."""

from typing import Literal, NamedTuple

Joining = Literal["", "waiting", "invited", "joined", "revoked", "ended"]
"""In the order in which one hides the next. "": nobody has invited it yet."""


class Membership(NamedTuple):
    """`ends` is the end of its newest good certificate, `invited_until` that of its open invitation."""

    joining: Joining = ""
    ends: float | None = None
    invited_until: float | None = None


UNKNOWN = Membership()


def membership(
    ends: float | None, revoked: bool, invited_until: float | None, waits: bool, now: float
) -> Membership:
    """`waits`: its request is to be signed by hand. `revoked`: so was its last one."""
    joining: Joining = ""
    if waits:
        joining = "waiting"
    elif invited_until is not None:
        joining = "invited"
    elif ends is not None and now < ends:
        joining = "joined"
    elif revoked:
        joining = "revoked"
    elif ends is not None:
        joining = "ended"
    return Membership(joining, ends, invited_until)
