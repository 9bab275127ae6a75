"""The moments of an incident: how it grew and shrank, and how that which is known of it changed. Sans-IO.

Its other fields have its present state. The moments are for people who ask afterwards how it went on.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from collector.incidents.incident import Incident, Moment, MomentKind

FIRST_KEPT = 10
NEWEST_KEPT = 40
"""Between them the incident forgets moments, and counts those. An incident is a row that is written often."""
TOGETHER_SECONDS = 60.0
"""Growth within one such stretch is one moment: the sites below a POP are lost within seconds."""
SITES_NAMED = 3


def remembering(before: Incident, after: Incident, now: float) -> Incident:
    """`after` with the moments that lead there from `before`. Its first state needs none."""
    if now <= before.opened_at:
        return after
    found = list(_moments(before, after, now))
    return with_moments(after, found) if found else after


def with_moments(incident: Incident, moments: Iterable[Moment]) -> Incident:
    known = list(incident.moments)
    for moment in moments:
        if known and _is_one_growth(known[-1], moment):
            last = known.pop()
            sites = tuple(dict.fromkeys((*last.sites, *moment.sites)))[:SITES_NAMED]
            moment = replace(moment, before=last.before, sites=sites)
        known.append(moment)
    dropped = max(0, len(known) - FIRST_KEPT - NEWEST_KEPT)
    kept = known[:FIRST_KEPT] + known[FIRST_KEPT + dropped :]
    return replace(incident, moments=tuple(kept), moments_dropped=incident.moments_dropped + dropped)


def _moments(before: Incident, after: Incident, now: float) -> Iterator[Moment]:
    if after.began_at < before.began_at:
        yield Moment(now, "earlier")
    if after.affected is not before.affected:
        yield from _growth(before, after, now)
    if after.severity != before.severity:
        yield Moment(now, "severity", before.severity, after.severity)
    if after.scope != before.scope and before.scope:
        yield Moment(now, "scope", before.scope, after.scope)
    if after.weighed.cause != before.weighed.cause:
        yield Moment(now, "cause", before.weighed.cause, after.weighed.cause)
    if after.planned != before.planned and after.status == "open":
        yield Moment(now, "planned" if after.planned else "outlasted", before.planned, after.planned)
    if after.part_of != before.part_of:
        yield Moment(now, "joined" if after.part_of else "parted", before.part_of, after.part_of)


def _growth(before: Incident, after: Incident, now: float) -> Iterator[Moment]:
    then, present = before.affected_now, after.affected_now
    if len(then) == len(present):
        return
    grew = len(present) > len(then)
    known = set(then if grew else present)
    sites = [site for site in (present if grew else then) if site not in known]
    what: MomentKind = "grew" if grew else "shrank"
    yield Moment(now, what, str(len(then)), str(len(present)), tuple(sites[:SITES_NAMED]))


def _is_one_growth(last: Moment, moment: Moment) -> bool:
    same = last.what == moment.what and last.what in ("grew", "shrank")
    return same and last.at // TOGETHER_SECONDS == moment.at // TOGETHER_SECONDS
