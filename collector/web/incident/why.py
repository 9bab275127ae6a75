"""The cause of an incident: by a person, by the clues, and the evidence that it happened at all. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from collector.causes import WeighedCause
from collector.incidents import Cause, Incident
from collector.inventory import City
from collector.notices.clue_words import clue_words, weighed_words
from collector.notices.phrases import cause_words, evidence_words
from collector.web.lists.named import Named, site_named
from collector.web.words import Speaker

CLUES_SHOWN = 8
WITNESSES_SHOWN = 12
CAUSES: tuple[Cause, ...] = get_args(Cause)


class Why(NamedTuple):
    """`said` is the cause that a person set, `weighed` the one by the clues; "" for none. `clues` speak for
    the weighed one, `against` against it. `seen_by` are the sites whose agents saw it, and `more` others.
    `contradicted_by` are sites below the root that report: the inventory may be wrong.
    """

    said: str
    weighed: str
    clues: Sequence[str]
    against: Sequence[str]
    evidence: str
    seen_by: Sequence[Named]
    more: int
    contradicted_by: Sequence[Named]


def why(incident: Incident, weighed: WeighedCause, city: City, say: Speaker) -> Why:
    known = weighed.cause != "unknown"
    said = cause_words(incident.cause, say.language)
    return Why(
        said=say("cause_by", cause=said, by=incident.cause_by) if incident.cause else "",
        weighed=say("weighed", cause=weighed_words(weighed, say.language)) if known else "",
        clues=[clue_words(clue, city, say.language) for clue in weighed.clues[:CLUES_SHOWN]] if known else [],
        against=[clue_words(clue, city, say.language) for clue in weighed.against[:CLUES_SHOWN]]
        if known
        else [],
        evidence=evidence_words(incident, say.language),
        seen_by=[site_named(site, city) for site in incident.seen_by[:WITNESSES_SHOWN]],
        more=max(0, len(incident.seen_by) - WITNESSES_SHOWN),
        contradicted_by=[site_named(site, city) for site in incident.contradicted_by[:WITNESSES_SHOWN]],
    )
