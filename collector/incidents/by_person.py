"""Decide what becomes of an incident when a person does something with it.

A person takes in hand, and gives back, an incident that is open. Notes and a cause may follow after its end.
A merged incident takes nothing more: its wider incident does.
"""

from typing import Any, Literal

from collector.incidents.evidence import Acknowledged, ByPerson, CauseSet, Noted, Unacknowledged
from collector.incidents.incident import Incident, PersonNote

NOTES_KEPT = 20
"""So many notes stay with an incident: the newest. The actions in the store have them all."""

Outcome = Literal["done", "unchanged", "in_hand", "not_in_hand", "closed", "merged", "unknown"]
"""`in_hand`: somebody else has it in hand, and keeps it. `unknown`: there is no such incident."""


def outcome(incident: Incident | None, doing: ByPerson) -> Outcome:
    """The incident changes only if the outcome is "done"."""
    if incident is None:
        return "unknown"
    if incident.status == "merged":
        return "merged"
    match doing:
        case Noted():
            return "done"
        case CauseSet():
            return "unchanged" if incident.cause == doing.cause else "done"
    if incident.status == "closed":
        return "closed"
    if isinstance(doing, Acknowledged):
        return "in_hand" if incident.in_hand else "done"
    return "done" if incident.in_hand else "not_in_hand"


def changed_fields(incident: Incident, doing: ByPerson, now: float) -> dict[str, Any]:
    """The fields of the incident that change, if the outcome is "done"."""
    match doing:
        case Acknowledged():
            return {
                "acknowledged_at": now,
                "acknowledged_by": doing.by,
                "acknowledged_note": doing.note,
                "unacknowledged_at": None,
            }
        case Unacknowledged():
            return {
                "acknowledged_at": None,
                "acknowledged_by": "",
                "acknowledged_note": "",
                "unacknowledged_at": now,
            }
        case Noted():
            return {"notes": (*incident.notes, PersonNote(now, doing.by, doing.text))[-NOTES_KEPT:]}
        case CauseSet():
            return {"cause": doing.cause, "cause_by": doing.by if doing.cause else ""}
