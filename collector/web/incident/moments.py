"""The points of the timeline that the incident remembers: its beginning, its changes, its end. Pure."""

from collections.abc import Iterator, Mapping

from collector.causes import NOT_WEIGHED
from collector.incidents import Incident, Moment
from collector.inventory import City
from collector.notices.clue_texts import WEIGHED
from collector.notices.phrases import evidence_words
from collector.notices.texts import SEVERITIES, spoken
from collector.notices.title import name_of
from collector.web.incident.point import Sign, TimelinePoint
from collector.web.lists.named import Named, site_named
from collector.web.words import Speaker

WITNESSES_NAMED = 3


def own_points(
    incident: Incident, others: Mapping[str, Incident], city: City, say: Speaker
) -> Iterator[TimelinePoint]:
    yield _beginning(incident, city, say)
    after = say.duration(incident.opened_at - incident.began_at)
    key = "point_detected_late" if incident.late else "point_detected"
    yield TimelinePoint(incident.opened_at, "known", say(key, after=after))
    for moment in incident.moments:
        yield _moment(moment, others, city, say)
    if incident.ended_at is None:
        return
    lasted = say.duration(incident.ended_at - incident.began_at)
    if incident.status == "merged":
        wider = incident_named(incident.merged_into, others, city, say)
        yield TimelinePoint(incident.ended_at, "known", say("point_merged"), names=(wider,))
    elif incident.removed:
        yield TimelinePoint(incident.ended_at, "known", say("point_removed"))
    else:
        yield TimelinePoint(incident.ended_at, "good", say("point_recovered", duration=lasted))


def incident_named(id: str, others: Mapping[str, Incident], city: City, say: Speaker) -> Named:
    """By the name of its root, as far as the incident is known."""
    other = others.get(id)
    return Named(f"{name_of(other, city, say.language)} (#{id})" if other else f"#{id}", f"/incidents/{id}")


def _beginning(incident: Incident, city: City, say: Speaker) -> TimelinePoint:
    reason = evidence_words(incident, say.language)
    witnesses = [site_named(site, city) for site in incident.seen_by[:WITNESSES_NAMED]]
    more = len(incident.seen_by) - len(witnesses)
    text = say("point_began", reason=reason) if reason else say("point_began_alone")
    if not witnesses:
        return TimelinePoint(incident.began_at, "bad", text)
    rest = say("and_more", n=more) if more else ""
    return TimelinePoint(
        incident.began_at, "bad", say("point_seen", reason=reason), names=witnesses, rest=rest
    )


def _moment(moment: Moment, others: Mapping[str, Incident], city: City, say: Speaker) -> TimelinePoint:
    match moment.what:
        case "grew" | "shrank":
            names = [site_named(site, city) for site in moment.sites]
            more = abs(int(moment.after) - int(moment.before)) - len(names)
            text = say(f"point_{moment.what}", before=moment.before, after=moment.after)
            rest = say("and_more", n=more) if more > 0 and names else ""
            sign: Sign = "bad" if moment.what == "grew" else "good"
            return TimelinePoint(moment.at, sign, text, names=names, rest=rest)
        case "severity":
            return TimelinePoint(moment.at, "known", say("point_severity", severity=_severity(moment, say)))
        case "scope":
            return TimelinePoint(
                moment.at, "known", say("point_everywhere" if moment.after == "everywhere" else "point_here")
            )
        case "cause":
            return TimelinePoint(moment.at, "known", _corrected(moment, say))
        case "planned":
            return TimelinePoint(moment.at, "known", say("point_planned", title=moment.after))
        case "outlasted":
            return TimelinePoint(moment.at, "known", say("point_outlasted", title=moment.before))
        case "earlier":
            return TimelinePoint(moment.at, "known", say("point_earlier"))
        case "took_in" | "joined":
            other = incident_named(moment.after, others, city, say)
            return TimelinePoint(moment.at, "known", say(f"point_{moment.what}"), names=(other,))
        case "parted":
            other = incident_named(moment.before, others, city, say)
            return TimelinePoint(moment.at, "known", say("point_parted"), names=(other,))


def _severity(moment: Moment, say: Speaker) -> str:
    """In words. A newer release's severity, which is not in the table, stands for itself."""
    return spoken(SEVERITIES.get(moment.after, (moment.after, moment.after)), say.language)


def _corrected(moment: Moment, say: Speaker) -> str:
    unknown = NOT_WEIGHED.cause
    before, after = (_cause(cause, say) for cause in (moment.before, moment.after))
    if moment.before == unknown:
        return say("point_cause", cause=after)
    if moment.after == unknown:
        return say("point_cause_gone", before=before)
    return say("point_cause_corrected", cause=after, before=before)


def _cause(cause: str, say: Speaker) -> str:
    """In words. A newer release's cause, which is not in the table, stands for itself."""
    words = next((words for known, words in WEIGHED.items() if known == cause), (cause, cause))
    return spoken(words, say.language)
