"""The content of the status page: the sentence, the open incidents, the sites by district. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.state import State as CityState
from collector.incidents import Incident, Incidents, Kind, State
from collector.inventory import City
from collector.inventory.rostered import people_on_duty
from collector.notices.phrases import cause_words, evidence_words
from collector.notices.title import name_of
from collector.web.lists.asked import Params
from collector.web.lists.named import root_named
from collector.web.sentence import SEVERITIES, Sentence, sentence
from collector.web.tiles import Tiles, counts_of, tiles
from collector.web.unmeasured import NONE, unmeasured
from collector.web.words import Speaker

GRAVEST_FIRST: tuple[Kind, ...] = (
    "collector_blind",
    "power_cut",
    "site_down",
    "path_lost",
    "application_down",
    "on_backup",
    "target_down",
    "flapping",
    "degraded",
    "agent_silent",
    "certificate_expiry",
    "agent_trouble",
)
NAMED = 3
ON_DUTY_NAMED = 6
INCIDENTS_SHOWN = 50


class Entry(NamedTuple):
    """An incident. `site` is the id of the site that it is about, `href` the page of its root; "" for none.

    `part_of` says of which power cut it is a part, "" for none. `people` are lines about the person who has
    it in hand, the cause that a person set, the newest note.
    """

    id: str
    severity: str
    site: str
    href: str
    name: str
    what: str
    since: str
    affected: str
    evidence: str
    planned: str
    part_of: str
    people: Sequence[str]
    in_hand: bool


class Status(NamedTuple):
    """`blind`: the page shows the last known state. `more` open incidents are not shown."""

    sentence: Sentence
    blind: bool
    counts: Mapping[State, int]
    incidents: Sequence[Entry]
    more: int
    tiles: Tiles
    on_duty: str


def status(state: CityState, incidents: Incidents, params: Params, say: Speaker) -> Status:
    """The page. `params` has the filter of its sites. Raises BadParameter."""
    city, opened = state.city, sorted(incidents.open(), key=gravest_first)
    states = incidents.site_states()
    counts = counts_of(states.values())
    unseen = unmeasured(state, say.now) if counts.keys() == {"up"} else NONE  # of no use beside worse
    return Status(
        sentence=sentence(city, states, opened, incidents.blind, unseen, say),
        blind=incidents.blind,
        counts=counts,
        incidents=[entry(incident, city, say) for incident in opened[:INCIDENTS_SHOWN]],
        more=max(0, len(opened) - INCIDENTS_SHOWN),
        tiles=tiles(city, states, opened, incidents.sites_on_backup(), params, say),
        on_duty=_on_duty(city, say),
    )


def _on_duty(city: City, say: Speaker) -> str:
    """The people on duty now, with their districts. Anybody may see the page, so it has no numbers."""
    people = people_on_duty(city, say.now)
    names = [f"{one.name} ({', '.join(one.districts)})" if one.districts else one.name for one in people]
    return say("on_duty", names=say.names(names, ON_DUTY_NAMED)) if names else ""


def entry(incident: Incident, city: City, say: Speaker) -> Entry:
    lasted = say.duration(say.now - incident.began_at)
    root = root_named(incident, city)
    return Entry(
        id=incident.id,
        severity=incident.severity,
        site=next((site for site in (incident.root, incident.agent) if site in city.sites), ""),
        href=root.href if root else "",
        name=name_of(incident, city, say.language),
        what=say(kind_words(incident)),
        since=say("since_for", at=say.clock(incident.began_at, seconds=True), duration=lasted),
        affected=affected_words(incident, city, say),
        evidence=_evidence(incident, city, say),
        planned=say("planned", titles=incident.planned) if incident.planned else "",
        part_of=say("part_of_power_cut", id=incident.part_of) if incident.part_of else "",
        people=list(_people(incident, say)),
        in_hand=incident.in_hand,
    )


def kind_words(incident: Incident) -> str:
    """The key of the words for what it is."""
    if incident.kind == "application_down" and incident.scope:
        return f"what_application_down_{incident.scope}"
    return f"what_{incident.kind}"


def gravest_first(incident: Incident) -> tuple[bool, int, int, int, float]:
    """Planned work comes last."""
    severity, kind = SEVERITIES.index(incident.severity), GRAVEST_FIRST.index(incident.kind)
    return bool(incident.planned), severity, kind, -len(incident.affected_now), -incident.began_at


def affected_words(incident: Incident, city: City, say: Speaker, names: int = NAMED) -> str:
    """The affected sites. An outage has their users too, and names some of the sites, but not the root."""
    sites = [site for site in incident.affected_now if site in city.sites]
    words = [say("affects", n=len(sites))]
    if not sites or (incident.kind == "agent_silent" and len(sites) < 2):
        return ""
    if incident.kind not in ("site_down", "power_cut"):
        return words[0]
    if users := sum(city.sites[site].users for site in sites):
        words.append(say("users", n=users))
    if incident.on_ups:
        words.append(say("still_on_ups", n=len(incident.on_ups)))
    others = sorted((site for site in sites if site != incident.root), key=lambda id: city.sites[id].priority)
    named = say.names([city.sites[site].name for site in others], names) if names else ""
    return ", ".join(words) + (f": {named}" if named else "")


def _evidence(incident: Incident, city: City, say: Speaker) -> str:
    reason = evidence_words(incident, say.language)
    witnesses = [city.sites[site].name if site in city.sites else site for site in incident.seen_by]
    said = say("seen_from", reason=reason, names=say.names(witnesses, NAMED)) if witnesses else reason
    return say("evidence", said=said)


def _people(incident: Incident, say: Speaker) -> Iterator[str]:
    """The page does not ask for a person where the incident is over, planned, a part, or of severity info."""
    excused = incident.planned or incident.part_of
    if incident.acknowledged_at is not None:
        key = "taken_by_note" if incident.acknowledged_note else "taken_by"
        at, note = say.clock(incident.acknowledged_at), incident.acknowledged_note
        yield say(key, by=incident.acknowledged_by, at=at, note=note)
    elif incident.status == "open" and incident.severity != "info" and not excused:
        yield say("not_taken")
    if incident.cause:
        yield say("cause_by", cause=cause_words(incident.cause, say.language), by=incident.cause_by)
    for newest in incident.notes[-1:]:
        yield say("note_by", by=newest.by, at=say.clock(newest.at), note=newest.text)
