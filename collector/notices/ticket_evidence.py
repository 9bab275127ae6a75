"""The lines of evidence in a fault report, the strongest first. Pure."""

from collections.abc import Iterator, Sequence

from collector.causes import CauseName, Clue
from collector.causes.weigh import is_power_shown
from collector.causes.weights import POWER_CAUSES, WEIGHTS
from collector.incidents import Incident
from collector.inventory import City
from collector.inventory.targets import UPLINK
from collector.notices.clue_words import clue_words, weighed_words
from collector.notices.last_good import LastGood
from collector.notices.phrases import evidence_words
from collector.notices.quantities import time
from collector.notices.texts import Language
from collector.notices.ticket_facts import TicketFacts, WellSites
from collector.notices.ticket_says import clock, says
from collector.notices.whole_words import whole_items, whole_words

EVIDENCE_CHARACTERS = 200
NAMES_CHARACTERS = 100
NAME_CHARACTERS = 50
CLUES_NAMED = 3
LINE_CAUSES: tuple[CauseName, ...] = ("link", "provider")
AGAINST_AT_LEAST = 1.5
"""A clue speaks against a cause by so many points."""


def evidence_lines(incident: Incident, city: City, facts: TicketFacts, language: Language) -> Iterator[str]:
    for key, values in _evidence(incident, city, facts, language):
        yield whole_words(says(key, language, **values), EVIDENCE_CHARACTERS)


def _evidence(
    incident: Incident, city: City, facts: TicketFacts, language: Language
) -> Iterator[tuple[str, dict[str, object]]]:
    yield _seen(incident, city, language)
    if facts.last_good is not None:
        yield _last_good(facts.last_good, city, language)
    for key, clues in (("not_power", _not_power(facts)), ("not_router", _not(facts, ["router"]))):
        if clues:
            words = [clue_words(clue, city, language) for clue in clues[:CLUES_NAMED]]
            yield key, {"clues": "; ".join(words)}
    for key, sites in (("others_well", facts.others), ("same_well", facts.same)):
        if _most(sites):
            yield key, sites._asdict()
    if facts.weighed.cause in LINE_CAUSES and facts.weighed.confidence != "guess":
        yield "weighed", {"cause": weighed_words(facts.weighed, language)}
    if not incident.planned and not incident.outlasted:
        yield "not_planned", {}


def _seen(incident: Incident, city: City, language: Language) -> tuple[str, dict[str, object]]:
    """The agents that saw it; or the silence that shows it."""
    reason = evidence_words(incident, language) or "?"
    seen_by = incident.affected_now if incident.kind == "target_down" else incident.seen_by
    if not seen_by:
        return "found", {"reason": reason}
    names = whole_items([_name(id, city) for id in seen_by], NAMES_CHARACTERS)
    return "seen", {"names": names, "reason": reason}


def _last_good(good: LastGood, city: City, language: Language) -> tuple[str, dict[str, object]]:
    above = says("the_place_above", language) if good.target == UPLINK else _name(good.target, city)
    values: dict[str, object] = {
        "at": clock(good.at, city),
        "agent": whole_words(_name(good.agent, city), NAME_CHARACTERS),
        "target": whole_words(above, NAME_CHARACTERS),
        "probe": "ping" if good.kind == "icmp" else good.kind.upper(),
    }
    if good.seconds is None:
        return "last_good", values
    return "last_good_time", {**values, "time": time(good.seconds)}


def _not_power(facts: TicketFacts) -> list[Clue]:
    """None if anything shows that power failed: a UPS may have kept the machines on."""
    clues = (*facts.weighed.clues, *facts.weighed.against)
    return [] if is_power_shown(clues) else _not(facts, POWER_CAUSES)


def _not(facts: TicketFacts, causes: Sequence[CauseName] | frozenset[CauseName]) -> list[Clue]:
    """The clues that speak against all of these causes, and for the line."""
    found = []
    for clue in (*facts.weighed.clues, *facts.weighed.against):
        points = WEIGHTS[clue.name].points
        for_line = any(points.get(cause, 0.0) > 0 for cause in LINE_CAUSES)
        if for_line and all(points.get(cause, 0.0) <= -AGAINST_AT_LEAST for cause in causes):
            found.append(clue)
    return found


def _most(sites: WellSites) -> bool:
    return 2 * sites.well > sites.known


def _name(id: str, city: City) -> str:
    return city.sites[id].name if id in city.sites else id
