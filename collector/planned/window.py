"""A window of maintenance as a person writes it, in the inventory or by hand."""

import base64
import hashlib
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

Repeat = Literal["never", "daily", "weekly", "monthly"]

YEARS = range(2000, 2100)
"""Another year is a typing error."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class MaintenanceWindow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Announced work. `starts` and `ends` are those of the first occurrence, in the city's local time.

    `on` are the days of a weekly window ("monday") or of a monthly one ("first sunday", "last day"); without
    it the day of `starts` counts. `until` is the last day on which an occurrence may begin. Times with an
    offset are exact; only a window that does not repeat may have them.
    """

    title: str
    starts: datetime
    ends: datetime
    repeat: Repeat = "never"
    on: list[str] = []
    until: date | None = None
    sites: list[str] = []
    links: list[str] = []
    applications: list[str] = []
    districts: list[str] = []
    providers: list[str] = []


class MadeWindow(Struct, frozen=True, kw_only=True):
    """A window that a person made while the collector runs. Times are Unix seconds.

    `via` is the way by which the person made it: "page", "cli", "api" or "telegram:CHAT". `over_at` is the
    end of its last occurrence; None: it has no last one. `ended_at` is when a person ended it, with all later
    ones.
    """

    id: str
    window: MaintenanceWindow
    by: str
    via: str
    made_at: float
    over_at: float | None
    ended_at: float | None = None


def window_id(window: MaintenanceWindow, *more: str) -> str:
    """Eight letters and digits, the same for the same window. `more` tells equal windows apart."""
    digest = hashlib.sha256(_encode([window, *more])).digest()
    return base64.b32encode(digest[:5]).decode().lower()
