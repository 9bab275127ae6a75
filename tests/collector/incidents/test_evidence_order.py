"""The order of reports does not change the result, and neither does a link that loses packets."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.probes.icmp.stream import EchoStream
from collector.incidents import Finding, ReportReceived
from tests.fakes.echoes import Simulation
from tests.fakes.story import Story
from tests.fakes.towns import TWO_POPS, town
from tests.fakes.virtual_time import START

LOST = ("pop-east", "east-1", "east-2", "east-3")


@settings(max_examples=100, deadline=None)
@given(
    st.permutations(LOST),
    st.lists(st.floats(0.05, 1.4), min_size=4, max_size=4),
    st.lists(st.floats(0.0, 0.99), min_size=4, max_size=4),
)
def test_the_sites_of_a_pop_lost_in_any_order_are_one_incident(
    order: list[str], delays: list[float], losses: list[float]
) -> None:
    story = Story(town(TWO_POPS))
    story.at(100.0)
    story.silent = set(LOST)
    for at, site, since in zip(sorted(delays), order, losses, strict=True):
        story.at(101.0 + at)
        story.lost("noc", site, since=100.0 + since)
    story.at(110.0)
    (incident,) = story.core.open()
    assert (incident.root, set(incident.affected_now)) == ("pop-east", set(LOST))
    assert story.notices() == [("firing", "site_down", "pop-east")]
    assert len(story.incidents) == 1


@pytest.mark.parametrize("loss_ratio", [0.05, 0.2])
def test_a_link_that_loses_packets_for_ten_minutes_opens_nothing(loss_ratio: float) -> None:
    """Through the agent's own stream: its confirm burst keeps such losses to itself."""
    chance = random.Random(7)
    story = Story(town(TWO_POPS))
    for _ in range(20):
        stream = EchoStream("east-1", "192.0.2.1")
        simulation = Simulation(stream, lambda _: None if chance.random() < loss_ratio else 0.02)
        simulation.run(600.0)
        assert [flip.state for flip in simulation.flips] == ["up"]
        start = story.now
        for flip in simulation.flips:
            story.at(start + flip.at)
            at = START + story.now
            story.tell(ReportReceived("pop-east", at), Finding("pop-east", "icmp", "east-1", "up", at, at))
        story.at(start + 600.0)
    assert story.incidents == {}
