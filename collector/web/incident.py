"""The content of an incident's page: the incident, and the things that people did. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, get_args

from collector.causes import WeighedCause
from collector.incidents import Action, Cause, Incident
from collector.inventory import City
from collector.notices.clue_words import clue_words, weighed_words
from collector.notices.on_call import LINK_SUSPECTED, suspected
from collector.notices.phrases import cause_words
from collector.web.status import Entry, entry
from collector.web.words import Speaker

CLUES_SHOWN = 5
CAUSES: tuple[Cause, ...] = get_args(Cause)


class Done(NamedTuple):
    """A thing that a person did. `text` is the note, the cause in words, or the provider."""

    at: str
    by: str
    via: str
    what: str
    text: str


class IncidentPage(NamedTuple):
    """`over` is a sentence about its end, "" while it is open. `wider` is the id of the one that took it in.

    `causes` are the words of each cause. `weighed` is the cause that the clues speak for, "" if none is,
    `clues` are those. `tickets` are id and name of the providers for a fault report; of none, both are "".
    """

    entry: Entry
    over: str
    wider: str
    cause: Cause
    causes: Sequence[tuple[Cause, str]]
    done: Sequence[Done]
    weighed: str
    clues: Sequence[str]
    tickets: Sequence[tuple[str, str]]


def incident_page(
    incident: Incident, actions: Iterable[Action], weighed: WeighedCause, city: City, say: Speaker
) -> IncidentPage:
    """`actions` are those of the incident, newest first."""
    return IncidentPage(
        entry=entry(incident, city, say),
        over=_over(incident, say),
        wider=incident.merged_into,
        cause=incident.cause,
        causes=[(cause, cause_words(cause, say.language)) for cause in CAUSES],
        done=[_done(action, city, say) for action in actions],
        weighed=_weighed(weighed, say),
        clues=[clue_words(clue, city, say.language) for clue in weighed.clues[:CLUES_SHOWN]],
        tickets=_tickets(incident, city),
    )


def _weighed(weighed: WeighedCause, say: Speaker) -> str:
    if weighed.cause == "unknown":
        return ""
    return say("weighed", cause=weighed_words(weighed, say.language))


def _tickets(incident: Incident, city: City) -> list[tuple[str, str]]:
    if incident.kind not in LINK_SUSPECTED:
        return []
    return [(id, city.providers[id].name) for id in sorted(suspected(incident, city))] or [("", "")]


def _over(incident: Incident, say: Speaker) -> str:
    if incident.ended_at is None or incident.status == "merged":
        return ""
    lasted = say.duration(incident.ended_at - incident.began_at)
    return say("over", at=say.clock(incident.ended_at, seconds=True), duration=lasted)


def _done(action: Action, city: City, say: Speaker) -> Done:
    """A channel without words of its own, as Telegram's, stands for itself."""
    via = f"via_{action.via}" if action.via in ("page", "cli", "api") else ""
    text = cause_words(action.text, say.language) if action.what == "set cause" else action.text
    if action.what == "sent ticket" and text in city.providers:
        text = city.providers[text].name
    return Done(
        at=say.clock(action.at),
        by=action.by,
        via=say(via) if via else action.via.partition(":")[0].capitalize(),
        what=say(f"did_{action.what.replace(' ', '_')}"),
        text=text,
    )
