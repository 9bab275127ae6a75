"""Outages, decided: pure, time is a parameter.

Evidence (`evidence`; `reading` makes it out of reports) becomes facts (`facts`, `hearing`), facts a judgement
(`judge`). Each kind of incident is reviewed in turn (`sites`, `silence`, `targets`; `late` for history)
against the `ledger`, whose changes are the records. `announce` alone decides what is told, and when.
"""

from collector.incidents.core import Incidents
from collector.incidents.evidence import (
    Acknowledged,
    Connected,
    Disconnected,
    Evidence,
    Finding,
    Heard,
    State,
)
from collector.incidents.incident import Affected, Incident, Kind, Notice, Record, Subject, Transition
from collector.incidents.network import Network, WatchedApplication, WatchedSite, network_of
from collector.incidents.reading import evidence_of

__all__ = [
    "Acknowledged",
    "Affected",
    "Connected",
    "Disconnected",
    "Evidence",
    "Finding",
    "Heard",
    "Incident",
    "Incidents",
    "Kind",
    "Network",
    "Notice",
    "Record",
    "State",
    "Subject",
    "Transition",
    "WatchedApplication",
    "WatchedSite",
    "evidence_of",
    "network_of",
]
