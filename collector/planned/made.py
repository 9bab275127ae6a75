"""A window of maintenance that a person makes, and ends, while the collector runs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

from msgspec.structs import replace

from collector.planned.occurrences import instant
from collector.planned.window import MadeWindow, MaintenanceWindow, window_id

MADE_AT_MOST = 500
"""So many windows of people may be there that are not over."""
FORGET_SECONDS = 3600.0
"""A window that is over counts so long as one just over: of more than `MADE_AT_MOST` the last ones."""


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


def lasting(windows: Iterable[MadeWindow], now: float) -> list[MadeWindow]:
    """Those that are not over."""
    return [one for one in windows if one.over_at is None or one.over_at > now]


def remembered(windows: Mapping[str, MadeWindow], now: float) -> dict[str, MadeWindow]:
    """By id those that still count."""
    over = sorted((one.over_at, id) for id, one in windows.items() if one.over_at is not None)
    gone = {id for at, id in over if at <= now - FORGET_SECONDS}
    gone |= {id for at, id in [entry for entry in over if entry[0] <= now][:-MADE_AT_MOST]}
    return {id: one for id, one in windows.items() if id not in gone}


def moved(window: MadeWindow, move: Callable[[float], float]) -> MadeWindow:
    """The clock was set: `move` turns a time by the clock before into a time by the clock now.

    Work that begins when a person asks for it moves too. Other work is at the time that the person wrote.
    """
    ended_at = None if window.ended_at is None else move(window.ended_at)
    by = move(window.made_at) - window.made_at
    work, over_at = window.window, window.over_at
    if _at_once(window):
        shift = timedelta(seconds=by)
        work = replace(work, starts=work.starts + shift, ends=work.ends + shift)
        over_at = None if over_at is None else over_at + by
    over_at = over_at if ended_at is None else ended_at
    return replace(window, window=work, made_at=window.made_at + by, over_at=over_at, ended_at=ended_at)


def _at_once(window: MadeWindow) -> bool:
    starts = window.window.starts
    return starts.tzinfo is not None and 0.0 <= window.made_at - starts.timestamp() < 1.0


def _over_at(window: MaintenanceWindow, zone: tzinfo) -> float | None:
    """The end of its last occurrence, or a time after that; None: it has no last one."""
    if window.repeat == "never":
        return instant(window.ends, zone)
    if window.until is None:
        return None
    last = datetime.combine(window.until, window.starts.time())
    return instant(last + (window.ends - window.starts), zone)
