"""Incidents after a step of the collector's clock: old times become times by the new clock. Sans-IO."""

from collections.abc import Callable

from msgspec.structs import asdict, replace

from collector.city.step import Step
from collector.incidents.incident import Incident

AHEAD_SECONDS = 10.0


def stepped(incident: Incident, step: Step) -> Incident:
    """An incident from before the program's start keeps its times, but not those of its notices since."""
    if step.dated_here(incident.opened_at):
        return _shifted(incident, lambda at: at + step.by)
    return _shifted(incident, step.moved)


def not_ahead(incident: Incident, now: float) -> Incident:
    """Correct an incident of an earlier run whose clock was ahead: it has no time after `now`."""
    ahead = max(incident.opened_at, incident.told_at or 0.0) - now
    return incident if ahead <= AHEAD_SECONDS else _shifted(incident, lambda at: at - ahead)


def _shifted(incident: Incident, shift: Callable[[float], float]) -> Incident:
    times = {
        name: shift(value)
        for name, value in asdict(incident).items()
        if name.endswith("_at") and value is not None
    }
    affected = tuple(
        replace(entry, since=shift(entry.since), until=None if entry.until is None else shift(entry.until))
        for entry in incident.affected
    )
    notes = tuple(replace(note, at=shift(note.at)) for note in incident.notes)
    rings = tuple(replace(ring, at=shift(ring.at)) for ring in incident.rings)
    moments = tuple(replace(moment, at=shift(moment.at)) for moment in incident.moments)
    return replace(incident, **times, affected=affected, notes=notes, rings=rings, moments=moments)
