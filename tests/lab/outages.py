"""One outage: cut, wait for the notice, restore, wait for the recovery; and all other notices meanwhile."""

import time
from typing import Any, NamedTuple

from tests.lab.city import Cut, Running
from tests.system.programs import eventually

NOTICE_SECONDS = 60.0
RECOVERY_SECONDS = 120.0
"""A recovery waits a minute at most for the site's agent."""
QUIET_SECONDS = 12.0
"""Longer than a report interval: what a late report stirs up is seen too."""


class Outage(NamedTuple):
    """Seconds from the cut to its notice and from the restoring to the recovery; the other notices."""

    notice_seconds: float
    recovery_seconds: float
    affected: int
    others: list[dict[str, Any]]


def outage(running: Running, name: str, how: Cut, quiet_seconds: float = QUIET_SECONDS) -> Outage:
    cut_at = time.monotonic()
    running.city.cut(name, how)
    noticed_at, firing = eventually(lambda: _notice(running, name, "firing", cut_at), NOTICE_SECONDS)
    time.sleep(quiet_seconds)  # the outage lasts, and no further notice of it may come
    restored_at = time.monotonic()
    running.city.restore(name, how)
    over_at, recovered = eventually(
        lambda: _notice(running, name, "recovered", restored_at), RECOVERY_SECONDS
    )
    time.sleep(quiet_seconds)
    others = [
        document
        for _, document in running.notices(cut_at)
        if document["id"] not in (firing["id"], recovered["id"])
    ]
    return Outage(noticed_at - cut_at, over_at - restored_at, len(recovered["affected"]), others)


def _notice(running: Running, name: str, kind: str, since: float) -> tuple[float, dict[str, Any]] | None:
    for at, document in running.notices(since):
        if document["root"] == name and document["kind"] == kind and document["about"] == "site_down":
            return at, document
    return None
