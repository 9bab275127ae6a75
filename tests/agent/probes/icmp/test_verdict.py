import random

import pytest

from agent.probes.icmp.stream import EchoStream
from agent.probes.icmp.verdict import EchoVerdict
from tests.fakes.echoes import Simulation

HOUR_SECONDS = 3600.0


def stream(period_seconds: float = 1.0) -> EchoStream:
    return EchoStream("uplink", "192.0.2.1", period_seconds)


def until(end: float, rtt_seconds: float = 0.02) -> Simulation:
    """A target that answers until `end`, and never after."""
    return Simulation(stream(), lambda at: rtt_seconds if at < end else None)


def test_nothing_is_known_before_the_first_fate() -> None:
    uplink = stream()
    uplink.sent(1.0)
    assert uplink.state is None


def test_the_first_reply_shows_that_a_target_is_up() -> None:
    simulation = until(60.0)
    simulation.run(0.5)
    assert [(flip.state, flip.since) for flip in simulation.flips] == [("up", 0.0)]


def test_a_silent_target_is_down_700_ms_after_its_first_lost_echo() -> None:
    simulation = until(300.0)
    simulation.run(310.0)
    down = simulation.flips[-1]
    assert (down.state, down.reason, down.since) == ("down", "timeout", 300.0)
    assert down.at - 300.0 == pytest.approx(0.25 + 4 * 0.05 + 0.25)


def test_one_lost_echo_is_asked_after_but_is_no_outage() -> None:
    simulation = Simulation(stream(), lambda at: None if at == 300 else 0.02)
    simulation.run(310.0)
    assert [flip.state for flip in simulation.flips] == ["up"]
    assert simulation.confirm_echoes == 1


def test_confirm_echoes_never_count_in_loss_or_round_trip_time() -> None:
    simulation = until(60.0)
    simulation.run(90.5)
    values = simulation.stream.take()
    assert simulation.confirm_echoes > 0
    assert (values.echo_requests_total, values.echo_replies_total) == (91, 60)
    assert values.rtt_max_seconds == pytest.approx(0.02)


def test_a_target_is_up_again_since_the_first_of_five_replies_in_a_row() -> None:
    simulation = Simulation(stream(), lambda at: None if 60 <= at < 100 or at == 102 else 0.02)
    simulation.run(120.0)
    up = simulation.flips[-1]
    assert (up.state, up.since, up.reason) == ("up", 103.0, None)
    assert up.at == pytest.approx(107.02)


def test_a_silent_target_gets_a_longer_burst_where_little_is_known_of_it() -> None:
    simulation = Simulation(stream(), lambda at: None)
    simulation.run(10.0)
    assert [(flip.state, flip.since) for flip in simulation.flips] == [("down", 0.0)]
    assert simulation.flips[0].at < 4.0


@pytest.mark.parametrize(("loss_ratio", "echoes"), [(0.0, 5), (0.02, 5), (0.2, 9), (0.5, 20), (1.0, 50)])
def test_the_burst_is_as_long_as_the_loss_of_late_demands(loss_ratio: float, echoes: int) -> None:
    verdict = EchoVerdict(period_seconds=1.0)
    verdict.came_back(0.0, confirm=False)
    for second in range(1, 300):
        if second % 100 < loss_ratio * 100:
            verdict.lost(-1.0, confirm=False, reason="timeout", undecided=0)
        else:
            verdict.came_back(0.0, confirm=False)
    verdict.lost(300.0, confirm=False, reason="timeout", undecided=0)
    assert verdict.confirm_echoes == echoes


def test_echoes_on_their_way_spare_as_many_of_the_burst() -> None:
    verdict = EchoVerdict(period_seconds=1.0)
    for second in range(300):
        verdict.came_back(second, confirm=False)
    verdict.lost(300.0, confirm=False, reason="timeout", undecided=2)
    assert verdict.confirm_echoes == 3


def test_losses_of_an_outage_do_not_make_the_next_one_slower() -> None:
    simulation = Simulation(stream(), lambda at: 0.02 if at < 300 or 900 <= at < 960 else None)
    simulation.run(1000.0)
    assert [flip.state for flip in simulation.flips] == ["up", "down", "up", "down"]
    assert simulation.flips[-1].at - 960.0 < 0.8


def test_a_routers_word_is_the_reason_also_when_it_comes_after_the_timeout() -> None:
    verdict = EchoVerdict(period_seconds=1.0)
    for second in range(300):
        verdict.came_back(second, confirm=False)
    verdict.lost(300.0, confirm=False, reason="timeout", undecided=0)
    verdict.explain("unreachable")
    for echo in range(5):
        verdict.lost(300.3 + echo, confirm=True, reason="timeout", undecided=0)
    assert (verdict.state, verdict.reason) == ("down", "unreachable")


def test_the_fate_of_an_older_echo_says_nothing_against_a_younger_reply() -> None:
    verdict = EchoVerdict(period_seconds=1.0)
    verdict.came_back(10.0, confirm=False)
    verdict.lost(9.9, confirm=False, reason="timeout", undecided=0)
    assert verdict.confirm_echoes == 0


def test_a_machine_that_may_not_send_knows_nothing_of_its_targets() -> None:
    verdict = EchoVerdict(period_seconds=1.0)
    verdict.came_back(10.0, confirm=False)
    flips = [verdict.blind(at, "permission") for at in (11.0, 12.0, 13.0, 14.0, 15.0, 16.0)]
    assert flips == [False, False, False, False, True, False]
    assert (verdict.state, verdict.reason, verdict.since) == (None, "permission", 15.0)
    assert verdict.came_back(17.0, confirm=False)
    assert (verdict.state, verdict.reason) == ("up", None)


@pytest.mark.parametrize(("loss_ratio", "hours"), [(0.05, 20), (0.2, 50), (0.4, 10)])
def test_a_lossy_target_is_not_called_down_in_many_hours(loss_ratio: float, hours: int) -> None:
    chance = random.Random(20)
    uplink = stream()
    simulation = Simulation(uplink, lambda at: None if chance.random() < loss_ratio else 0.02)
    simulation.run(hours * HOUR_SECONDS)
    assert [flip.state for flip in simulation.flips] == ["up"]
    assert uplink.take().loss_ratio == pytest.approx(loss_ratio, abs=0.01)


def test_a_cut_of_a_lossy_target_is_seen_within_a_second_and_a_half() -> None:
    chance = random.Random(20)
    answer = 0.02
    simulation = Simulation(stream(), lambda at: None if at >= 900 or chance.random() < 0.2 else answer)
    simulation.run(910.0)
    down = simulation.flips[-1]
    assert down.state == "down"
    assert down.at - 900.0 < 1.5
