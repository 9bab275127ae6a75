"""An incident as its cause is judged: what was lost, from when to when."""

from msgspec import Struct

SKEW_SECONDS = 20.0
"""Clocks differ, and an agent's last report may be one interval old."""
AFTER_SECONDS = 300.0
"""Machines that start with the mains come back before their link does, or some minutes after it."""


class Outage(Struct, frozen=True, kw_only=True):
    """`ended_at` is None while it goes on. `affected` are all sites that it affects or affected.

    `shares` are the things that silent agents share: "provider ID", "version X". `planned` is the title of
    the work that covers it.
    """

    kind: str
    root: str
    began_at: float
    ended_at: float | None = None
    probe: str = ""
    reason: str = ""
    scope: str = ""
    affected: frozenset[str] = frozenset()
    shares: tuple[str, ...] = ()
    planned: str = ""

    def until(self, now: float) -> float:
        return now if self.ended_at is None else self.ended_at
