"""The planned work of the script as windows of maintenance. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from collector.planned import MaintenanceWindow
from demo.day import Days

TITLE = "Pekerjaan terjadwal"
BESIDE_SECONDS = 300.0
"""The window is open so long before and after the work."""


def windows(days: Days, first: date, number: int) -> Iterator[MaintenanceWindow]:
    """Those of so many days of the script, at the real times at which they pass."""
    for day in (first + timedelta(days=one) for one in range(number)):
        for fault in days.faults(day):
            if fault.kind == "planned_work":
                begins_at, ends_at = days.pace.real(fault.begins_at), days.pace.real(fault.ends_at)
                beside = min(BESIDE_SECONDS, ends_at - begins_at)
                yield MaintenanceWindow(
                    title=fault.title or TITLE,
                    starts=datetime.fromtimestamp(begins_at - beside, days.zone),
                    ends=datetime.fromtimestamp(ends_at + beside, days.zone),
                    sites=[fault.where],
                )
