"""The state of the city in one sentence. Pure.

The sentence says that all is well only when every site is known to be up and every probe gives values.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from collector.incidents import Incident, State
from collector.incidents.network import PROVIDER
from collector.inventory import City
from collector.notices.title import name_of
from collector.web.unmeasured import Unmeasured
from collector.web.words import Speaker

UNSEEN_NAMED = 4
NAMED = 2
"""So many of a kind are named; the rest is counted."""

OTHER_KINDS = (
    ("target_down", "targets_down"),
    ("on_backup", "on_backup"),
    ("flapping", "flapping"),
    ("degraded", "degraded"),
    ("agent_silent", "agents_silent"),
    ("certificate_expiry", "certificates_expire"),
    ("agent_trouble", "agents_trouble"),
)
"""Kinds of which the sentence has only the number, with its text."""

Level = Literal["critical", "warning", "info", "unknown", "up"]
SEVERITIES: tuple[Level, ...] = ("critical", "warning", "info")


class Sentence(NamedTuple):
    level: Level
    text: str


def sentence(
    city: City,
    states: Mapping[str, State],
    incidents: Sequence[Incident],
    blind: bool,
    unseen: Unmeasured,
    say: Speaker,
) -> Sentence:
    """`incidents` are the open ones, the gravest first and planned work last.

    `blind`: the present state is unknown.
    """
    if blind:
        return Sentence("unknown", _blind(incidents, say))
    found = list(states.values())
    known = {"up": found.count("up"), "all": len(found), "unknown": found.count("unknown")}
    clauses = list(_clauses(city, states, incidents, say))
    if clauses:
        down = "down" in found or any(incident.kind == "site_down" for incident in incidents)
        if not down:
            clauses.append(say("no_site_down"))
        if known["unknown"]:
            clauses.append(say("sites_unknown", n=known["unknown"]))
        return Sentence(_level(states, incidents), "; ".join(clauses) + ".")
    if not found:
        return Sentence("unknown", say("no_sites"))
    if known["up"] < known["all"]:
        return Sentence("unknown", say("none_known", **known))
    if unseen.n:
        return Sentence("unknown", _unseen(unseen, known, say))
    return Sentence("up", say("all_well", **known))


def _level(states: Mapping[str, State], incidents: Sequence[Incident]) -> Level:
    """The gravest severity of what nobody planned."""
    planned = {site for incident in incidents if incident.planned for site in incident.affected_now}
    others = [incident for incident in incidents if not incident.planned]
    down = "down" in (state for site, state in states.items() if site not in planned)
    gravest = others[0].severity if others else "info"
    return "warning" if down and gravest == "info" else gravest


def _unseen(unseen: Unmeasured, known: Mapping[str, int], say: Speaker) -> str:
    why = say("ping_not_allowed") if unseen.reason == "permission" else say.reason(unseen.reason)
    if unseen.reason == "unmeasured":
        why = say("not_measured_yet")
    names = say.names(unseen.names, UNSEEN_NAMED)
    return say("not_all_measured", **known, n=unseen.n, of=unseen.all, why=why, names=names)


def _blind(incidents: Sequence[Incident], say: Speaker) -> str:
    told = next((incident for incident in incidents if incident.kind == "collector_blind"), None)
    if told is None:
        return say("blind_broker", since="")
    since = " " + say("since", at=say.clock(told.began_at))
    return say("blind_silence" if told.reason == "silence" else "blind_broker", since=since)


def _clauses(
    city: City, states: Mapping[str, State], incidents: Sequence[Incident], say: Speaker
) -> Iterator[str]:
    kinds: dict[str, list[Incident]] = {}
    for incident in incidents:
        kinds.setdefault(incident.kind, []).append(incident)
    yield from _outages(kinds, city, states, say)
    applications = kinds.get("application_down", [])
    for incident in applications[:NAMED]:
        key = "application_here" if incident.scope == "here" else "application_everywhere"
        yield _said(incident, key, len(incident.affected_now), city, say)
    if left := len(applications[NAMED:]):
        yield say("applications_down", n=left)
    for kind, key in OTHER_KINDS:
        if kind in kinds:
            counted = kinds[kind]
            if kind == "agent_silent":
                yield say(key, n=sum(len(incident.affected_now) for incident in counted))
            else:
                yield say(key, n=len(counted))
    if titles := list(dict.fromkeys(incident.planned for incident in incidents if incident.planned)):
        yield say("planned", titles=say.names(titles, NAMED))


def _outages(
    kinds: Mapping[str, list[Incident]], city: City, states: Mapping[str, State], say: Speaker
) -> Iterator[str]:
    """The power cuts with their sites, the other sites that are down, and the lost paths of the internet."""
    cuts = kinds.get("power_cut", [])
    for incident in cuts:
        yield _said(incident, "power_cut_with", len(incident.affected_now), city, say)
    named = [incident for incident in kinds.get("site_down", []) if not incident.part_of][:NAMED]
    for incident in named:
        others = len(set(incident.affected_now) - {incident.root})
        yield _said(incident, "site_down_with" if others else "site_down", others, city, say)
    told = {site for incident in (*cuts, *named) for site in (incident.root, *incident.affected_now)}
    down = {site for site, state in states.items() if state == "down"}
    if left := len(down - told):
        yield say("sites_down", n=left)
    for incident in kinds.get("path_lost", []):
        key = "way_out_lost" if incident.root.startswith(PROVIDER) else "path_lost"
        yield _said(incident, key, len(incident.affected_now), city, say)


def _said(incident: Incident, key: str, n: int, city: City, say: Speaker) -> str:
    return say(key, name=name_of(incident, city, say.language), since=say.clock(incident.began_at), n=n)
