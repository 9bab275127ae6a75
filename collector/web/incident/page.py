"""The page of an incident, all together. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from collector.incidents import Cause, Incident
from collector.incidents.network import PROVIDER
from collector.inventory import City
from collector.notices.on_call import LINK_SUSPECTED, suspected
from collector.notices.phrases import cause_words
from collector.web.incident.affected import AffectedSites, affected_sites
from collector.web.incident.around import Around
from collector.web.incident.calls import Calls, calls_of
from collector.web.incident.dashboards import dashboards
from collector.web.incident.head import Head, head
from collector.web.incident.related import RelatedIncidents, related
from collector.web.incident.timeline import TimelineLine, ticket_lines, timeline
from collector.web.incident.why import CAUSES, Why, why
from collector.web.lists.named import Named, link_named
from collector.web.past.course import CoursePicture
from collector.web.words import Speaker

WORK_NAMED = 4


class IncidentPage(NamedTuple):
    """`cause` is the one that a person set, `causes` the words of each. `tickets` are id and name of the
    providers for a fault report; of none, both are "". `sent` are sentences about those that went out.

    `work` leads to the form of planned work, `grafana` to dashboards. `recent`: people can still change it.
    """

    head: Head
    timeline: Sequence[TimelineLine]
    why: Why
    affected: AffectedSites
    calls: Calls
    related: RelatedIncidents
    course: CoursePicture | None
    cause: Cause
    causes: Sequence[tuple[Cause, str]]
    tickets: Sequence[tuple[str, str]]
    sent: Sequence[str]
    work: Sequence[Named]
    grafana: Sequence[Named]
    in_hand: bool
    recent: bool


def incident_page(around: Around, city: City, say: Speaker) -> IncidentPage:
    incident = around.incident
    return IncidentPage(
        head=head(incident, city, say),
        timeline=timeline(around, city, say),
        why=why(incident, around.weighed, city, say),
        affected=affected_sites(incident, city, say),
        calls=calls_of(incident, city, around.private, say),
        related=related(around, city, say),
        course=around.course,
        cause=incident.cause,
        causes=[(cause, cause_words(cause, say.language)) for cause in CAUSES],
        tickets=_tickets(incident, city) if around.recent else [],
        sent=list(ticket_lines(around.actions, city, say)),
        work=_work(incident, city, say) if incident.status == "open" else [],
        grafana=dashboards(incident, city, around.grafana, say),
        in_hand=incident.in_hand,
        recent=around.recent,
    )


def _tickets(incident: Incident, city: City) -> list[tuple[str, str]]:
    if incident.kind not in LINK_SUSPECTED or incident.status == "merged":
        return []
    return [(id, city.providers[id].name) for id in sorted(suspected(incident, city))] or [("", "")]


def _work(incident: Incident, city: City, say: Speaker) -> list[Named]:
    """The form of planned work with the site, provider, link or application chosen."""
    wanted = [*_places(incident, city), *_lines(incident, city)]
    return [
        Named(say("work_at", name=name), f"/maintenance?{urlencode({key: id})}")
        for key, id, name in wanted[:WORK_NAMED]
    ]


def _places(incident: Incident, city: City) -> Iterator[tuple[str, str, str]]:
    """The key of the form, id and name."""
    root, provider = incident.root, incident.root.removeprefix(PROVIDER)
    if root in city.applications:
        yield "application", root, city.applications[root].name
    for site in (root, incident.agent):
        if site in city.sites:
            yield "site", site, city.sites[site].name
    if root.startswith(PROVIDER) and provider in city.providers:
        yield "provider", provider, city.providers[provider].name


def _lines(incident: Incident, city: City) -> Iterator[tuple[str, str, str]]:
    """The links that may be the cause."""
    for links in suspected(incident, city).values():
        for id in (id for link in links for id, one in city.links.items() if one is link):
            yield "link", id, link_named(id, city).name
