"""In any city each single fault is one notice about the right subject, and one recovery."""

import random

import pytest

from collector.incidents import Network, WatchedSite
from collector.inventory import INTERNET
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import town
from tests.fakes.ways import NOC

LASTS_SECONDS = 150.0
CALM_SECONDS = 240.0
SEEDS = 64
Expected = tuple[str, str, str]
"""Kind, root and agent of the incident."""


def any_town(chance: random.Random) -> Network:
    ways: dict[str, tuple[str, ...]] = {NOC: (), INTERNET: (NOC,)}
    for number in range(chance.randint(1, 4)):
        ways[f"pop-{number}"] = (chance.choice(sorted(ways.keys() - {INTERNET})),)
    pops = sorted(ways.keys() - {NOC, INTERNET})
    for number in range(chance.randint(2, 12)):
        ups = chance.sample([*pops, NOC, INTERNET], chance.choice((1, 1, 1, 2)))
        ways[f"site-{number}"] = tuple(sorted(ups, key=lambda up: up == INTERNET))
    leaves = [site for site in ways if site.startswith("site")]
    urgent = {site: WatchedSite(role="office", priority=1, notify_after_seconds=0.0) for site in leaves[::3]}
    parents = {site: up[0] for site, up in ways.items() if up and up[0] != INTERNET and site != INTERNET}
    probes = {site: [("icmp", INTERNET), *([("icmp", "uplink")] * (site in parents))] for site in ways}
    del probes[INTERNET]
    only_silent = {site for site in leaves if ways[site] == (INTERNET,) or chance.random() < 0.1}
    return town(ways, urgent, only_silent, chance.random() < 0.7, more_probes=probes, parents=parents)


def a_fault(city: SimulatedCity, chance: random.Random) -> Expected | None:
    """Begin the fault, and return the notice that is due: none if another inside link remains."""
    network = city.network
    site = chance.choice(sorted(network.sites.keys() - {NOC}))
    kind = chance.choice(("mute", "mute", "cut", "cut", "power", "link", "internet"))
    watched = any(("icmp", site) in pairs for pairs in network.probes.values())
    if kind == "internet":
        city.change(link=(NOC, INTERNET))
        return "target_down", INTERNET, ""
    if kind == "link" and len(network.above(site)) > 1:
        up = network.parents[site]
        city.change(link=(site, up))
        if INTERNET not in network.above(site):
            return None
        return ("target_down", site, "") if watched else ("target_down", "uplink", site)
    if kind == "mute":
        city.change(site)
        below = sum(up == site for up in network.parents.values())
        return ("target_down", site, "") if watched or below > 1 else ("target_down", "gateway", site)
    city.break_site(site, power=kind == "power")
    return "site_down", site, ""


def mend(city: SimulatedCity) -> None:
    for site in sorted(city.mute):
        city.change(site)
    for link in sorted(city.cut_links):
        city.change(link=link)
    for site in sorted(city.cut):
        city.mend_site(site)


def try_faults(seed: int) -> list[str]:
    """The differences from the expected notices."""
    chance = random.Random(seed)
    city = SimulatedCity(any_town(chance), seed)
    wrong = []
    for _ in range(2):  # more changes of one site would flap
        city.told.clear()
        expected = a_fault(city, chance)
        before = (set(city.mute), set(city.cut_links), set(city.cut))
        city.run(LASTS_SECONDS)
        during = [(one.kind, one.incident.kind, one.incident.root, one.incident.agent) for one in city.told]
        mend(city)
        city.run(CALM_SECONDS)
        told = [(one.kind, one.incident.kind, one.incident.root, one.incident.agent) for one in city.told]
        right = [("firing", *expected), ("recovered", *expected)] if expected else []
        if told != right or during != right[:1]:
            wrong.append(f"{seed}: {before} expected {expected}, told {told}, {dict(city.network.uplinks)}")
        if city.open() or city.differences:
            wrong.append(f"{seed}: {city.open()} {city.differences}")
    return wrong


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_fault_is_one_notice_and_one_recovery(seed: int) -> None:
    assert try_faults(seed) == []
