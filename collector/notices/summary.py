"""A daily summary for each receiver that wants one. It also proves that the channel works. Sans-IO."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from collector.incidents import Incident, Incidents, Notice
from collector.incidents.matching import fits
from collector.inventory import City
from collector.notices.document import Document, Letter
from collector.notices.incident_page import page_of
from collector.notices.phrases import duration
from collector.notices.render import words
from collector.notices.texts import LINES, TITLES, Language, spoken
from collector.planned.occurrences import instant

LOOK_AGAIN_SECONDS = 15.0
LATE_SECONDS = 6 * 3600.0
"""A collector that starts so long after the set hour still writes the summary of the day."""
DAY_SECONDS = 86400.0
LISTED = 15


class Summaries:
    """`written` are the ids of summaries in the store: a receiver gets one a day, over any restart."""

    def __init__(self, written: Collection[str] = ()) -> None:
        self._written = set(written)
        self._looked_at = float("-inf")

    def due(self, city: City, incidents: Incidents, now: float) -> list[Letter]:
        """The summaries whose hour has come. They count as written from now on."""
        if 0 <= now - self._looked_at < LOOK_AGAIN_SECONDS:
            return []
        self._looked_at = now
        return list(self._due(city, incidents, now))

    def _due(self, city: City, incidents: Incidents, now: float) -> Iterator[Letter]:
        zone = ZoneInfo(city.timezone)
        today = datetime.fromtimestamp(now, zone).date()
        self._written = {id for id in self._written if _day(id) <= str(today)}  # a clock may have been ahead
        for name, receiver in city.receivers.items():
            id = f"summary-{name}-{today}"
            if not receiver.summary or id in self._written:
                continue
            since = instant(datetime.combine(today, time.fromisoformat(receiver.summary)), zone)
            if since <= now < since + LATE_SECONDS:
                self._written.add(id)
                yield Letter(name, summary(id, name, city, incidents, now))


def _day(id: str) -> str:
    """The date of a summary by its id, "2026-09-22"."""
    return id[-10:]


def summary(id: str, receiver: str, city: City, incidents: Incidents, now: float) -> Document:
    """The open incidents, those that ended within a day, and how many sites are up."""
    language = city.receivers[receiver].language
    mine = [one for one in incidents.saved() if _concerns(one, receiver, city)]
    still_open = [one for one in mine if one.status == "open"]
    over = [one for one in mine if one.status == "closed" and now - (one.ended_at or 0.0) < DAY_SECONDS]
    title = spoken(TITLES["summary"], language).format(n=len(still_open))
    lines = [
        title,
        _sites(city, incidents, language),
        *_listed([_open_line(one, city, language, now) for one in still_open], language),
        spoken(LINES["summary_over"], language).format(n=len(over)) if over else "",
        *_listed([_over_line(one, city, language) for one in over], language),
        "" if mine and (still_open or over) else spoken(LINES["summary_quiet"], language),
    ]
    return Document(
        id=id,
        kind="summary",
        at=now,
        incident="",
        about="summary",
        root="",
        name="pantau",
        severity="info",
        scope="",
        began_at=now,
        ended_at=None,
        affected=[],
        merged=[],
        seen_by=[],
        reason="",
        acknowledged_by="",
        title=title,
        text="\n".join(line for line in lines if line),
    )


def _concerns(incident: Incident, receiver: str, city: City) -> bool:
    match = city.receivers[receiver].match
    return incident.announced_at is not None and fits(match, incident, city.sites)


def _sites(city: City, incidents: Incidents, language: Language) -> str:
    states = Counter(incidents.site_state(site) for site in city.sites)
    return spoken(LINES["summary_sites"], language).format(
        n=len(city.sites), up=states["up"], down=states["down"], unknown=states["unknown"]
    )


def _open_line(incident: Incident, city: City, language: Language, now: float) -> str:
    title = words(Notice("", "firing", now, incident), city, language).title
    began = _clock(incident.began_at, city)
    line = spoken(LINES["digest_open"], language).format(title=title, id=incident.id, since=began)
    page = page_of(incident.id, city)
    return f"{line}\n{page}" if page else line


def _over_line(incident: Incident, city: City, language: Language) -> str:
    ended_at = incident.ended_at or incident.began_at
    title = words(Notice("", "recovered", ended_at, incident), city, language).title
    lasted = duration(ended_at - incident.began_at, language)
    began = _clock(incident.began_at, city)
    shape = spoken(LINES["summary_past"], language)
    line = shape.format(title=title, id=incident.id, since=began, duration=lasted)
    page = page_of(incident.id, city)
    return f"{line}\n{page}" if page else line


def _listed(lines: list[str], language: Language) -> Iterable[str]:
    """So many lines, and how many more there are."""
    yield from lines[:LISTED]
    if len(lines) > LISTED:
        yield spoken(LINES["summary_more"], language).format(n=len(lines) - LISTED)


def _clock(at: float, city: City) -> str:
    return f"{datetime.fromtimestamp(at, ZoneInfo(city.timezone)):%d-%m %H:%M}"
