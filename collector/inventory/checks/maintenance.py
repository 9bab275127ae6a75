"""Announced work: a window that can come about, of something that exists."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.inventory.checks.draft import Draft
from collector.inventory.problem import Problem
from collector.inventory.windows import SCOPES, Fault, Known, scope_faults, window_faults
from collector.planned import MaintenanceWindow


def faults(draft: Draft) -> Iterator[Problem]:
    known: dict[str, list[str]] = {
        scope: sorted(draft.districts if scope == "districts" else draft.written(scope)) for scope in SCOPES
    }
    zone = _zone(draft.city.timezone)
    for number, (row, window) in enumerate(
        zip(draft.document.lists["maintenance"], draft.city.maintenance, strict=True)
    ):
        for key, what in _found(window, known, zone):
            yield Problem(row.file, f"maintenance[{number}]{key and f'.{key}'}", what)


def _found(window: MaintenanceWindow, known: Known, zone: tzinfo) -> Iterator[Fault]:
    """A faulty row has a stand-in in place of a time. The inventory has local times only."""
    if not isinstance(window.starts, datetime) or not isinstance(window.ends, datetime):
        yield from scope_faults(window, known)
    elif window.starts.tzinfo is not None:
        yield "starts", f"{window.starts.isoformat()} has an offset; write the city's local time, without one"
    else:
        yield from window_faults(window, known, zone)


def _zone(name: str) -> tzinfo:
    """The check of the city says that there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return UTC
