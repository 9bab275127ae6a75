"""Planned work for the incidents' tests, in seconds since the simulated city began."""

from collections.abc import Collection
from datetime import UTC, datetime

from collector.planned import MaintenanceWindow, Plan, PlannedWork
from tests.fakes.virtual_time import START


def work(
    since: float,
    until: float,
    *sites: str,
    title: str = "Work",
    links: Collection[str] = (),
    applications: Collection[str] = (),
) -> PlannedWork:
    """One window, which covers these things."""
    window = MaintenanceWindow(title=title, starts=_time(since), ends=_time(until))
    return PlannedWork(title, window, frozenset(sites), frozenset(links), frozenset(applications))


def plan(*windows: PlannedWork, main_links: dict[str, frozenset[str]] | None = None) -> Plan:
    return Plan(windows, UTC, main_links)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(START + seconds, UTC)
