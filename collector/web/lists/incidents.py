"""The list of all incidents, open and past: the filter, and a page of it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from collector.incidents import Incident, Kind
from collector.incidents.incident import Severity
from collector.incidents.listed import ListedIncidents, ListPlace, WantedIncidents
from collector.inventory import City
from collector.notices.clue_words import weighed_words
from collector.notices.phrases import cause_words
from collector.notices.title import name_of
from collector.web.lists.asked import BadParameter, FilterField, Params, address, choice, text
from collector.web.lists.named import Named, root_named
from collector.web.words import Speaker

PATH = "/incidents"
KINDS: tuple[Kind, ...] = get_args(Kind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
STATES = ("open", "over")


class AskedIncidents(NamedTuple):
    """The filter. `wanted` is the part that the store decides. `find` is lower-case."""

    wanted: WantedIncidents
    district: str
    find: str
    after: ListPlace | None


class IncidentRow(NamedTuple):
    """`wider` is the id of the incident that took it in. `thing` is its root, where that has a page."""

    id: str
    severity: Severity
    open: bool
    state: str
    name: str
    what: str
    thing: Named | None
    district: str
    since: str
    lasted: str
    wider: str
    cause: str
    people: str
    unattended: bool


class IncidentList(NamedTuple):
    """`older` and `newest` are addresses, "" for none. `searched` says how far back a search has looked."""

    fields: Sequence[FilterField]
    rows: Sequence[IncidentRow]
    filtered: bool
    searched: str
    older: str
    newest: str


def asked_incidents(params: Params, city: City) -> AskedIncidents:
    """Raises BadParameter."""
    zone = ZoneInfo(city.timezone)
    state = choice(params, "state", STATES)
    wanted = WantedIncidents(
        open=state == "open" if state else None,
        kind=choice(params, "kind", KINDS),
        severity=choice(params, "severity", SEVERITIES),
        since=_midnight(params, "from", zone, days=0),
        until=_midnight(params, "to", zone, days=1),
    )
    district = choice(params, "district", {site.district for site in city.sites.values()})
    return AskedIncidents(wanted, district, text(params, "q").casefold(), _place(params))


def _midnight(params: Params, key: str, zone: ZoneInfo, days: int) -> float | None:
    """The beginning of the day, or of the one after it, Unix seconds. Raises BadParameter."""
    if not (value := params.get(key, "")):
        return None
    try:
        day = date.fromisoformat(value) + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
    except (ValueError, OverflowError):
        raise BadParameter(key, value) from None


def _place(params: Params) -> ListPlace | None:
    """Raises BadParameter."""
    if not (value := params.get("after", "")):
        return None
    open, _, rest = value.partition("-")
    began_at, _, id = rest.partition("-")
    try:
        if open in ("0", "1") and id.isprintable():
            return ListPlace(open == "1", float(began_at), id)
    except ValueError:
        pass
    raise BadParameter("after", value)


def _cursor(place: ListPlace) -> str:
    return f"{int(place.open)}-{place.began_at!r}-{place.id}"


def fits(incident: Incident, asked: AskedIncidents, city: City, say: Speaker) -> bool:
    """The part of the filter that needs the inventory's names."""
    if asked.district and asked.district not in _districts(incident, city):
        return False
    if not asked.find:
        return True
    return any(asked.find in one.casefold() for one in _said_of(incident, city, say))


def _districts(incident: Incident, city: City) -> set[str]:
    places = {incident.root, incident.agent, *(entry.site for entry in incident.affected)}
    return {city.sites[site].district for site in places if site in city.sites}


def _said_of(incident: Incident, city: City, say: Speaker) -> Iterator[str]:
    yield from (incident.id, incident.root, incident.agent, name_of(incident, city, say.language))
    yield from (incident.acknowledged_by, incident.planned)
    if incident.agent in city.sites:
        yield city.sites[incident.agent].name
    yield from (entry.site for entry in incident.affected)
    yield from (note.text for note in incident.notes)


def incident_list(listed: ListedIncidents, params: Params, city: City, say: Speaker) -> IncidentList:
    following = listed.following
    searched = ""
    if following is not None and len(listed.incidents) == 0:
        searched = say("searched_back", at=say.clock(following.began_at))
    return IncidentList(
        fields=list(_fields(params, city, say)),
        rows=[_row(incident, city, say) for incident in listed.incidents],
        filtered=any(params.get(key) for key in ("state", "kind", "severity", "district", "q", "from", "to")),
        searched=searched,
        older=address(PATH, params, after=_cursor(following)) if following else "",
        newest=address(PATH, params, after="") if params.get("after") else "",
    )


def _fields(params: Params, city: City, say: Speaker) -> Iterator[FilterField]:
    def select(key: str, label: str, options: Sequence[tuple[str, str]]) -> FilterField:
        return FilterField(key, say(label), "select", params.get(key, ""), [("", say("any")), *options])

    districts = sorted({site.district for site in city.sites.values()} - {""})
    yield FilterField("q", say("filter_text"), "search", text(params, "q"))
    yield select("state", "filter_state", [(one, say(f"incident_{one}")) for one in STATES])
    yield select("kind", "filter_kind", [(one, say(f"kind_{one}")) for one in KINDS])
    yield select("severity", "filter_severity", [(one, say(one)) for one in SEVERITIES])
    yield select("district", "filter_district", [(one, one) for one in districts])
    yield FilterField("from", say("filter_from"), "date", params.get("from", ""))
    yield FilterField("to", say("filter_to"), "date", params.get("to", ""))


def _row(incident: Incident, city: City, say: Speaker) -> IncidentRow:
    open = incident.status == "open"
    until = say.now if incident.ended_at is None else incident.ended_at
    place = city.sites.get(incident.root) or city.sites.get(incident.agent)
    unattended = open and not (incident.in_hand or incident.planned or incident.part_of)
    return IncidentRow(
        id=incident.id,
        severity=incident.severity,
        open=open,
        state=say("incident_open" if open else "incident_over"),
        name=name_of(incident, city, say.language),
        what=say(f"kind_{incident.kind}"),
        thing=root_named(incident, city),
        district=place.district if place else "",
        since=say.clock(incident.began_at),
        lasted=say.duration(until - incident.began_at),
        wider=incident.merged_into,
        cause=_cause(incident, say),
        people=_people(incident, say),
        unattended=unattended and incident.severity != "info",
    )


def _cause(incident: Incident, say: Speaker) -> str:
    """The one that a person set, or else the one that the clues speak for; "" if none is known."""
    if incident.cause:
        return cause_words(incident.cause, say.language)
    if incident.planned:
        return cause_words("planned", say.language)
    if incident.weighed.cause == "unknown":
        return ""
    return weighed_words(incident.weighed, say.language)


def _people(incident: Incident, say: Speaker) -> str:
    """The person who has it in hand, or who last said something about it."""
    if incident.acknowledged_by:
        return incident.acknowledged_by
    return incident.cause_by or next((note.by for note in reversed(incident.notes)), "")
