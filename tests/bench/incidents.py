"""What judging a city of 5,000 sites costs, on a calm day and while POPs of 100 sites are cut."""

import random
import time
from collections.abc import Callable, Collection
from functools import partial

from collector.incidents import Connected, Evidence, Finding, Incidents, ReportReceived
from tests.fakes.towns import town

SITES, POPS, POPS_CUT = 5000, 50, 10
INTERVAL_SECONDS = 10.0
REPORTS_IN_A_BATCH = 20


class BusyCity:
    """Every agent reports once an interval, and flips come one at a time."""

    def __init__(self, sites: int = SITES, pops: int = POPS) -> None:
        self.uplinks: dict[str, Collection[str]] = {"noc": ()}
        self.uplinks |= {f"pop-{number}": ("noc",) for number in range(pops)}
        self.uplinks |= {f"site-{number}": (f"pop-{number % pops}",) for number in range(sites - pops - 1)}
        network = town(self.uplinks)
        self.now = 1_790_000_000.0
        self.random = random.Random(1)
        self.incidents = Incidents(network, self.now, (), network.sites)
        self.incidents.apply([Connected()], self.now)
        self.lost: dict[str, float] = {}
        found = [
            Finding(agent, kind, target, "up", self.now + 1, self.now + 1)
            for agent, pairs in network.probes.items()
            for kind, target in pairs
        ]
        self.now += 1
        self.incidents.apply(
            [*(ReportReceived(agent, self.now) for agent in network.sites), *found], self.now
        )
        self.interval()

    def interval(self) -> int:
        """How many reports were taken in."""
        agents = [agent for agent in self.uplinks if agent not in self.lost]
        self.random.shuffle(agents)
        batch: list[Evidence] = []
        for agent in agents:
            self.now += INTERVAL_SECONDS / len(agents)
            batch.append(ReportReceived(agent, self.now))
            if agent == "noc":
                batch += [self._down(site) for site in self.lost]
            if len(batch) >= REPORTS_IN_A_BATCH:
                self.incidents.apply(batch, self.now)
                batch = []
        self.incidents.apply(batch, self.now)
        return len(agents)

    def cut_pop(self, pop: str) -> int:
        """All that hangs below is lost within a second, in any order: so many batches of one flip each."""
        sites = [pop, *(site for site, above in self.uplinks.items() if pop in above)]
        self.random.shuffle(sites)
        began = self.now
        for at, site in enumerate(sites):
            self.now = began + 1.2 + at / len(sites)
            self.lost[site] = began + self.random.random()
            self.incidents.apply([ReportReceived("noc", self.now), self._down(site)], self.now)
        return len(sites)

    def _down(self, site: str) -> Finding:
        return Finding("noc", "icmp", site, "down", self.now, self.lost[site], "timeout")


def run() -> list[tuple[str, str]]:
    city = BusyCity()
    calm = _micros(city.interval)
    flips = []
    for number in range(POPS_CUT):
        flips.append(_micros(partial(city.cut_pop, f"pop-{number}")))
        stormy = _micros(city.interval)
    open_now = len(city.incidents.open())
    return [
        ("city", f"{SITES} sites below {POPS} POPs, a report each 10 s"),
        ("a report, calm", f"{calm:.1f} µs"),
        (f"a flip, {len(city.lost)} sites out", f"{max(flips) / 1000:.1f} ms at worst; {open_now} incidents"),
        (f"a report, {len(city.lost)} sites out", f"{stormy:.1f} µs"),
    ]


def _micros(action: Callable[[], int]) -> float:
    """CPU for one of what the action counts."""
    began = time.process_time()
    count = action()
    return (time.process_time() - began) / count * 1e6


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:34} {value}")
