"""Main links that are cut beside backups, and other faults: each notice is true, and none is missing."""

import random
from collections.abc import Collection, Iterator, Mapping
from functools import partial

import pytest

from collector.incidents import Network, Notice, WatchedSite
from collector.inventory import INTERNET
from tests.fakes.simulated_city import Outage, SimulatedCity
from tests.fakes.towns import town

SEEDS = 40
CALM_SECONDS = 300.0
QUIET_SECONDS = 1000.0
"""The quiet time after which nothing flaps any more."""
AFTERWARDS_SECONDS = 100.0
"""Evidence of a fact may come in this long after it: a reconnect, a report, five replies."""
TOLD_SECONDS = 230.0
"""A site on its backup is told by then: a reconnect, new trust, patience, and a minute."""
WAYS: Mapping[str, Collection[str]] = {
    "noc": (),
    "pop-1": ("noc",),
    "pop-2": ("noc",),
    "pop-3": ("pop-1", INTERNET),
    "lte-1": ("pop-1", INTERNET),
    "lte-2": ("pop-2", INTERNET),
    "lte-3": ("pop-1", INTERNET),
    "behind-lte": ("lte-1",),
    "behind-pop": ("pop-3",),
    "ring": ("pop-1", "pop-2"),
    "single": ("pop-1",),
    INTERNET: ("noc",),
}
MAINS = {site: [next(iter(ways))] for site, ways in WAYS.items() if len(ways) > 1}
BACKED = [site for site in MAINS if INTERNET in WAYS[site]]


def city(chance: random.Random) -> Network:
    """Some sites ping the place above as `uplink`, the routers of some are pinged by nobody."""
    leaves = [site for site in WAYS if not site.startswith(("noc", "pop", INTERNET))]
    parents = {site: next(iter(ways)) for site, ways in WAYS.items() if ways and site != INTERNET}
    seeing = [site for site in parents if chance.random() < 0.7]
    silence_only = [site for site in leaves if site in seeing and chance.random() < 0.2]
    urgent = WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
    return town(
        WAYS,
        {site: urgent for site in leaves if chance.random() < 0.5},
        silence_only,
        noc_watches_all=chance.random() < 0.7,
        more_probes={site: [("icmp", "uplink")] for site in seeing},
        parents=parents,
        mains=MAINS,
    )


def history(seed: int) -> SimulatedCity:
    chance = random.Random(seed)
    played = SimulatedCity(city(chance), seed)
    played.run(100.0)
    for _ in range(10):
        act(played, chance)
        played.run(chance.choice((chance.uniform(0.0, 60.0), chance.uniform(60.0, 500.0))))
    end(played)
    return played


def act(played: SimulatedCity, chance: random.Random) -> None:
    doing = chance.random()
    if doing < 0.5:
        site = chance.choice(BACKED)
        main_is_cut = (site, MAINS[site][0]) in played.cut_links
        (played.mend_main if main_is_cut else played.cut_main)(site)
    elif doing < 0.8:
        site = chance.choice(sorted(WAYS.keys() - {"noc", INTERNET}))
        (played.mend_site if site in played.cut else played.break_site)(site)
    elif doing < 0.9:
        (played.disconnect if played.hears else played.connect)()
    elif played.core:
        played.kill_collector()
        played.run(chance.uniform(0.0, 90.0))
        played.start_collector()


def end(played: SimulatedCity) -> None:
    """Everything is mended, and time passes until all is told."""
    played.run(1.0)
    played.connect()
    for site in sorted(played.cut):
        played.mend_site(site)
    for site, _ in sorted(played.cut_links):
        played.mend_main(site)
    played.run(CALM_SECONDS)
    if any(incident.kind == "flapping" for incident in played.open()):
        played.run(QUIET_SECONDS)


def complaints(played: SimulatedCity) -> Iterator[str]:
    if played.open():
        yield f"open at the end: {played.open()}"
    for notice in played.firing:
        if not _is_true(notice, played):
            yield f"told at {notice.at}: {notice.incident}"
    for cut in played.main_cuts:
        for since, until in _alone(cut, played):
            if until - since > TOLD_SECONDS and not _is_told(cut.site, since + TOLD_SECONDS, played):
                yield f"not told: {cut}, alone from {since} to {until}"


def _is_true(notice: Notice, played: SimulatedCity) -> bool:
    """No router is mute here, so a site that reports misses its router by its main link alone."""
    root, near = notice.incident.root, partial(_at, at=notice.at)
    match notice.incident.kind:
        case "on_backup":
            places = {root, *MAINS[root]}
            links = [one.site for one in played.main_cuts if near(one)]
            return root in links or any(one.site in places and near(one) for one in played.cuts)
        case "site_down":
            return any(one.site == root and near(one) for one in played.outages)
    return notice.incident.kind != "target_down"


def _at(outage: Outage, at: float) -> bool:
    return outage.since <= at <= (outage.until or at) + AFTERWARDS_SECONDS


def _alone(cut: Outage, played: SimulatedCity) -> Iterator[tuple[float, float]]:
    """The times of the cut in which nothing above it is cut, it is not out, and the collector hears."""
    since, end = cut.since, played.now if cut.until is None else cut.until
    above = {cut.site, *played.network.ways(cut.site)}
    others = [one for one in [*played.cuts, *played.outages] if one.site in above]
    others += [one for one in played.main_cuts if one.site in above - {cut.site}]
    others += [Outage("", *blind) for blind in played.blind]
    for other in sorted(others, key=lambda one: one.since):
        if other.since < end:
            yield since, other.since
            since = max(since, end if other.until is None else other.until)
    yield since, end


def _is_told(site: str, by: float, played: SimulatedCity) -> bool:
    """Did people know of it by then, or that it flaps?"""
    told = [played.incidents[one.incident.id] for one in played.firing if one.at <= by]
    return any(
        site in (its.root, its.agent, *(entry.site for entry in its.affected))
        for its in told
        if its.ended_at is None or its.ended_at > by - 1.0
    )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_each_notice_of_a_backup_is_true_and_none_is_missing(seed: int) -> None:
    assert list(complaints(history(seed))) == []
