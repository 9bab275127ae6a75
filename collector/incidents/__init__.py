"""The incidents of a city. Sans-IO: time is a parameter.

1. `reading` turns reports into `evidence`.
2. `facts` keeps the newest evidence: which agents report (`liveness`), also through a site (`passage`), and
   from which time on they count (`trust`, `clocks`).
3. `routers` and `judge` give the state of each router and site by these facts.
4. `sites` (with `hold`), `silence`, `on_backup`, `ways_out` (with `ring_views`) and `targets` (with `wider`
   and `family`) open, change and close incidents. `late` does this for history, `paths` for paths that are
   degraded or that flap, `upkeep` for certificates and agents. The `register` keeps the incidents and records
   each change, and what of it an incident remembers (`moments`).
5. `weighing` keeps the weighed cause of each incident (`blamed` is the one by which people act), and
   `power_cuts` joins the sites of a feeder without power.
6. `by_person` decides what becomes of an incident when a person does something with it (`action` records it).
7. `announce` and `recoveries` alone decide when people get a notice; `gravity` tells whether an incident
   became graver.
"""

from collector.incidents.action import Action, action_of
from collector.incidents.by_person import Outcome, outcome
from collector.incidents.core import Incidents
from collector.incidents.evidence import (
    Acknowledged,
    ByPerson,
    CauseSet,
    Connected,
    Disconnected,
    Evidence,
    Finding,
    Flip,
    Noted,
    ReportedValues,
    ReportReceived,
    State,
    Unacknowledged,
    UpkeepSeen,
)
from collector.incidents.gravity import announced_as, graver, gravity
from collector.incidents.incident import (
    Affected,
    Cause,
    Excess,
    Gravity,
    Incident,
    Kind,
    Moment,
    MomentKind,
    Notice,
    OnUps,
    PersonNote,
    Record,
    Ring,
    Subject,
    Transition,
)
from collector.incidents.network import Network, WatchedApplication, WatchedSite, network_of
from collector.incidents.reading import evidence_of

__all__ = [
    "Acknowledged",
    "Action",
    "Affected",
    "ByPerson",
    "Cause",
    "CauseSet",
    "Connected",
    "Disconnected",
    "Evidence",
    "Excess",
    "Finding",
    "Flip",
    "Gravity",
    "Incident",
    "Incidents",
    "Kind",
    "Moment",
    "MomentKind",
    "Network",
    "Noted",
    "Notice",
    "OnUps",
    "Outcome",
    "PersonNote",
    "Record",
    "ReportReceived",
    "ReportedValues",
    "Ring",
    "State",
    "Subject",
    "Transition",
    "Unacknowledged",
    "UpkeepSeen",
    "WatchedApplication",
    "WatchedSite",
    "action_of",
    "announced_as",
    "evidence_of",
    "graver",
    "gravity",
    "network_of",
    "outcome",
]
