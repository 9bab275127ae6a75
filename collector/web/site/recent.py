"""The last incidents of the site: from memory, and from the store those that began at it. Pure."""

from collections.abc import Iterable

from collector.incidents import Incident
from collector.inventory import City
from collector.web.incident.related import Related, related_rows
from collector.web.words import Speaker

RECENT_SHOWN = 10


def recent_incidents(
    site: str, remembered: Iterable[Incident], stored: Iterable[Incident], city: City, say: Speaker
) -> list[Related]:
    """The newest first. `stored` have the site as their root."""
    ours = {one.id: one for one in stored}
    ours |= {one.id: one for one in remembered if _concerned(one, site)}
    newest = sorted(ours.values(), key=lambda one: (-one.began_at, one.id))
    return related_rows((one for one in newest[:RECENT_SHOWN]), city, say)


def _concerned(incident: Incident, site: str) -> bool:
    return site in (incident.root, incident.agent) or any(one.site == site for one in incident.affected)
