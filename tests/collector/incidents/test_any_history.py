"""Whatever happens to a city: every outage has one incident, and every alarm one end."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from collector.incidents import Affected, Incident, Network
from tests.collector.incidents.simulated_city import Outage, SimulatedCity
from tests.collector.incidents.towns import town

CALM_SECONDS = 300.0
FOUND_SECONDS = 75.0
"""An outage this long is found, however it is seen: silence takes 30 s, and again where a root recovered."""
MARGIN_SECONDS = 45.0
"""How long after the fact evidence may speak of it: a silent agent's 30 s, a reconnect, five replies."""
SHORT_SECONDS = 10.0


@st.composite
def towns(draw: st.DrawFn) -> Network:
    uplinks: dict[str, tuple[str, ...]] = {"noc": ()}
    for number in range(draw(st.integers(1, 3))):
        uplinks[f"pop-{number}"] = (draw(st.sampled_from(sorted(uplinks))),)
    pops = sorted(uplinks.keys() - {"noc"})
    for number in range(draw(st.integers(1, 5))):
        ways_up = st.lists(st.sampled_from([*pops, "noc", "internet"]), min_size=1, max_size=2, unique=True)
        uplinks[f"site-{number}"] = tuple(draw(ways_up))
    leaves = sorted(site for site in uplinks if site.startswith("site"))
    silence_only = draw(st.sets(st.sampled_from(leaves)))
    silence_only |= {site for site in leaves if uplinks[site] == ("internet",)}
    return town(uplinks, silence_only=silence_only, noc_watches_all=draw(st.booleans()))


class City(RuleBasedStateMachine):
    """Cuts, power cuts, dead agents, a collector that is blind or killed; what was spooled comes late."""

    @initialize(network=towns(), seed=st.integers(0, 2**32))
    def build(self, network: Network, seed: int) -> None:
        self.network = network
        self.city = SimulatedCity(network, seed)
        self.places = sorted(network.sites.keys() - {"noc"})
        self.agents_stopped: list[Outage] = []
        assert not self.city.records

    @rule(data=st.data(), power=st.booleans())
    def break_a_site(self, data: st.DataObject, power: bool) -> None:
        site = data.draw(st.sampled_from(self.places))
        if site not in self.city.cut and self.city.agents[site].running:
            self.city.break_site(site, power)

    @precondition(lambda self: self.city.cut)
    @rule(data=st.data())
    def mend_a_site(self, data: st.DataObject) -> None:
        self.city.mend_site(data.draw(st.sampled_from(sorted(self.city.cut))))

    @rule(data=st.data())
    def stop_an_agent(self, data: st.DataObject) -> None:
        agent = self.city.agents[data.draw(st.sampled_from(self.places))]
        if agent.running:
            self.city.stop_agent(agent.site)
            self.agents_stopped.append(Outage(agent.site, self.city.now))

    @rule(data=st.data())
    def start_an_agent(self, data: st.DataObject) -> None:
        agent = self.city.agents[data.draw(st.sampled_from(self.places))]
        if not agent.running and agent.site not in self.city.cut:
            self._start(agent.site)

    @rule()
    def lose_the_broker(self) -> None:
        self.city.disconnect()

    @rule()
    def find_the_broker(self) -> None:
        self.city.connect()

    @rule()
    def kill_the_collector(self) -> None:
        self.city.kill_collector()

    @rule()
    def start_the_collector(self) -> None:
        self.city.start_collector()

    @rule(seconds=st.one_of(st.floats(0.05, 8), st.floats(8, 200)))
    def wait(self, seconds: float) -> None:
        self.city.run(seconds)

    def teardown(self) -> None:
        if not hasattr(self, "city"):
            return
        city = self.city
        city.start_collector()
        city.run(1.0)
        city.connect()
        for site in sorted(city.cut):
            city.mend_site(site)
        for agent in city.agents.values():
            if not agent.running:
                self._start(agent.site)
        city.run(CALM_SECONDS)
        self.everything_is_over()
        self.every_alarm_has_one_end()
        self.every_outage_has_one_incident()
        self.no_site_is_called_down_that_is_not()

    def _start(self, site: str) -> None:
        self.city.start_agent(site)
        for stopped in self.agents_stopped:
            if stopped.site == site and stopped.until is None:
                stopped.until = self.city.now

    def everything_is_over(self) -> None:
        assert self.city.open() == []

    def every_alarm_has_one_end(self) -> None:
        told = self.city.told
        assert len({notice.id for notice in told}) == len(told)
        firing = Counter(notice.incident.id for notice in told if notice.kind == "firing")
        ends = Counter(notice.incident.id for notice in told if notice.kind == "recovered")
        named = Counter(id for notice in told for id in notice.merged)
        assert set(firing.values()) <= {1}
        for id in firing:
            assert ends[id] + named[id] == 1, id
        assert named.keys() <= firing.keys()
        assert not any(notice.incident.late for notice in told)

    def every_outage_has_one_incident(self) -> None:
        for outage in self.city.outages:
            assert outage.until is not None
            middle = (outage.since + outage.until) / 2
            covering = [incident.id for incident, entry in self._covered(outage.site) if _has(entry, middle)]
            assert len(covering) <= 1, (outage, covering)
            if outage.until - outage.since > FOUND_SECONDS and not self._blind(outage):
                assert covering or self._unseen(Affected(outage.site, outage.since, outage.until)), outage

    def no_site_is_called_down_that_is_not(self) -> None:
        for incident in self.city.incidents.values():
            if incident.kind == "site_down" and not incident.late:
                for entry in incident.affected:
                    assert self._excused(entry), (incident, entry)

    def _covered(self, site: str) -> Iterator[tuple[Incident, Affected]]:
        for incident in self.city.incidents.values():
            if incident.kind == "site_down" and incident.status != "merged":
                for entry in incident.affected:
                    if entry.site == site:
                        yield incident, entry

    def _blind(self, outage: Outage) -> bool:
        """Could the collector not hear for part of it, or just before?"""
        return any(
            since - MARGIN_SECONDS < (outage.until or 0) and outage.since < until + MARGIN_SECONDS
            for since, until in self.city.blind
        )

    def _excused(self, entry: Affected) -> bool:
        """It was out; or nobody could see it; or, for the time that it takes to be up again, what is above it
        or whoever probes it was out.
        """
        short = (entry.until or 0) - entry.since < SHORT_SECONDS
        out = self._out(entry)
        around = self._watchers(entry) | set(self.network.above(entry.site))
        return entry.site in out or self._unseen(entry) or (short and bool(around & out))

    def _unseen(self, entry: Affected) -> bool:
        """Its agent was dead while whoever probes its router was dead or out."""
        dead = {stopped.site for stopped in self.agents_stopped if _near(stopped, entry)}
        return entry.site in dead and self._watchers(entry) <= dead | self._out(entry)

    def _watchers(self, entry: Affected) -> set[str]:
        return {agent for agent, pairs in self.network.probes.items() if ("icmp", entry.site) in pairs}

    def _out(self, entry: Affected) -> set[str]:
        return {outage.site for outage in self.city.outages if _near(outage, entry)}


def _has(entry: Affected, time: float) -> bool:
    return entry.since <= time <= (time if entry.until is None else entry.until)


def _near(outage: Outage, entry: Affected) -> bool:
    until = float("inf") if outage.until is None else outage.until
    return entry.since < until + MARGIN_SECONDS and outage.since < (entry.until or 0) + MARGIN_SECONDS


TestCity = City.TestCase
TestCity.settings = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
