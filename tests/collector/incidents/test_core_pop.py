"""A NOC below a core POP by its links. The collector is at the NOC."""

import pytest

from collector.incidents import Network
from collector.incidents.orientation import oriented
from tests.fakes.simulated_city import SimulatedCity
from tests.fakes.towns import town

LINKS = {
    "noc": ("pop-core",),
    "pop-core": ("internet",),
    "pop-east": ("pop-core",),
    "pop-west": ("pop-core",),
    "east-1": ("pop-east",),
    "west-1": ("pop-west",),
    "core-1": ("pop-core",),
}
SEEDS = pytest.mark.parametrize("seed", range(5))


def core_town() -> Network:
    return town(oriented(LINKS, ["noc"]))


@SEEDS
def test_the_death_of_the_core_is_one_notice_that_lists_everybody_else(seed: int) -> None:
    city = SimulatedCity(core_town(), seed)
    city.break_site("pop-core")
    city.run(90.0)
    (firing,) = city.told
    assert firing.incident.root == "pop-core"
    assert set(firing.incident.affected_now) == LINKS.keys() - {"noc"}
    city.mend_site("pop-core")
    city.run(120.0)
    assert [notice.kind for notice in city.told] == ["firing", "recovered"]


@SEEDS
def test_the_death_of_a_pop_beside_the_noc_has_that_pop_as_its_root(seed: int) -> None:
    city = SimulatedCity(core_town(), seed)
    city.break_site("pop-east")
    city.run(90.0)
    (firing,) = city.told
    assert (firing.incident.root, set(firing.incident.affected_now)) == ("pop-east", {"pop-east", "east-1"})
