"""A window of maintenance that a person makes, and ends, while the collector runs."""

from datetime import datetime, tzinfo

from msgspec.structs import replace

from collector.planned.occurrences import instant
from collector.planned.window import MadeWindow, MaintenanceWindow, window_id

MADE_AT_MOST = 500
"""So many windows of people may be there that are not over."""
FORGET_SECONDS = 3600.0
"""A window that is over counts so long as one that was just over."""


def made(window: MaintenanceWindow, by: str, via: str, now: float, zone: tzinfo) -> MadeWindow:
    """The same window by the same person is the same one, however often the request comes."""
    return MadeWindow(
        id=window_id(window, by, via),
        window=window,
        by=by,
        via=via,
        made_at=now,
        over_at=_over_at(window, zone),
    )


def ended(window: MadeWindow, now: float) -> MadeWindow:
    """The window is over, with all its later occurrences. An earlier end stays."""
    return window if window.ended_at is not None else replace(window, ended_at=now, over_at=now)


def _over_at(window: MaintenanceWindow, zone: tzinfo) -> float | None:
    """The end of its last occurrence, or a time after that; None: it has no last one."""
    if window.repeat == "never":
        return instant(window.ends, zone)
    if window.until is None:
        return None
    last = datetime.combine(window.until, window.starts.time())
    return instant(last + (window.ends - window.starts), zone)
