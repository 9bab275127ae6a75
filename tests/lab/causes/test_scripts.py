"""The scripted cuts are at least thirty, and each names what the town has."""

from itertools import chain
from pathlib import Path
from typing import get_args

from collector.causes import CauseName
from collector.inventory.load import load
from tests.fakes.city import write
from tests.lab.causes.plan import PLANS
from tests.lab.causes.scripts import lanes
from tests.lab.causes.town import inventory


def test_the_scripts_are_at_least_thirty_cuts_with_names_of_their_own() -> None:
    names = [script.name for script in chain.from_iterable(lanes())]
    assert len(names) >= 30
    assert len(set(names)) == len(names)


def test_each_script_has_a_true_cause_and_its_incidents() -> None:
    for script in chain.from_iterable(lanes()):
        assert script.truth in get_args(CauseName)
        assert script.expected
        assert {root for kind, root in script.expected if kind == "site_down"} <= PLANS.keys()


def test_the_collector_takes_the_inventory_of_the_town(tmp_path: Path) -> None:
    city = load(write(tmp_path / "inventory", inventory()))
    assert city.sites.keys() == {"noc", *PLANS}
