"""Incidents of Pontianak and the notices about them, as the incidents decide them."""

from typing import Any

import msgspec

from collector.incidents import Affected, Incident, Notice
from tests.fakes.city import PONTIANAK
from tests.fakes.virtual_time import START

NOW = START  # 2026-09-21 21:13:20 in Pontianak


def incident(kind: Any = "site_down", root: str = "gradasi", **changes: Any) -> Incident:
    """An open one, two minutes old, announced a minute ago, that affects its root alone."""
    known: dict[str, Any] = {
        "id": "abcd2345",
        "severity": "warning",
        "began_at": NOW - 120,
        "opened_at": NOW - 118,
        "announced_at": NOW - 60,
        "told_at": NOW - 60,
        "notices": 1,
        "reason": "timeout",
        "seen_by": ("pop-selatan",),
        "affected": down(root) if root in PONTIANAK.sites else (),
    }
    return Incident(kind=kind, root=root, **{**known, **changes})


def down(*sites: str, until: float | None = None) -> tuple[Affected, ...]:
    return tuple(Affected(site, NOW - 120, until) for site in sites)


def over(opened: Incident, ended_at: float = NOW) -> Incident:
    return msgspec.structs.replace(
        opened,
        status="closed",
        ended_at=ended_at,
        affected=tuple(Affected(entry.site, entry.since, ended_at) for entry in opened.affected),
    )


def notice(about: Incident, kind: Any = "firing", merged: tuple[str, ...] = ()) -> Notice:
    return Notice(f"{about.id}-{about.notices}", kind, NOW, about, merged)
