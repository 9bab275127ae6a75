"""Rules for the links that lose packets in a history: each loss is announced, by few notices."""

import math
from collections.abc import Iterator

from collector.incidents import Incident, Network, Notice
from tests.fakes.simulated_city import Outage, SimulatedCity
from tests.fakes.ways import Ways

MARGIN_SECONDS = 75.0
"""After another fault an agent needs so long to be back."""
LOSS_FOUND_SECONDS = 490.0
"""Five whole minutes and parts of two, the patience of an incident, and an interval of reports."""
NOTIFY_SECONDS = 60.0
LIMIT_SECONDS = 300.0
"""A new loss opens no incident before this time."""


class LossAccount:
    """`agents_stopped`, `left` and `works` as in `Account`."""

    network: Network
    city: SimulatedCity
    agents_stopped: list[Outage]
    left: list[Outage]
    works: list[Outage]

    def each_loss_that_lasts_is_announced_once(self) -> None:
        """A link that loses packets while nothing else happens to the city is announced in time.

        A path may be announced before the place that explains it, if it merges into that place's incident.
        """
        for loss in self.city.losses:
            for since, until in self._alone(loss) if self._is_visible(loss.site) else ():
                if until - since >= LOSS_FOUND_SECONDS:
                    by = since + LOSS_FOUND_SECONDS + NOTIFY_SECONDS
                    assert self._is_announced(loss.site, since, by), (loss, since, until)
                    its = self._opened(loss.site, since + LIMIT_SECONDS, until)
                    assert len(its) <= 1, (loss, its)

    def the_announcements_are_bounded_by_the_faults(self) -> None:
        """A site with several ways up does not depend on the place with the fault: it has its own notice."""
        split = sum(len(self.network.above(site)) > 1 for site in self.network.sites)
        faults = [*self.city.breaks, *self.city.losses, *self.agents_stopped, *self.left, *self.works]
        bound = (len(faults) + len(self.city.blind)) * (1 + split)
        assert len(self.city.firing) <= bound, self.city.firing

    def _is_visible(self, site: str) -> bool:
        """Does any ping cross the site's uplink?"""
        ways = Ways(self.network)
        ways.lossy.add(site)
        ways.find()
        return any(
            kind == "icmp" and ways.loses(agent, target) and ways.answers(agent, target)
            for agent, pairs in self.network.probes.items()
            for kind, target in pairs
        )

    def _alone(self, loss: Outage) -> Iterator[tuple[float, float]]:
        """The times of the loss in which nothing else happens, and every agent is back."""
        since, end = loss.since, self.city.now if loss.until is None else loss.until
        others = [*self.city.outages, *self.city.breaks, *self.agents_stopped, *self.left, *self.works]
        others += [one for one in self.city.losses if one is not loss]
        others += [Outage("", *blind) for blind in self.city.blind]
        for other in sorted(others, key=lambda one: one.since):
            if other.since < end:
                yield since, other.since
                since = max(since, (math.inf if other.until is None else other.until) + MARGIN_SECONDS)
        yield since, end

    def _opened(self, site: str, since: float, until: float) -> list[Incident]:
        """The announced incidents of the site and all behind it that opened then and did not merge."""
        behind = {site} | self.network.depending(site)
        its = [self.city.incidents[one.incident.id] for one in self.city.firing if self._is_of(one, behind)]
        return [one for one in its if one.status != "merged" and since <= one.opened_at <= until]

    def _is_announced(self, site: str, since: float, by: float) -> bool:
        behind = {site} | self.network.depending(site)
        its = [one for one in self.city.firing if one.at <= by and self._is_of(one, behind)]
        ends = [self.city.incidents[one.incident.id].ended_at for one in its]
        return any(at is None or at >= since for at in ends)

    def _is_of(self, notice: Notice, behind: set[str]) -> bool:
        last = self.city.incidents[notice.incident.id]
        sites = {last.root, *(entry.site for entry in last.affected)}
        return last.kind == "degraded" and not sites.isdisjoint(behind)
