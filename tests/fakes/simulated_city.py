"""A city in virtual time: ways that break, agents that find it, and a collector that decides.

A random history calls the methods of the city. A new kind of fault is a method here. `ways.py` has the
truth, `simulated_agent.py` an agent, and `simulated_collector.py` the collector.
"""

from dataclasses import dataclass

from collector.incidents import Connected, Disconnected, Network
from collector.intake.reconcile import RECONCILE_SECONDS
from tests.fakes.simulated_agent import SimulatedAgent, SimulatedReport
from tests.fakes.simulated_collector import SimulatedCollector
from tests.fakes.ways import NOC, Ways
from wire.reconnect import RESUME_SPREAD_SECONDS


@dataclass
class Outage:
    site: str
    since: float
    until: float | None = None


class SimulatedCity(SimulatedCollector):
    """`network` is the inventory's, without the sites that left it. `hears` is true while the collector has
    its broker. `outages` are the times in which a site was cut off, `cuts` those of the cuts themselves,
    `main_cuts` those of main links beside a backup, `losses` those in which an uplink lost packets, and
    `blind` those without a broker or a collector.
    """

    def __init__(self, network: Network, seed: int = 1) -> None:
        super().__init__(network, seed)
        self.outages: list[Outage] = []
        self.cuts: list[Outage] = []
        self.main_cuts: list[Outage] = []
        self.losses: list[Outage] = []
        self.blind: list[list[float]] = []
        self.hears = self.broker = True
        self.ways = Ways(network)
        self.cut, self.mute, self.lossy = self.ways.cut, self.ways.mute, self.ways.lossy
        self.cut_links = self.ways.cut_links
        self._all = network
        self.agents = {
            site: SimulatedAgent(
                self,
                site,
                settings.report_interval_seconds,
                [target for _, target in sorted(network.probes.get(site, ()))],
            )
            for site, settings in network.sites.items()
        }
        self._look()
        self.time.after(RECONCILE_SECONDS, self.reconcile)
        for agent in self.agents.values():
            agent.begin(0.5)
        self.run(3 * max(agent.interval for agent in self.agents.values()))

    @property
    def breaks(self) -> list[Outage]:
        """The cuts of sites and of main links."""
        return [*self.cuts, *self.main_cuts]

    def break_site(self, site: str, power: bool = False) -> None:
        """The site passes no traffic any more. Without power its agent stops too."""
        self.cut.add(site)
        self.cuts.append(Outage(site, self.now))
        if power:
            self.stop_agent(site)
        self._look()

    def mend_site(self, site: str) -> None:
        self.cut.discard(site)
        for cut in self.cuts:
            if cut.site == site and cut.until is None:
                cut.until = self.now
        self._look()
        if not self.agents[site].running:
            self.start_agent(site)

    def cut_main(self, site: str) -> None:
        """The site's main link is cut: a backup may carry it."""
        self.cut_links.add((site, next(iter(self._all.mains[site]))))
        self.main_cuts.append(Outage(site, self.now))
        self._look()

    def mend_main(self, site: str) -> None:
        self.cut_links.discard((site, next(iter(self._all.mains[site]))))
        for cut in self.main_cuts:
            if cut.site == site and cut.until is None:
                cut.until = self.now
        self._look()

    def lose_packets(self, site: str, lossy: bool = True) -> None:
        """The site's uplink loses a fifth of its packets, or none any more."""
        self.lossy.discard(site)
        for loss in self.losses:
            if loss.site == site and loss.until is None:
                loss.until = self.now
        if lossy:
            self.lossy.add(site)
            self.losses.append(Outage(site, self.now))

    def change(self, site: str = "", link: tuple[str, str] | None = None) -> None:
        """Change one fault: a router that answers no ping, or a link that is cut."""
        self.mute ^= {site} - {""}
        self.cut_links ^= {link} - {None} if link else set()
        self._look()

    def fail(self, *sites: str) -> None:
        """The applications fail from these sites, and from no others."""
        self.ways.failing = set(sites)
        self._look()

    def stop_agent(self, site: str) -> None:
        self.agents[site].stop()

    def start_agent(self, site: str) -> None:
        self.agents[site].start()
        self._look()
        self.agents[site].connect()

    def disconnect(self) -> None:
        """The collector and all agents lose the broker."""
        if self.core and self.hears:
            self._stop_hearing()
            self.broker = False
            for agent in self.agents.values():
                agent.lose_session()
            self.tell(Disconnected())

    def connect(self) -> None:
        if self.core and not self.hears:
            self.hears = self.broker = True
            self.blind[-1][1] = self.now
            self.tell(Connected())
            for agent in self.agents.values():
                agent.let_speak(RESUME_SPREAD_SECONDS)

    def kill_collector(self) -> None:
        """The broker stays, and so do the agents' sessions."""
        if self.core:
            if self.hears:
                self._stop_hearing()
            self.core = None

    def start_collector(self) -> None:
        """The collector starts with the incidents of its records."""
        if self.core is None:
            self.restart(self.agents)
            self.time.after(0.2, self.connect)

    def leave_inventory(self, site: str) -> None:
        """A site without children."""
        self.adopt(without(self.network, site))

    def restore_inventory(self) -> None:
        self.adopt(self._all)

    def adopt(self, network: Network) -> None:
        super().adopt(network)
        self._look()
        for agent in self.agents.values():
            agent.let_speak(3.0)

    def reaches_broker(self, agent: SimulatedAgent) -> bool:
        return self.broker and agent.running and self.ways.reaches(NOC, agent.site)

    def listens_to(self, agent: SimulatedAgent) -> bool:
        return self.hears and agent.site in self.network.sites and agent.may_speak()

    def arrive(self, agent: SimulatedAgent, report: SimulatedReport) -> None:
        if self.core and self.listens_to(agent):
            self.take_report(agent.site, report.measured_at, agent.ahead, report.findings, report.losses)
        else:
            agent.spool.append(report)

    def _stop_hearing(self) -> None:
        self.hears = False
        self.blind.append([self.now, float("inf")])

    def _look(self) -> None:
        """The truth changed. Outages begin and end, and the agents find them."""
        moved = self.ways.find()
        for site in self._all.sites:
            known = next((o for o in reversed(self.outages) if o.site == site and o.until is None), None)
            if known is None and not self.ways.reaches(NOC, site):
                self.outages.append(Outage(site, self.now))
            elif known is not None and self.ways.reaches(NOC, site):
                known.until = self.now
        for agent in self.agents.values():
            agent.look()
            if agent.site in moved or not self.reaches_broker(agent):
                agent.lose_session()


def without(network: Network, site: str) -> Network:
    return Network(
        sites={id: settings for id, settings in network.sites.items() if id != site},
        uplinks={id: above for id, above in network.uplinks.items() if id != site},
        probes={
            agent: frozenset(pair for pair in pairs if pair[1] != site)
            for agent, pairs in network.probes.items()
            if agent != site
        },
        applications=network.applications,
        shared=network.shared,
        parents={id: up for id, up in network.parents.items() if id != site},
        limits={
            agent: {pair: limits for pair, limits in its.items() if pair[1] != site}
            for agent, its in network.limits.items()
            if agent != site
        },
        providers={id: provider for id, provider in network.providers.items() if id != site},
        mains={id: ways for id, ways in network.mains.items() if id != site},
    )
