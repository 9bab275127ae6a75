"""Incidents as alerts of Alertmanager's API v2: those that fire now, and those that are over. Pure.

An alert ends by itself five minutes after its last post, unless it has an end. Ours has one a day ahead, so
it fires on should the collector die.

An Alertmanager that restarts forgets the alerts, and remembers its messages about them. So the alerts of the
last day are posted with their ends: it sends the end of each that it sent, and nothing of the others.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec
from msgspec import Struct, field

from collector.incidents import Incident, Notice
from collector.inventory import City, Topology
from collector.notices.incident_page import page_of
from collector.notices.render import words
from collector.notices.route import receivers

AHEAD_SECONDS = 24 * 3600.0
TRIAL_SECONDS = 60.0


class Alert(Struct, frozen=True, rename="camel", omit_defaults=True):
    """As Alertmanager takes and gives it. Times are of RFC 3339. The labels are its identity."""

    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: str
    ends_at: str
    generator_url: str = field(default="", name="generatorURL")

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.labels.items())


def alerts(incidents: Iterable[Incident], city: City, receiver: str, now: float) -> list[Alert]:
    """This receiver's alerts: those that fire, and those that ended within a day.

    A merged incident fires as long as the wider one: its sites are not back.
    """
    by_id = {incident.id: incident for incident in incidents}
    topology = Topology(city.sites, city.links)
    language = city.receivers[receiver].language
    made = []
    for incident in by_id.values():
        ended_at = _widest(incident, by_id).ended_at
        if incident.announced_at is None or (ended_at is not None and ended_at < now - AHEAD_SECONDS):
            continue
        if receiver not in receivers(incident, city):
            continue
        over = msgspec.structs.replace(incident, ended_at=ended_at)
        text = words(Notice("", "firing" if ended_at is None else "recovered", now, over), city, language)
        page = page_of(incident.id, city)
        annotations = {"summary": text.title, "description": text.text, "receiver": receiver}
        annotations |= {"page": page} if page else {}
        labels = {name: value for name, value in _labels(incident, city, topology).items() if value}
        ends_at = now + AHEAD_SECONDS if ended_at is None else max(ended_at, incident.began_at)
        made.append(Alert(labels, annotations, _time(incident.began_at), _time(ends_at), page))
    return made


def ended(
    theirs: Iterable[Alert], ours: Iterable[Alert], incidents: Iterable[Incident], receiver: str, now: float
) -> list[Alert]:
    """Our alerts that Alertmanager has and that have other labels now, or do not fit the receiver any more.

    Alerts of another collector, or of another receiver at the same Alertmanager, stay as they are.
    """
    by_id = {incident.id: incident for incident in incidents}
    posted = {alert.identity for alert in ours}
    over = []
    for alert in theirs:
        incident = by_id.get(alert.labels.get("incident", ""))
        if incident is None or alert.annotations.get("receiver") != receiver or alert.identity in posted:
            continue
        ended_at = _widest(incident, by_id).ended_at
        over.append(msgspec.structs.replace(alert, ends_at=_time(now if ended_at is None else ended_at)))
    return over


def missing(theirs: Iterable[Alert], incidents: Iterable[Incident], receiver: str) -> set[str]:
    """The ids of incidents that are not among these: those of our alerts, and the wider ones of these."""
    known = {incident.id: incident for incident in incidents}
    ours = {one.labels.get("incident", "") for one in theirs if one.annotations.get("receiver") == receiver}
    widest = [_widest(known[id], known) for id in ours & known.keys()]
    wider = {incident.merged_into for incident in widest if incident.status == "merged"}
    return (ours | wider) - known.keys() - {""}


def trial(receiver: str, title: str, text: str, now: float) -> Alert:
    """A test alert, which fires for a minute."""
    labels = {"alertname": "PantauTest", "kind": "test", "severity": "info"}
    annotations = {"summary": title, "description": text, "receiver": receiver}
    return Alert(labels, annotations, _time(now), _time(now + TRIAL_SECONDS))


def _widest(incident: Incident, by_id: Mapping[str, Incident]) -> Incident:
    while incident.status == "merged" and incident.merged_into in by_id:
        incident = by_id[incident.merged_into]
    return incident


def _labels(incident: Incident, city: City, topology: Topology) -> dict[str, str]:
    """`incident` is for grouping: one message an incident. `pop` is for routing: all sites below have it."""
    at = incident.root if incident.root in city.sites else incident.agent
    site = city.sites.get(at)
    return {
        "alertname": "".join(word.capitalize() for word in incident.kind.split("_")),
        "incident": incident.id,
        "kind": incident.kind,
        "severity": incident.severity,
        "site": at,
        "target": "" if incident.root == at else incident.root,
        "probe": incident.probe,
        "district": site.district if site else "",
        "role": site.role if site else "",
        "pop": _pop(at, city, topology) if site else "",
    }


def _pop(site: str, city: City, topology: Topology) -> str:
    """The POP that it is, or the first on its main way up."""
    way = (site, *(link.to for link in topology.path(site)))
    return next((id for id in way if id in city.sites and city.sites[id].role == "pop"), "")


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
