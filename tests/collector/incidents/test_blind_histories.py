"""The broker goes while an application fails from some sites: what is not known makes nothing graver."""

import random
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from collector.incidents import WatchedApplication
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import TWO_POPS, town

APPLICATION = "sehat"
SITES = sorted({*TWO_POPS} - {"internet"})
SEEDS = 20
MUTANT_SEEDS = 200


def history(seed: int) -> SimulatedCity:
    """An application fails from some sites, never from all, while the broker and agents come and go."""
    chance = random.Random(seed)
    watched = {APPLICATION: WatchedApplication(priority=1, notify_after_seconds=0.0)}
    probes = {site: [("icmp", APPLICATION)] for site in SITES}
    city = SimulatedCity(town(TWO_POPS, applications=watched, more_probes=probes), seed)
    city.run(100.0)
    for _ in range(3):
        city.fail(*chance.sample(SITES, chance.randint(1, len(SITES) - 1)))
        city.run(chance.uniform(5.0, 90.0))
        stopped = chance.sample(SITES, chance.randint(0, 2))
        for site in stopped:
            city.stop_agent(site)
        city.disconnect()
        city.run(chance.uniform(1.0, 120.0))
        city.connect()
        city.run(chance.uniform(1.0, 200.0))
        for site in stopped:
            city.start_agent(site)
        city.fail()
        city.run(200.0)
    return city


def complaints(city: SimulatedCity) -> Iterator[str]:
    for notice in city.told:
        incident = notice.incident
        if incident.kind == "application_down" and incident.scope == "everywhere":
            yield f"told at {notice.at}: {incident.severity}, everywhere, though some sites reach it"


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_application_is_down_everywhere_because_the_collector_is_blind(seed: int) -> None:
    assert list(complaints(history(seed))) == []


def test_without_the_mend_some_are() -> None:
    with patch("collector.incidents.targets.may_deny", lambda *_: False):
        assert any(any(complaints(history(seed))) for seed in range(MUTANT_SEEDS))
