"""In any history of a city every outage has one incident, and every alarm has one end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from collector.incidents import (
    Acknowledged,
    ByPerson,
    CauseSet,
    Network,
    Noted,
    Unacknowledged,
    WatchedSite,
    outcome,
)
from collector.inventory.city import Escalation, Match
from tests.collector.incidents.account import Account
from tests.collector.incidents.losses import LossAccount
from tests.fakes.maintenance import plan, work
from tests.fakes.simulated_city import Outage, SimulatedCity
from tests.fakes.towns import town
from tests.fakes.virtual_time import START

CALM_SECONDS = 300.0
STEPS = [
    Escalation(after_minutes=1, receivers=["head"]),
    Escalation(after_minutes=3, receivers=["mayor", "head"], match=Match(severity=["critical"])),
]
QUIET_SECONDS = 1000.0
"""The quiet time after which nothing flaps any more."""
LIMITS = {"icmp_loss_ratio": 0.05}
pauses = st.one_of(st.just(0.0), st.floats(0.05, 8), st.floats(8, 100))
"""The next event comes at once, during the hold of the first, or after its notice."""


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
    sites = {site: WatchedSite(role="office", priority=1, notify_after_seconds=0.0) for site in urgent}
    backed = {site: [ways[0]] for site, ways in uplinks.items() if ways[1:] == ("internet",)}
    return town(
        uplinks,
        sites,
        silence_only,
        noc_watches_all=draw(st.booleans()),
        limits=LIMITS,
        mains=backed if draw(st.booleans()) else {},
    )


class City(Account, LossAccount, RuleBasedStateMachine):
    """Cuts, power cuts, main links that are cut beside a backup, links that break again and again, dead
    agents, links that lose a fifth of their packets for a minute or for long, a collector that is blind or
    killed, sites that leave the inventory and come back, planned work, people who take incidents in hand,
    give them back, add notes and set causes; what was spooled comes late.
    """

    @initialize(network=towns(), seed=st.integers(0, 2**32))
    def build(self, network: Network, seed: int) -> None:
        self.network = replace(network, escalation=STEPS)
        self.city = SimulatedCity(self.network, seed)
        self.places = sorted(network.sites.keys() - {"noc"})
        self.agents_stopped: list[Outage] = []
        self.left: list[Outage] = []
        self.works: list[Outage] = []
        self.people = {}
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

    @precondition(lambda self: self.network.mains)
    @rule(data=st.data(), then=pauses)
    def cut_a_main_link_or_mend_it(self, data: st.DataObject, then: float) -> None:
        site = data.draw(st.sampled_from(sorted(self.network.mains)))
        is_cut = (site, next(iter(self.network.mains[site]))) in self.city.cut_links
        (self.city.mend_main if is_cut else self.city.cut_main)(site)
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
        site = data.draw(st.sampled_from(self.places))
        self.city.lose_packets(site, lossy=site not in self.city.lossy)
        self.city.run(then)

    @rule(data=st.data())
    def lose_packets_for_long(self, data: st.DataObject) -> None:
        site = data.draw(st.sampled_from(self.places))
        self.city.lose_packets(site)
        self.city.run(500.0)
        self.city.lose_packets(site, lossy=False)

    @rule(data=st.data(), times=st.integers(2, 4), each=st.floats(7, 60))
    def break_a_site_again_and_again(self, data: st.DataObject, times: int, each: float) -> None:
        site = data.draw(st.sampled_from(self.places))
        for _ in range(times):
            if site not in self.city.cut and self.city.agents[site].running:
                self.city.break_site(site)
                self.city.run(each)
                self.city.mend_site(site)
            self.city.run(each)

    @rule(data=st.data(), then=pauses)
    def take_a_site_out_of_the_inventory_or_put_it_back(self, data: st.DataObject, then: float) -> None:
        if self._has_all():
            leaves = [site for site in self.places if not self.network.children[site]]
            self.left.append(Outage(data.draw(st.sampled_from(leaves)), self.city.now))
            self.city.leave_inventory(self.left[-1].site)
        else:
            self._put_back()
        self.city.run(then)

    @rule(data=st.data(), after=pauses, lasts=st.floats(1, 400), then=pauses)
    def plan_work(self, data: st.DataObject, after: float, lasts: float, then: float) -> None:
        for site in data.draw(st.lists(st.sampled_from(self.places), min_size=1, max_size=3, unique=True)):
            since = self.city.now + after
            self.works.append(Outage(site, since, since + lasts))
        self._follow()
        self.city.run(then)

    @precondition(lambda self: any(work.until > self.city.now for work in self.works))
    @rule(data=st.data(), later=st.floats(0, 200), then=pauses)
    def end_work_or_make_it_longer(self, data: st.DataObject, later: float, then: float) -> None:
        now = self.city.now
        edited = data.draw(st.sampled_from([work for work in self.works if (work.until or now) > now]))
        edited.until = max(edited.since, now if later < 100 else (edited.until or now) + later)
        self._follow()
        self.city.run(then)

    @rule(then=pauses)
    def lose_or_find_the_broker(self, then: float) -> None:
        (self.city.disconnect if self.city.hears else self.city.connect)()
        self.city.run(then)

    @rule(then=pauses)
    def kill_or_start_the_collector(self, then: float) -> None:
        (self.city.kill_collector if self.city.core else self.city.start_collector)()
        self.city.run(then)

    @precondition(lambda self: self.city.core and self.city.incidents)
    @rule(data=st.data(), name=st.sampled_from(["Sari", "Budi"]), then=pauses)
    def do_something_about_an_incident(self, data: st.DataObject, name: str, then: float) -> None:
        id = data.draw(st.sampled_from(sorted(self.city.incidents)))
        every: list[ByPerson] = [Acknowledged(id, name), Unacknowledged(id, name), Noted(id, name, "x")]
        doing = data.draw(st.sampled_from([*every, CauseSet(id, name, "power")]))
        if outcome(self.city.incidents[id], doing) == "done":
            self.people.setdefault(id, []).append(doing)
        self.city.tell(doing)
        self.city.run(then)

    def teardown(self) -> None:
        if not hasattr(self, "city"):
            return
        city = self.city
        for site in sorted(city.lossy):
            city.lose_packets(site, lossy=False)
        if not self._has_all():
            self._put_back()
        city.start_collector()
        city.run(1.0)
        city.connect()
        for site, _ in sorted(city.cut_links):
            city.mend_main(site)
        self.mend_all(0.0)
        for agent in city.agents.values():
            if not agent.running:
                self._start(agent.site)
        city.run(CALM_SECONDS)
        if any(incident.kind in ("degraded", "flapping") for incident in city.open()):
            city.run(QUIET_SECONDS)
        self.is_right()
        self.each_loss_that_lasts_is_announced_once()
        self.the_announcements_are_bounded_by_the_faults()

    def _follow(self) -> None:
        windows = [
            work(one.since - START, (one.until or one.since) - START, one.site, title=f"Work {number}")
            for number, one in enumerate(self.works)
        ]
        self.city.follow(plan(*windows))

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


TestCity = pytest.mark.timeout(400)(City.TestCase)
TestCity.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


MUTANTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "planned work is ignored": lambda: patch("collector.incidents.announce.planned", lambda *_: ""),
    "planned work never ends": lambda: patch("collector.incidents.announce.SETTLE_SECONDS", 1e6),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_the_histories_fail_without_each_rule_of_planned_work(mutant: str) -> None:
    quick = settings(TestCity.settings, phases=[Phase.generate], database=None, derandomize=True)
    with MUTANTS[mutant](), pytest.raises(AssertionError):
        run_state_machine_as_test(City, settings=quick)
