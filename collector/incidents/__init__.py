"""The incidents of a city. Sans-IO: time is a parameter.

1. `reading` turns reports into `evidence`.
2. `facts` keeps the newest evidence: which agents report (`liveness`), also through a site (`passage`), and
   from which time on they count (`trust`, `clocks`).
3. `routers` and `judge` give the state of each router and site by these facts.
4. `sites` (with `hold`), `silence` and `targets` (with `wider`) open, change and close incidents. `late` does
   this for history. The `register` keeps the incidents and records each change.
5. `announce` alone decides when people get a notice.
"""

from collector.incidents.core import Incidents
from collector.incidents.evidence import (
    Acknowledged,
    Connected,
    Disconnected,
    Evidence,
    Finding,
    ReportReceived,
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
    "Incident",
    "Incidents",
    "Kind",
    "Network",
    "Notice",
    "Record",
    "ReportReceived",
    "State",
    "Subject",
    "Transition",
    "WatchedApplication",
    "WatchedSite",
    "evidence_of",
    "network_of",
]
