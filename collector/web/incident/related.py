"""The incidents around one: the whole that tells of it, its parts, the earlier ones of its root. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collector.incidents import Incident
from collector.inventory import City
from collector.notices.clue_words import weighed_words
from collector.notices.phrases import cause_words
from collector.web.incident.around import Around
from collector.web.incident.moments import incident_named
from collector.web.lists.named import Named
from collector.web.status import kind_words
from collector.web.words import Speaker

PARTS_SHOWN = 30
SYMBOLS = {"open": "▼", "closed": "✓", "merged": "»"}


class Related(NamedTuple):
    """Another incident: its page, its times, its cause. `symbol` tells whether it is open, over or merged."""

    named: Named
    what: str
    symbol: str
    when: str
    cause: str


class RelatedIncidents(NamedTuple):
    """`whole` is None where it stands for itself. Beside `parts` and `earlier` stand those not shown."""

    whole: Named | None
    merged: bool
    parts: Sequence[Related]
    parts_rest: int
    earlier: Sequence[Related]
    earlier_rest: int


def related(around: Around, city: City, say: Speaker) -> RelatedIncidents:
    incident = around.incident
    id = incident.merged_into or incident.part_of
    parts = sorted(around.parts, key=lambda one: (one.status != "open", one.began_at))[:PARTS_SHOWN]
    return RelatedIncidents(
        whole=incident_named(id, around.others, city, say) if id else None,
        merged=bool(incident.merged_into),
        parts=related_rows(parts, city, say),
        parts_rest=around.parts_count - len(parts),
        earlier=related_rows(around.earlier, city, say),
        earlier_rest=around.earlier_count - len(around.earlier),
    )


def related_rows(incidents: Iterable[Incident], city: City, say: Speaker) -> list[Related]:
    return [_related(one, city, say) for one in incidents]


def _related(incident: Incident, city: City, say: Speaker) -> Related:
    return Related(
        named=incident_named(incident.id, {incident.id: incident}, city, say),
        what=say(kind_words(incident)),
        symbol=SYMBOLS[incident.status],
        when=_when(incident, say),
        cause=_cause(incident, say),
    )


def _when(incident: Incident, say: Speaker) -> str:
    began = say.clock(incident.began_at)
    if incident.ended_at is None:
        return say("since", at=began)
    if incident.status == "merged":
        return say("related_merged", began=began, at=say.clock(incident.ended_at))
    return say("related_lasted", began=began, duration=say.duration(incident.ended_at - incident.began_at))


def _cause(incident: Incident, say: Speaker) -> str:
    if incident.cause:
        return cause_words(incident.cause, say.language)
    return weighed_words(incident.weighed, say.language) if incident.weighed.cause != "unknown" else ""
