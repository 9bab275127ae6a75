"""Incidents as a terminal shows them. Pure: time is a parameter."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from collector.commands.remote import Changed
from collector.commands.times import stamp
from collector.incidents import Action, Incident
from collector.notices.clue_words import weighed_words
from collector.notices.phrases import duration, evidence_words


def listed(incidents: Iterable[Incident], now: float, zone: tzinfo) -> list[str]:
    """One line for each incident."""
    return [line(incident, now, zone) for incident in incidents] or ["no open incident"]


def line(incident: Incident, now: float, zone: tzinfo) -> str:
    ended = incident.ended_at if incident.ended_at is not None else now
    lasted = duration(ended - incident.began_at, "en")
    sites = f"  {len(incident.affected)} sites" if len(incident.affected) > 1 else ""
    taken = f"  in hand: {incident.acknowledged_by}" if incident.acknowledged_by else ""
    planned = f"  planned: {incident.planned}" if incident.planned else ""
    return (
        f"{incident.id}  {incident.status:6}  {incident.severity:8}  {incident.kind} {incident.root}"
        f"  since {stamp(incident.began_at, zone)}, {lasted}{sites}{taken}{planned}"
    )


def details(incident: Incident, actions: Iterable[Action], now: float, zone: tzinfo) -> Iterator[str]:
    """One incident with all that people did, oldest first."""
    yield line(incident, now, zone)
    seen_by = f", seen from {', '.join(incident.seen_by)}" if incident.seen_by else ""
    yield f"    evidence: {evidence_words(incident, 'en')}{seen_by}"
    if incident.affected:
        yield f"    affected: {', '.join(dict.fromkeys(entry.site for entry in incident.affected))}"
    if incident.merged_into:
        yield f"    a part of {incident.merged_into}"
    if incident.acknowledged_at is not None:
        since = stamp(incident.acknowledged_at, zone)
        yield f"    in hand: {incident.acknowledged_by}, since {since}{_said(incident.acknowledged_note)}"
    if incident.cause:
        yield f"    cause: {incident.cause}, by {incident.cause_by}"
    if incident.weighed.cause != "unknown":
        yield f"    by the clues: {weighed_words(incident.weighed, 'en')}"
    for note in incident.notes:
        yield f"    note of {note.by}, {stamp(note.at, zone)}: {note.text}"
    for action in reversed(list(actions)):
        yield f"    {_did(action, zone)}"


def done(actions: Iterable[Action], zone: tzinfo) -> list[str]:
    """One line for each action, with its incident."""
    lines = [
        f"{_did(action, zone)}{f'  #{action.incident}' if action.incident else ''}" for action in actions
    ]
    return lines or ["nobody has done anything yet"]


def _did(action: Action, zone: tzinfo) -> str:
    return f"{stamp(action.at, zone)}  {action.by} ({action.via})  {action.what}{_said(action.text)}"


def changed(part: str, answer: Changed, zone: tzinfo) -> str:
    """The result of a change of this part of an incident, in one line."""
    incident = answer.incident
    if incident.status == "merged":
        wider = incident.merged_into
        return f"{incident.id}: is a part of {wider} since this moment, which is not in hand by that"
    return f"{incident.id}: {_result(part, answer, zone)}"


def _result(part: str, answer: Changed, zone: tzinfo) -> str:
    incident = answer.incident
    if part == "notes":
        return "the note is added"
    if part == "cause":
        cause = f"{incident.cause}, by {incident.cause_by}" if incident.cause else "not known"
        return f"the cause is {cause}" + ("" if answer.changed else "; nothing is changed")
    if incident.acknowledged_at is None:
        return "nobody has it in hand now; reminders go on"
    if answer.changed:
        return f"taken in hand by {incident.acknowledged_by}; no more reminders"
    since = stamp(incident.acknowledged_at, zone)
    return f"{incident.acknowledged_by} has it in hand since {since}; nothing is changed"


def _said(text: str) -> str:
    return f": {text}" if text else ""
