"""All that the web reads of the collector."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from collector.city.state import State
from collector.clock import SteadyClock
from collector.database.store import Store
from collector.enrolment.authority_desk import AuthorityDesk
from collector.incidents import Incidents
from collector.intake.access_desk import AccessDesk
from collector.intake.desk import Desk
from collector.intake.floods import Floods
from collector.intake.invitation_desk import InvitationDesk
from collector.intake.planner import Planner
from collector.intake.signing_desk import SigningDesk
from collector.intake.ticket_desk import TicketDesk
from collector.intake.transactions import Transactions
from collector.intake.watch import Watch
from collector.latency import WorkingLatency
from collector.notices.delivery import StateTaken
from collector.past import Past
from collector.streams.traffic import Traffic
from collector.web.grafana import GrafanaLinks


class Source(NamedTuple):
    """Enter `pipeline.reading()` to read `state` or the incidents: then no reader sees what is not stored.

    `past` remembers the measurements of the last day, `latency` how slow each link was on each day,
    `traffic` the bytes of this day, `floods` the agents that say too much; they are read as `state` is.
    `access` knows who may do what. `trial` sends a test message to one receiver or
    to all, and returns the result of each. `simulation` is the setting: each page says so.
    `grafana` makes the links to Grafana, "" where none is set. `states_taken` tells by receiver whether it
    takes the whole state, as an Alertmanager. `invitations`, `signing`
    and `authority` are None where no [authority] is set.
    """

    state: State
    watch: Watch
    pipeline: Transactions
    clock: SteadyClock
    version: str
    store: Store
    desk: Desk
    planner: Planner
    tickets: TicketDesk
    access: AccessDesk
    trial: Callable[[str | None], Awaitable[dict[str, str]]]
    past: Past
    latency: WorkingLatency
    traffic: Traffic
    floods: Floods
    simulation: bool = False
    grafana: GrafanaLinks = GrafanaLinks()
    states_taken: Callable[[], Mapping[str, StateTaken]] = dict
    invitations: InvitationDesk | None = None
    signing: SigningDesk | None = None
    authority: AuthorityDesk | None = None

    @property
    def incidents(self) -> Incidents:
        return self.watch.incidents
