"""Work as a person asks for it: it may begin now, and last for so many minutes."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from msgspec import Struct

from collector.planned.occurrences import instant
from collector.planned.window import YEARS, MaintenanceWindow, Repeat


class BadWork(Exception):
    """The text is the key with the mistake, and the remedy."""


class WantedWork(Struct, frozen=True, kw_only=True):
    """The fields of MaintenanceWindow. Without `starts` it begins now; `minutes` may replace `ends`."""

    title: str
    starts: datetime | None = None
    ends: datetime | None = None
    minutes: int | None = None
    repeat: Repeat = "never"
    on: list[str] = []
    until: date | None = None
    sites: list[str] = []
    links: list[str] = []
    applications: list[str] = []
    districts: list[str] = []
    providers: list[str] = []


def window_of(wanted: WantedWork, now: float, zone: tzinfo) -> MaintenanceWindow:
    """The window, which may have other mistakes. Raises BadWork."""
    starts, ends = _times(wanted, now, zone)
    return MaintenanceWindow(
        title=wanted.title,
        starts=starts,
        ends=ends,
        repeat=wanted.repeat,
        on=wanted.on,
        until=wanted.until,
        sites=wanted.sites,
        links=wanted.links,
        applications=wanted.applications,
        districts=wanted.districts,
        providers=wanted.providers,
    )


def _times(wanted: WantedWork, now: float, zone: tzinfo) -> tuple[datetime, datetime]:
    if (wanted.ends is None) == (wanted.minutes is None):
        raise BadWork("ends: write either ends or minutes")
    if wanted.repeat != "never" and wanted.starts is None:
        raise BadWork("starts: is missing; a window that repeats needs it, in local time")
    for key, time in (("starts", wanted.starts), ("ends", wanted.ends)):
        if time is not None and time.year not in YEARS:
            raise BadWork(f"{key}: {time.isoformat()}: write a year from {YEARS[0]} to {YEARS[-1]}")
    starts = wanted.starts or _exact(now, zone)
    if wanted.minutes is not None:
        return starts, starts + timedelta(minutes=wanted.minutes)
    assert wanted.ends is not None
    if wanted.starts is None and wanted.ends.tzinfo is None:
        return starts, _exact(instant(wanted.ends, zone), zone)
    return starts, wanted.ends


def _exact(at: float, zone: tzinfo) -> datetime:
    """The time in the city's offset of that moment, in whole seconds: it means one moment alone."""
    local = datetime.fromtimestamp(at // 1, UTC).astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))
