"""Whatever happens to a city: every outage has one incident, and every alarm one end."""

import math
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from collector.incidents import Affected, Network, Notice, Site
from tests.collector.incidents.simulated_city import Outage, SimulatedCity
from tests.collector.incidents.towns import town

CALM_SECONDS = 300.0
FOUND_SECONDS = 75.0
"""An outage this long is found, however it is seen: silence takes 30 s, and again where a root recovered."""
MARGIN_SECONDS = 45.0
"""How long after the fact evidence may speak of it: a silent agent's 30 s, a reconnect, five replies."""
SHORT_SECONDS = 10.0
SILENCE_SECONDS = 30.0


pauses = st.one_of(st.just(0.0), st.floats(0.05, 8), st.floats(8, 100))
"""What comes next comes at once, while the first is decided, or when it is known."""


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
    urgent = draw(st.sets(st.sampled_from(leaves)))
    sites = {site: Site(role="office", priority=1, notify_after_seconds=0.0) for site in urgent}
    return town(uplinks, sites, silence_only, noc_watches_all=draw(st.booleans()))


class City(RuleBasedStateMachine):
    """Cuts, power cuts, dead agents, links that lose a fifth of their packets, a collector that is blind or
    killed, sites that leave the inventory and come back; what was spooled comes late.
    """

    @initialize(network=towns(), seed=st.integers(0, 2**32))
    def build(self, network: Network, seed: int) -> None:
        self.network = network
        self.city = SimulatedCity(network, seed)
        self.places = sorted(network.sites.keys() - {"noc"})
        self.agents_stopped: list[Outage] = []
        self.left: list[Outage] = []
        assert not self.city.records

    @rule(data=st.data(), power=st.booleans(), thens=st.lists(pauses, min_size=1, max_size=3))
    def break_sites(self, data: st.DataObject, power: bool, thens: list[float]) -> None:
        for then in thens:
            site = data.draw(st.sampled_from(self.places))
            if site not in self.city.cut and self.city.agents[site].running:
                self.city.break_site(site, power)
            self.city.run(then)

    @precondition(lambda self: self.city.cut)
    @rule(data=st.data(), then=pauses)
    def mend_a_site(self, data: st.DataObject, then: float) -> None:
        self.city.mend_site(data.draw(st.sampled_from(sorted(self.city.cut))))
        self.city.run(then)

    @precondition(lambda self: self.city.cut)
    @rule(then=pauses)
    def mend_all(self, then: float) -> None:
        for site in sorted(self.city.cut):
            self.city.mend_site(site)
        self.city.run(then)

    @rule(data=st.data(), then=pauses)
    def stop_or_start_an_agent(self, data: st.DataObject, then: float) -> None:
        agent = self.city.agents[data.draw(st.sampled_from(self.places))]
        if agent.running:
            self.city.stop_agent(agent.site)
            self.agents_stopped.append(Outage(agent.site, self.city.now))
        elif agent.site not in self.city.cut:
            self._start(agent.site)
        self.city.run(then)

    @rule(data=st.data(), then=pauses)
    def lose_packets_or_none_any_more(self, data: st.DataObject, then: float) -> None:
        self.city.lossy ^= {data.draw(st.sampled_from(self.places))}
        self.city.run(then)

    @rule(data=st.data(), then=pauses)
    def take_a_site_out_of_the_inventory_or_put_it_back(self, data: st.DataObject, then: float) -> None:
        if self._has_all():
            leaves = [site for site in self.places if not self.network.children[site]]
            self.left.append(Outage(data.draw(st.sampled_from(leaves)), self.city.now))
            self.city.leave_inventory(self.left[-1].site)
        else:
            self._put_back()
        self.city.run(then)

    @rule(then=pauses)
    def lose_or_find_the_broker(self, then: float) -> None:
        (self.city.disconnect if self.city.hears else self.city.connect)()
        self.city.run(then)

    @rule(then=pauses)
    def kill_or_start_the_collector(self, then: float) -> None:
        (self.city.kill_collector if self.city.core else self.city.start_collector)()
        self.city.run(then)

    def teardown(self) -> None:
        if not hasattr(self, "city"):
            return
        city = self.city
        city.lossy.clear()
        if not self._has_all():
            self._put_back()
        city.start_collector()
        city.run(1.0)
        city.connect()
        self.mend_all(0.0)
        for agent in city.agents.values():
            if not agent.running:
                self._start(agent.site)
        city.run(CALM_SECONDS)
        self.everything_is_over()
        self.every_alarm_has_one_end()
        self.every_outage_has_one_incident()
        self.no_site_is_called_down_that_is_not()
        self.nothing_else_is_told_without_reason()

    def _start(self, site: str) -> None:
        self.city.start_agent(site)
        for stopped in self.agents_stopped:
            if stopped.site == site and stopped.until is None:
                stopped.until = self.city.now

    def _has_all(self) -> bool:
        return len(self.city.network.sites) == len(self.network.sites)

    def _put_back(self) -> None:
        self.city.restore_inventory()
        self.left[-1].until = self.city.now

    def everything_is_over(self) -> None:
        assert self.city.open() == []

    def every_alarm_has_one_end(self) -> None:
        told = self.city.told
        assert len({notice.id for notice in told}) == len(told)
        named = [id for notice in told for id in notice.merged]
        for at, notice in enumerate(told):
            id = notice.incident.id
            if notice.kind == "firing":
                ends = [n for n, one in enumerate(told) if _ends(one, id)]
                assert len(ends) == 1, (id, ends)
                assert at < ends[0], id
        firing = [notice.incident.id for notice in told if notice.kind == "firing"]
        assert len(set(firing)) == len(firing)
        assert set(named) <= set(firing)
        assert not any(notice.incident.late for notice in told)

    def every_outage_has_one_incident(self) -> None:
        """At no time two, and one whenever an outage could be known for long enough."""
        for site in self.network.sites:
            for one, next_one in pairwise(self._covered(site)):
                assert one.until is not None
                assert one.until <= next_one.since, (site, one, next_one)
        for outage in self.city.outages:
            for part in self._knowable(outage):
                assert self._covers(part) or self._unseen(part), (outage, part)

    def no_site_is_called_down_that_is_not(self) -> None:
        for incident in self.city.incidents.values():
            if incident.kind == "site_down" and not incident.late:
                for entry in incident.affected:
                    assert self._excused(entry), (incident, entry)

    def nothing_else_is_told_without_reason(self) -> None:
        for notice in self.city.firing:
            incident = notice.incident
            about = Affected(incident.root, incident.began_at, incident.opened_at)
            if incident.kind == "agent_silent":
                assert incident.root in self._dead(about) | self._out(about), incident
            elif incident.kind == "collector_blind":
                assert any(_near(Outage("", *blind), about) for blind in self.city.blind), incident
            else:
                assert incident.kind == "site_down", incident

    def _covered(self, site: str) -> list[Affected]:
        entries = [
            entry
            for incident in self.city.incidents.values()
            if incident.kind == "site_down" and incident.status != "merged"
            for entry in incident.affected
            if entry.site == site
        ]
        return sorted(entries, key=lambda entry: (entry.since, entry.until or 0))

    def _knowable(self, outage: Outage) -> Iterator[Affected]:
        """What is left of it when nothing could be heard, or was of the city, and is long enough."""
        since, end = outage.since, math.inf if outage.until is None else outage.until
        away = [(from_, until) for from_, until in self.city.blind]
        away += [(left.since, math.inf) for left in self.left if _left_in(left, outage)]
        for from_, until in sorted([*away, (end, math.inf)]):
            if from_ - since > FOUND_SECONDS:
                yield Affected(outage.site, since, from_)
            since = max(since, until + MARGIN_SECONDS)

    def _covers(self, part: Affected) -> bool:
        """But for the time that it takes to find it, or to see that it stays when its root recovers."""
        at, end = part.since, part.until or part.since
        for entry in self._covered(part.site):
            if entry.since > at + FOUND_SECONDS:
                break
            at = max(at, entry.until or end)
        return at + FOUND_SECONDS > end

    def _excused(self, entry: Affected) -> bool:
        """It was out; or nobody could see it; or, for the time that it takes to be up again, and after a
        blindness to be believed, what is above it or whoever probes it was out.
        """
        blind = any(_near(Outage("", *blind), entry) for blind in self.city.blind)
        short = (entry.until or 0) - entry.since < SHORT_SECONDS + blind * SILENCE_SECONDS
        out = self._out(entry)
        around = self._watchers(entry) | set(self.network.above(entry.site))
        return entry.site in out or self._unseen(entry) or (short and bool(around & out))

    def _unseen(self, entry: Affected) -> bool:
        """Its agent was dead while whoever probes its router was dead or out."""
        dead = self._dead(entry)
        return entry.site in dead and self._watchers(entry) <= dead | self._out(entry)

    def _watchers(self, entry: Affected) -> set[str]:
        return {agent for agent, pairs in self.network.probes.items() if ("icmp", entry.site) in pairs}

    def _dead(self, entry: Affected) -> set[str]:
        return {stopped.site for stopped in self.agents_stopped if _near(stopped, entry)}

    def _out(self, entry: Affected) -> set[str]:
        return {outage.site for outage in self.city.outages if _near(outage, entry)}


def _ends(notice: Notice, id: str) -> bool:
    return id in notice.merged or (notice.kind == "recovered" and notice.incident.id == id)


def _left_in(left: Outage, outage: Outage) -> bool:
    """Who comes back into the inventory is not missed before it is heard again."""
    until = (left.until or math.inf) + MARGIN_SECONDS
    return left.site == outage.site and left.since < (outage.until or math.inf) and outage.since < until


def _near(outage: Outage, entry: Affected) -> bool:
    until = math.inf if outage.until is None else outage.until
    return entry.since < until + MARGIN_SECONDS and outage.since < (entry.until or 0) + MARGIN_SECONDS


TestCity = City.TestCase
TestCity.settings = settings(
    max_examples=200,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
