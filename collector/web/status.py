"""The content of the status page: the sentence, the open incidents, the sites by district. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.incidents import Incident, Incidents, Kind, State
from collector.inventory import City
from collector.inventory.rostered import people_on_duty
from collector.notices.phrases import cause_words, evidence_words
from collector.notices.title import name_of
from collector.web.sentence import SEVERITIES, Sentence, sentence
from collector.web.unmeasured import Unmeasured
from collector.web.words import Speaker

TROUBLE_FIRST: tuple[State, ...] = ("down", "unknown", "up")
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


class Entry(NamedTuple):
    """An incident. `site` is the id of the site whose page has more; "" when there is none.

    `part_of` says of which power cut it is a part, "" for none. `people` are lines about the person who has
    it in hand, the cause that a person set, the newest note.
    """

    id: str
    severity: str
    site: str
    name: str
    what: str
    since: str
    affected: str
    evidence: str
    planned: str
    part_of: str
    people: Sequence[str]
    in_hand: bool


class Tile(NamedTuple):
    """A site. `note` is a short text beside its state. `root`: the site is the root of an outage."""

    id: str
    name: str
    state: State
    note: str
    root: bool


class District(NamedTuple):
    name: str
    counts: Mapping[State, int]
    tiles: Sequence[Tile]


class Status(NamedTuple):
    """`blind`: the page shows the last known state. `found` are the sites that fit the search."""

    sentence: Sentence
    blind: bool
    counts: Mapping[State, int]
    incidents: Sequence[Entry]
    districts: Sequence[District]
    found: int
    on_duty: str


def status(city: City, incidents: Incidents, unseen: Unmeasured, find: str, say: Speaker) -> Status:
    """The page. `find` keeps the sites with this text in their id or names."""
    opened = sorted(incidents.open(), key=gravest_first)
    states = {site: incidents.site_state(site) for site in city.sites}
    found = [site for site in city.sites if _fits(city, site, find)]
    on_backup = [site for site in found if incidents.on_backup(site)]
    notes = _notes(city, opened, on_backup, say)
    return Status(
        sentence=sentence(city, states, opened, incidents.blind, unseen, say),
        blind=incidents.blind,
        counts=_counts(states.values()),
        incidents=[entry(incident, city, say) for incident in opened],
        districts=_districts(_tiles(city, found, states, opened, notes), city),
        found=len(found),
        on_duty=_on_duty(city, say),
    )


def _on_duty(city: City, say: Speaker) -> str:
    """The people on duty now, with their districts. Anybody may see the page, so it has no numbers."""
    people = people_on_duty(city, say.now)
    names = [f"{one.name} ({', '.join(one.districts)})" if one.districts else one.name for one in people]
    return say("on_duty", names=say.names(names, ON_DUTY_NAMED)) if names else ""


def entry(incident: Incident, city: City, say: Speaker) -> Entry:
    lasted = say.duration(say.now - incident.began_at)
    return Entry(
        id=incident.id,
        severity=incident.severity,
        site=next((site for site in (incident.root, incident.agent) if site in city.sites), ""),
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


def _tiles(
    city: City,
    sites: Iterable[str],
    states: Mapping[str, State],
    incidents: Sequence[Incident],
    notes: Mapping[str, str],
) -> Iterator[Tile]:
    roots = {incident.root for incident in incidents if incident.kind == "site_down"}
    for site in sites:
        yield Tile(site, city.sites[site].name, states[site], notes.get(site, ""), site in roots)


def _notes(
    city: City, incidents: Sequence[Incident], on_backup: Iterable[str], say: Speaker
) -> dict[str, str]:
    """The note of each site, from its incidents and its backup. The gravest incident wins."""
    notes = dict.fromkeys(on_backup, say("what_on_backup"))
    for incident in reversed(incidents):
        if incident.kind == "agent_silent":
            notes |= dict.fromkeys(incident.affected_now, say("agent_silent"))
        elif incident.kind == "site_down":
            with_root = say("with_root", name=name_of(incident, city, say.language))
            notes |= dict.fromkeys(incident.affected_now, with_root)
            notes[incident.root] = say("since", at=say.clock(incident.began_at))
    return notes


def _fits(city: City, site: str, find: str) -> bool:
    place = city.sites[site]
    names = (site, place.name, place.district, place.subdistrict)
    return any(find.strip().casefold() in name.casefold() for name in names)


def _districts(tiles: Iterable[Tile], city: City) -> list[District]:
    """The districts: those with sites that are down come first. In each, sites in trouble come first."""
    found: dict[str, list[Tile]] = {}
    for tile in tiles:
        found.setdefault(city.sites[tile.id].district, []).append(tile)
    districts = [
        District(name, _counts(tile.state for tile in its), sorted(its, key=_trouble_first))
        for name, its in found.items()
    ]
    return sorted(districts, key=lambda one: ("down" not in one.counts, not one.name, one.name))


def _trouble_first(tile: Tile) -> tuple[int, bool, bool, str]:
    return TROUBLE_FIRST.index(tile.state), not tile.root, not tile.note, tile.name


def _counts(states: Iterable[State]) -> dict[State, int]:
    """The counts of each state, trouble first. A state without a site is left out."""
    found = list(states)
    return {state: found.count(state) for state in TROUBLE_FIRST if state in found}
