"""Lost brokers, wrong clocks and late reports together: each notice is true all the same."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from unittest.mock import patch

import pytest

from collector.incidents import WatchedSite
from collector.incidents.clocks import Clocks
from collector.incidents.facts import Facts
from collector.incidents.judge import Judgement
from collector.incidents.liveness import Liveness
from tests.fakes.simulated_city import Outage, SimulatedCity
from tests.fakes.towns import TWO_POPS, town

SEEDS = 20
MUTANT_SEEDS = 200
CALM_SECONDS = 300.0
QUIET_SECONDS = 1000.0
"""The quiet time after which nothing flaps any more."""
AFTERWARDS_SECONDS = 100.0
"""Evidence of a fact may come in this long after it: a reconnect, a report, five replies."""
CLOCKS = (0.0, 0.0, 0.0, -0.5, 0.5, -1.5, 1.5, -5.0)
URGENT = {
    site: WatchedSite(role="office", priority=1, notify_after_seconds=0.0)
    for site in TWO_POPS
    if site.startswith(("east", "west"))
}


def history(seed: int, pops_watched: bool = True) -> SimulatedCity:
    """Each outage ends before the next one begins. No agent ever stops."""
    chance = random.Random(seed)
    silence_only = {site for site in URGENT if chance.random() < 0.3}
    silence_only |= set() if pops_watched else {"pop-east", "pop-west"}
    city = SimulatedCity(town(TWO_POPS, sites=URGENT, silence_only=silence_only), seed)
    for agent in city.agents.values():
        agent.ahead = chance.choice(CLOCKS)
    city.run(650.0)
    for _ in range(4):
        site = chance.choice(sorted({*TWO_POPS} - {"noc"}))
        late = chance.random() < 0.3
        first_broker = chance.random() < 0.3
        for what in ("broker", "site") if first_broker else ("site", "broker"):
            if what == "site":
                city.break_site(site)
            elif chance.random() < 0.7:
                city.disconnect()
            city.run(chance.uniform(0.0, 60.0))
        for agent in city.agents.values():
            agent.late_seconds = 4.0 if late else 0.0
        city.run(chance.uniform(1.0, 240.0))
        city.connect()
        for agent in city.agents.values():
            agent.late_seconds = 0.0
        city.run(chance.uniform(1.0, 200.0))
        city.mend_site(site)
        city.run(CALM_SECONDS)
    if any(incident.kind == "flapping" for incident in city.open()):
        city.run(QUIET_SECONDS)
    return city


def complaints(city: SimulatedCity) -> Iterator[str]:
    if city.open():
        yield f"open at the end: {city.open()}"
    for notice in city.told:
        incident = notice.incident
        if incident.kind in ("agent_silent", "site_down") and notice.kind == "firing":
            roots = {cut.site for cut in city.cuts if _at(cut, notice.at)}
            out = {outage.site for outage in city.outages if _at(outage, notice.at)}
            if incident.root not in (out if incident.kind == "agent_silent" else roots):
                yield f"told at {notice.at}: {incident.kind} {incident.root}, cut were {roots}"
        recovered = incident.kind == "site_down" and notice.kind == "recovered"
        if recovered and any(cut.site == incident.root and _during(cut, notice.at) for cut in city.cuts):
            yield f"recovered while out: {incident.root}"


def _at(outage: Outage, at: float) -> bool:
    return outage.since <= at <= (outage.until or at) + AFTERWARDS_SECONDS


def _during(outage: Outage, at: float) -> bool:
    return outage.since <= at < (outage.until or at + 1)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_notice_of_a_messy_history_is_false(seed: int) -> None:
    assert list(complaints(history(seed))) == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_notice_is_false_where_nobody_pings_the_routers_of_pops(seed: int) -> None:
    assert list(complaints(history(seed, pops_watched=False))) == []


def not_behind(_clocks: Clocks, _agent: str) -> float:
    return 0.0


def at_once(_facts: Facts, _site: str, _judgement: Judgement) -> float:
    return 0.0


def by_nobody(_liveness: Liveness, _agent: str, _now: float) -> None:
    pass


MUTANTS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "missed before they could be back": lambda: patch("collector.incidents.liveness.BACK_SECONDS", 0.0),
    "clocks as they are": lambda: patch.object(Clocks, "behind", not_behind),
    "recovered by evidence of before": lambda: patch("collector.incidents.sites.CLOCKS_DIFFER_SECONDS", -1e9),
    "silent as soon as one is": lambda: patch("collector.incidents.sites.silence_shows_by", at_once),
    "nobody waits again": lambda: patch.object(Liveness, "start_afresh", by_nobody),
}


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_the_messy_histories_fail_without_each_safeguard(mutant: str) -> None:
    for seed in range(MUTANT_SEEDS):
        with MUTANTS[mutant]():
            if any(complaints(history(seed, pops_watched=seed % 2 == 0))):
                return
    pytest.fail(f"{MUTANT_SEEDS} histories without a complaint")
