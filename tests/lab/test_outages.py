"""A short form of `make lab`: one site and one POP cut, each told once and taken back once."""

from collections.abc import Iterator

import pytest

from tests.lab.city import Running, running_city
from tests.lab.outages import outage
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto

pytestmark = [needs_namespaces, needs_mosquitto, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_city(tmp_path_factory.mktemp("lab")) as city:
        yield city


def test_a_site_whose_packets_vanish_is_told_once_and_taken_back_once(running: Running) -> None:
    seen = outage(running, "site-a1", "drop")
    assert seen.others == []
    assert seen.affected == 1


def test_a_pop_whose_cable_is_pulled_is_one_notice_with_all_its_sites(running: Running) -> None:
    seen = outage(running, "pop-b", "cable")
    assert seen.others == []
    assert seen.affected >= 5
