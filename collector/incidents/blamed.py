"""The cause by which people act: the one that a person set, or else a likely one by the clues. Sans-IO."""

from collections.abc import Mapping

from collector.causes import CauseName
from collector.incidents.incident import Cause, Incident

AS_A_PERSON_SAYS: Mapping[CauseName, Cause] = {
    "planned": "planned",
    "power_site": "power",
    "power_area": "power",
    "link": "link",
    "provider": "provider",
    "router": "device",
    "agent": "device",
    "dns": "device",
    "application": "application",
    "national_path": "provider",
    "international_path": "provider",
}


def is_likely(incident: Incident) -> bool:
    """May a message name the weighed cause while the incident lasts?"""
    return incident.weighed.cause != "unknown" and incident.weighed.confidence != "guess"


def blamed(incident: Incident) -> Cause:
    """ "" while nobody knows."""
    if incident.cause or not is_likely(incident):
        return incident.cause
    return AS_A_PERSON_SAYS[incident.weighed.cause]
