"""Reports that come through a place: they show that the place works."""

import math
from collections.abc import Iterable

from collector.incidents.liveness import LastReport, Liveness
from collector.incidents.network import Network

QUIET_INTERVALS = 2.0
"""An agent that sent no report for so many of its intervals had lost its way to the collector."""


class Passage:
    """A report comes through a site if its agent has no other way to the core."""

    def __init__(self, network: Network, liveness: Liveness) -> None:
        self.network = network
        self._liveness = liveness
        self._placed_at: dict[str, float] = {}
        self._back_through: dict[str, float] = {}

    def rearrange(self, network: Network, now: float) -> None:
        """The inventory changed. A site with a new way counts behind that way from now."""
        for site in self.network.sites.keys() & network.sites.keys():
            if not network.ways(site) <= self.network.ways(site):
                self._placed_at[site] = now
        self.network = network
        self._back_through = {place: at for place, at in self._back_through.items() if place in network.sites}

    def last_report(self, site: str) -> LastReport | None:
        """The newest times of all reports that came through the site, its own agent's included."""
        reports = list(filter(None, map(self._liveness.last_report, self._behind(site))))
        if not reports:
            return None
        return LastReport(
            max(report.measured_at for report in reports),
            max(report.received_at for report in reports),
        )

    def silent(self, site: str) -> bool:
        """Are all known agents silent that report through the site? False if there are none."""
        agents = self._behind(site) & self._liveness.known
        return bool(agents) and agents <= self._liveness.silent

    def contradicting(self, site: str, lost_at: float, is_root: bool) -> tuple[str, ...]:
        """The few agents behind the site that report after its loss, while most agents there are silent.

        The inventory may place these few wrongly. An outage begins in spite of them if twice as many agents
        are silent. An outage that is open (`is_root`) lasts as long as fewer agents report than do not.
        """
        depending = self.network.depending(site) & self._liveness.known
        last = {
            agent: report.measured_at for agent in depending if (report := self._liveness.last_report(agent))
        }
        reporting = {agent for agent, at in last.items() if at > lost_at}
        if site in reporting:
            return ()
        behind = self._behind(site)
        quiet = {
            agent for agent in behind & last.keys() - reporting if self._lived(agent, last[agent], lost_at)
        }
        among, silent = len(reporting & behind), len(quiet & self._liveness.silent)
        lasts = is_root and among < len(quiet)
        return tuple(sorted(reporting)) if lasts or silent >= max(2, 2 * among) else ()

    def report_again(self, agent: str, now: float) -> None:
        """An agent reports after a pause. If it is the first through a place, the others get their time anew.

        An agent that fell silent while others reported through that place stays silent: it has its own cause.
        """
        last, interval = self._liveness.last_report(agent), self.network.sites[agent].report_interval_seconds
        if last is None or now - last.received_at <= QUIET_INTERVALS * interval:
            return
        quiet_since = now - QUIET_INTERVALS * interval
        places = {agent, *self.network.ways(agent)} & self.network.sites.keys()
        for place in places - set(self.network.nocs):
            depending = self.network.depending(place)
            if agent not in depending:
                continue
            others_at, self._back_through[place] = self._back_through.get(place, -math.inf), now
            if others_at > last.received_at or self._any_reported(depending, quiet_since):
                continue
            self._start_afresh(depending, self.last_report(place) or last, now)

    def _start_afresh(self, agents: frozenset[str], alive: LastReport, now: float) -> None:
        for agent in agents & self._liveness.known:
            before = self._liveness.last_report(agent)
            lived = before and self._lived(agent, before.received_at, alive.received_at)
            if lived or agent not in self._liveness.silent:
                self._liveness.start_afresh(agent, now)

    def _any_reported(self, agents: Iterable[str], since: float) -> bool:
        reports = map(self._liveness.last_report, agents)
        return any(report is not None and report.received_at > since for report in reports)

    def _lived(self, agent: str, last: float, at: float) -> bool:
        """Was the agent not silent yet at that time?"""
        return last > at - self.network.sites[agent].silence_seconds

    def _behind(self, site: str) -> frozenset[str]:
        """The agents that report through the site.

        An agent that the inventory placed there later counts once the site's own agent has reported since.
        """
        depending, own = self.network.depending(site), self._liveness.last_report(site)
        if own is None or not self._placed_at:
            return depending
        return frozenset(
            agent
            for agent in depending
            if agent == site or self._placed_at.get(agent, 0.0) <= own.received_at
        )
