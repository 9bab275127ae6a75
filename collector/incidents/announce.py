"""Decide when people get a notice of an open incident. This is policy, apart from detection.

After each firing notice exactly one recovery follows (`recoveries`), or a notice of the wider incident that
names it.
An incident that becomes graver than people know rings again. While planned work covers an incident, it has
no notice but its recovery, if people know of it. An outage of something that flaps is not announced before
the flapping is over.
"""

from collector.incidents.escalation import escalation
from collector.incidents.gravity import LASTS_SECONDS, announced_as, graver
from collector.incidents.incident import Incident
from collector.incidents.network import Network
from collector.incidents.paths.flapping import Flapping
from collector.incidents.planned import planned
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.silence import COLLECTOR
from collector.incidents.sites import Sites
from collector.incidents.weighing import Weighing
from collector.planned import Plan

OTHERS_NOTIFY_AFTER_SECONDS = 60.0
"""The delay of incidents that do not stop a whole site. A site's own delay counts if it is longer."""
REMIND_SECONDS = 4 * 3600.0
SETTLE_SECONDS = 30.0
"""After planned work, the time in which a site comes back without a notice."""


class Announcer:
    def __init__(
        self,
        network: Network,
        register: Register,
        sites: Sites,
        flapping: Flapping,
        weighing: Weighing,
        plan: Plan,
    ) -> None:
        self.network = network
        self._register = register
        self._sites = sites
        self._flapping = flapping
        self._weighing = weighing
        self.follow(plan)

    def follow(self, plan: Plan) -> None:
        """Use this plan from now on."""
        self._plan = plan.longer(SETTLE_SECONDS)

    def review(self, review: Review) -> None:
        covered, blind = self._plan.at(review.now), COLLECTOR in self._register.open
        for incident in list(self._register.open.values()):
            title = planned(incident, self.network, covered)
            if title != incident.planned:
                within = not title and incident.began_at < review.now - SETTLE_SECONDS  # of the work itself
                outlasted = incident.planned if within else incident.outlasted
                incident = self._register.updated(incident, review.now, planned=title, outlasted=outlasted)
            review.again(covered.until)
            if incident.planned or blind:  # nobody knows how long it stays as grave as it is
                incident = self._register.updated(incident, review.now, graver_at=None)
            if incident.planned or incident.part_of:
                continue
            if incident.announced_at is None:
                incident = self._perhaps_fire(incident, review)
            elif incident.unnamed:
                incident = self._register.notified(incident, "merged", review.now)
            if not blind:
                incident = self._perhaps_worsen(incident, review)
            incident = self._perhaps_escalate(incident, review)
            self._perhaps_remind(incident, review)

    def _perhaps_fire(self, incident: Incident, review: Review) -> Incident:
        due = incident.began_at + notify_after_seconds(incident, self.network)
        due = max(due, self._sites.announce_from(incident))
        if review.now < due:
            review.again(due)
        elif incident.subject in review.confirmed and not self._flapping.covers(incident):
            incident = self._weighing.weighed(incident, review.now)
            return self._register.notified(incident, "firing", review.now)
        return incident

    def _perhaps_worsen(self, incident: Incident, review: Review) -> Incident:
        if not graver(incident, announced_as(incident.rings)):
            return self._register.updated(incident, review.now, graver_at=None)
        since = review.now if incident.graver_at is None else incident.graver_at
        incident = self._register.updated(incident, review.now, graver_at=since)
        due = since + LASTS_SECONDS
        if review.now < due:
            review.again(due)
        elif incident.subject in review.confirmed and not self._flapping.covers(incident):
            incident = self._weighing.weighed(incident, review.now)
            return self._register.notified(incident, "worsened", review.now)
        return incident

    def _perhaps_escalate(self, incident: Incident, review: Review) -> Incident:
        for step in escalation(incident, self.network):
            if review.now < step.due:
                review.again(step.due)
            elif incident.subject in review.confirmed:
                incident = self._register.escalated(incident, step.receivers, review.now)
        return incident

    def _perhaps_remind(self, incident: Incident, review: Review) -> None:
        if incident.told_at is None or incident.severity == "info" or incident.in_hand:
            return
        if incident.kind == "certificate_expiry":  # each of its steps rings; its end is weeks away
            return
        due = max(incident.told_at, incident.unacknowledged_at or 0.0) + REMIND_SECONDS
        if review.now < due:
            review.again(due)
        elif incident.subject in review.confirmed:
            self._register.notified(incident, "reminder", review.now)
            review.again(review.now + REMIND_SECONDS)


def notify_after_seconds(incident: Incident, network: Network) -> float:
    """An outage is as urgent as the most urgent site that it affects. Seconds from its begin."""
    if incident.kind == "collector_blind":
        return 0.0
    if incident.kind == "application_down":
        application = network.applications.get(incident.root)
        return application.notify_after_seconds if application else OTHERS_NOTIFY_AFTER_SECONDS
    affected = [network.sites[site].notify_after_seconds for site in incident.affected_now]
    if incident.kind in ("site_down", "power_cut"):
        return min(affected, default=0.0)
    return max([OTHERS_NOTIFY_AFTER_SECONDS, *affected])
