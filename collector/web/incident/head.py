"""The first screen of a phone: what it is, where, since when, and the person who has it in hand. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.incidents import Incident
from collector.incidents.network import FEEDER, PROVIDER
from collector.inventory import City
from collector.notices.title import affected, name_of
from collector.web.lists.named import Named, root_named, site_named
from collector.web.status import kind_words
from collector.web.words import Speaker

DISTRICTS_NAMED = 3


class Head(NamedTuple):
    """`state` is "open", "over" or "merged". `where` are places, the nearest first. `who` is "" where nobody
    needs to have it in hand. `remarks` are lines about planned work and the like.
    """

    id: str
    severity: str
    state: str
    name: Named
    what: str
    where: Sequence[Named]
    since: str
    who: str
    unattended: bool
    remarks: Sequence[str]


def head(incident: Incident, city: City, say: Speaker) -> Head:
    page = root_named(incident, city)
    excused = incident.planned or incident.part_of or incident.severity == "info"
    return Head(
        id=incident.id,
        severity=incident.severity,
        state={"open": "open", "closed": "over", "merged": "merged"}[incident.status],
        name=Named(name_of(incident, city, say.language), page.href if page else ""),
        what=say(kind_words(incident)),
        where=list(_where(incident, city)),
        since=_since(incident, say),
        who=_who(incident, say) if not excused or incident.in_hand else "",
        unattended=incident.status == "open" and not incident.in_hand and not excused,
        remarks=list(_remarks(incident, say)),
    )


def _where(incident: Incident, city: City) -> Iterator[Named]:
    """The owner of an application, the site of an agent, and subdistrict and district; or the districts."""
    application = city.applications.get(incident.root)
    if incident.root.startswith((PROVIDER, FEEDER)) or _nowhere(incident, city):
        sites = (city.sites[site] for site in affected(incident) if site in city.sites)
        districts = list(dict.fromkeys(site.district for site in sites if site.district))
        yield from (Named(name, "") for name in districts[:DISTRICTS_NAMED])
        if not 0 < len(districts) <= DISTRICTS_NAMED:
            yield Named(city.name, "")
        return
    site = application.owner if application else incident.root
    if site not in city.sites:
        site = incident.agent
    if site not in city.sites:
        yield Named(city.name, "")
        return
    if site != incident.root:
        yield site_named(site, city)
    place = city.sites[site]
    yield from (Named(name, "") for name in (place.subdistrict, place.district) if name)


def _nowhere(incident: Incident, city: City) -> bool:
    return not ({incident.root, incident.agent} & (city.sites.keys() | city.applications.keys()))


def _since(incident: Incident, say: Speaker) -> str:
    began = say.clock(incident.began_at, seconds=True)
    if incident.ended_at is None:
        return say("since_for", at=began, duration=say.duration(say.now - incident.began_at))
    lasted = say.duration(incident.ended_at - incident.began_at)
    key = "lasted_merged" if incident.status == "merged" else "lasted"
    return say(key, began=began, ended=say.clock(incident.ended_at, seconds=True), duration=lasted)


def _who(incident: Incident, say: Speaker) -> str:
    if incident.acknowledged_at is None:
        return say("nobody_has_it") if incident.status == "open" else ""
    at, note = say.clock(incident.acknowledged_at), incident.acknowledged_note
    key = "has_it" if incident.status == "open" else "had_it"
    return say(f"{key}_note" if note else key, by=incident.acknowledged_by, at=at, note=note)


def _remarks(incident: Incident, say: Speaker) -> Iterator[str]:
    if incident.planned:
        yield say("planned_covers", title=incident.planned)
    if incident.outlasted:
        yield say("planned_outlasted", title=incident.outlasted)
    if incident.removed:
        yield say("root_removed")
    if incident.late:
        yield say("known_late")
    if incident.not_after is not None:
        left = abs(incident.not_after - say.now)
        key = "expires" if incident.not_after > say.now else "expired"
        yield say(key, at=say.clock(incident.not_after), left=say.duration(left))
