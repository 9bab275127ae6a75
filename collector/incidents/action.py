"""The record of a thing that a person did: who, when, from where, what, and with which incident."""

from typing import Literal

from msgspec import Struct

from collector.incidents.evidence import Acknowledged, ByPerson, CauseSet, Noted, Unacknowledged

Deed = Literal["acknowledge", "unacknowledge", "note", "set cause", "sent ticket", "plan work", "end work"]


class Action(Struct, frozen=True):
    """`at` is Unix seconds. `via` is "page", "cli", "api" or "telegram:CHAT". `incident` is "" for none.

    `text` is the note, the cause, the provider, or the title and id of planned work. `number` is its place in
    the store; 0 until it is stored.
    """

    at: float
    by: str
    via: str
    what: Deed
    incident: str = ""
    text: str = ""
    number: int = 0


def action_of(doing: ByPerson, via: str, at: float) -> Action:
    """The record of a thing that a person did with an incident."""
    match doing:
        case Acknowledged():
            return Action(at, doing.by, via, "acknowledge", doing.incident, doing.note)
        case Unacknowledged():
            return Action(at, doing.by, via, "unacknowledge", doing.incident)
        case Noted():
            return Action(at, doing.by, via, "note", doing.incident, doing.text)
        case CauseSet():
            return Action(at, doing.by, via, "set cause", doing.incident, doing.cause)
