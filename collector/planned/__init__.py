"""Planned work: the windows of maintenance, their occurrences on the clock, and what they cover. Sans-IO.

1. `window` is a window of maintenance as a person writes it, in the city's local time.
2. `days` decides on which days it occurs, `occurrences` from when to when, in Unix time.
3. `wanted` is work that a person asks for, `made` the window that a person made of it.
4. `plan` has all windows of the city, and says which sites, applications and providers they cover at a time.
"""

from collector.planned.made import (
    FORGET_SECONDS,
    MADE_AT_MOST,
    ended,
    lasting,
    made,
    moved,
    remembered,
)
from collector.planned.plan import NO_PLAN, Covered, Plan, PlannedWork
from collector.planned.wanted import BadWork, WantedWork, window_of
from collector.planned.window import MadeWindow, MaintenanceWindow, window_id

__all__ = [
    "FORGET_SECONDS",
    "MADE_AT_MOST",
    "NO_PLAN",
    "BadWork",
    "Covered",
    "MadeWindow",
    "MaintenanceWindow",
    "Plan",
    "PlannedWork",
    "WantedWork",
    "ended",
    "lasting",
    "made",
    "moved",
    "remembered",
    "window_id",
    "window_of",
]
