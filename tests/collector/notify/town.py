"""A town with a POP, and what may go wrong in it."""

from typing import Any

import msgspec

from collector.incidents import Affected, Incident, Notice
from collector.inventory import Application, City, Link, Receiver, Site
from collector.inventory.city import Alertmanager, Match, Webhook

NOW = 1_790_000_000.0  # 2026-09-21 21:13:20 in Pontianak

CITY = City(
    name="Pontianak",
    sites={
        "noc": Site(role="noc", name="Pontive Center", district="Pontianak Kota"),
        "pop-selatan": Site(role="pop", name="POP Selatan", district="Pontianak Selatan", users=0),
        "gradasi": Site(
            role="hotspot",
            name="Kampung Digital Gradasi",
            district="Pontianak Selatan",
            subdistrict="Benua Melayu Laut",
            users=180,
        ),
        "warkop": Site(role="hotspot", name="Warkop Winny", district="Pontianak Tenggara", users=40),
        "dinkes": Site(role="office", name="Dinas Kesehatan", district="Pontianak Kota", priority=1),
    },
    links={
        "metro": Link(from_="pop-selatan", to="noc"),
        "radio": Link(from_="gradasi", to="pop-selatan"),
        "second-radio": Link(from_="warkop", to="gradasi"),
        "fiber": Link(from_="dinkes", to="noc"),
    },
    applications={
        "sehat": Application(name="Antrean Puskesmas", url="https://antrean.example/", probed_from=["office"])
    },
)


def city(**receivers: Receiver) -> City:
    return msgspec.structs.replace(CITY, receivers=receivers)


def webhook(url: str = "http://127.0.0.1:9/", **match: Any) -> Receiver:
    return Receiver(webhook=Webhook(url=url), match=Match(**match), language="en")


def alertmanager(url: str = "http://127.0.0.1:9", **match: Any) -> Receiver:
    return Receiver(alertmanager=Alertmanager(url=url), match=Match(**match), language="en")


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
        "affected": down(root) if root in CITY.sites else (),
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
