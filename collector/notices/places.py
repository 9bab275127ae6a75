"""The places that an incident is about. Pure."""

from collections.abc import Container

from collector.incidents import Incident
from collector.notices.title import affected


def places(incident: Incident, sites: Container[str]) -> list[str]:
    """Its root, or the site of the agent that misses it, or else all sites that it affects."""
    for one in (incident.root, incident.agent):
        if one in sites:
            return [one]
    return [site for site in affected(incident) if site in sites]
