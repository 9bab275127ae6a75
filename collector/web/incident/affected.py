"""The sites that an incident affects, and their users. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from collector.incidents import Affected, Incident
from collector.inventory import City
from collector.web.lists.named import Named, site_named
from collector.web.words import Speaker

SITES_SHOWN = 30


class AffectedLine(NamedTuple):
    """`still`: it is affected now. `since` is a text about its time, `users` a text, "" if not known."""

    site: Named
    still: bool
    since: str
    users: str


class AffectedSites(NamedTuple):
    """The sites, those that are affected now and the important ones first. `rest` are not shown.

    `on_ups` are sites of a power cut that still run on a battery.
    """

    summary: str
    lines: Sequence[AffectedLine]
    rest: int
    on_ups: Sequence[AffectedLine]


def affected_sites(incident: Incident, city: City, say: Speaker) -> AffectedSites:
    last = {entry.site: entry for entry in incident.affected}
    entries = sorted(last.values(), key=lambda entry: _first(entry, city))
    lines = [_line(entry, incident, city, say) for entry in entries[:SITES_SHOWN]]
    return AffectedSites(
        summary=_summary(incident, list(last), city, say),
        lines=lines,
        rest=max(0, len(entries) - SITES_SHOWN),
        on_ups=[
            AffectedLine(
                site_named(one.site, city),
                still=False,
                since=say("ups_until", at=say.clock(one.empty_at)) if one.empty_at is not None else "",
                users=_users(one.site, city, say),
            )
            for one in incident.on_ups[:SITES_SHOWN]
        ],
    )


def _first(entry: Affected, city: City) -> tuple[bool, int, str]:
    site = city.sites.get(entry.site)
    return entry.until is not None, site.priority if site else 9, site.name if site else entry.site


def _summary(incident: Incident, sites: Sequence[str], city: City, say: Speaker) -> str:
    """How many sites and users it affects now; of one that is over, how many it affected."""
    now = incident.affected_now
    over = incident.status != "open"
    counted = [site for site in (sites if over else now) if site in city.sites]
    if not counted:
        return ""
    users = sum(city.sites[site].users for site in counted)
    said = [say("affects", n=len(counted)), *([say("users", n=users)] if users else [])]
    key = "affected_before" if over else "affected_still"
    text = say(key, said=", ".join(said))
    back = len(sites) - len(now)
    return f"{text} {say('affected_back', n=back)}" if back and not over else text


def _line(entry: Affected, incident: Incident, city: City, say: Speaker) -> AffectedLine:
    began = say.clock(entry.since)
    if entry.until is None:
        since = say("since", at=began)
    else:
        lasted = say.duration(entry.until - entry.since)
        since = say("affected_until", since=began, until=say.clock(entry.until), duration=lasted)
    still = entry.until is None and incident.status == "open"
    return AffectedLine(site_named(entry.site, city), still, since, _users(entry.site, city, say))


def _users(site: str, city: City, say: Speaker) -> str:
    users = city.sites[site].users if site in city.sites else 0
    return say("users", n=users) if users else ""
