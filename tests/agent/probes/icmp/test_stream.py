from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.icmp.quality import Echoes
from agent.probes.icmp.stream import EchoStream
from tests.fakes.echoes import Simulation


def stream(period_seconds: float = 1.0) -> EchoStream:
    return EchoStream("gateway", "192.0.2.1", period_seconds)


def sent(stream: EchoStream, at: float) -> int:
    """The sequence number of an echo sent."""
    sequence = stream.sequence
    stream.sent(at)
    return sequence


def asked(stream: EchoStream, count: int, answer: Callable[[float], float | None]) -> Echoes:
    Simulation(stream, answer).run(count + 0.5)
    return stream.take()


def test_a_reply_gives_its_round_trip_time() -> None:
    gateway = stream()
    sequence = sent(gateway, 10.0)
    gateway.reply(sequence, 10.02)
    values = gateway.take()
    assert values.loss_ratio == 0
    assert values.rtt_median_seconds == pytest.approx(0.02)
    assert (values.echo_requests_total, values.echo_replies_total) == (1, 1)


def test_a_lost_echo_is_no_reply_within_the_timeout_and_has_no_round_trip_time() -> None:
    gateway = stream()
    gateway.sent(10.0)
    gateway.expire(gateway.deadline)
    values = gateway.take()
    assert values.loss_ratio == 1
    assert values.rtt_min_seconds is values.rtt_median_seconds is values.rtt_max_seconds is None
    assert values.delay_variation_seconds is None
    assert (values.echo_requests_total, values.echo_replies_total, values.rtt_seconds_total) == (1, 0, 0)


def test_an_echo_on_its_way_counts_nowhere_yet() -> None:
    gateway = stream()
    gateway.sent(10.0)
    values = gateway.take()
    assert values.loss_ratio is None
    assert values.echo_requests_total == 0


def test_a_late_reply_is_a_loss_also_when_nobody_looked_at_the_deadline() -> None:
    gateway = stream()
    sequence = sent(gateway, 10.0)
    gateway.reply(sequence, 11.5)
    assert gateway.take().loss_ratio == 1
    assert gateway.late == 1
    assert gateway.state == "up"


def test_a_reply_read_late_but_stamped_in_time_is_no_loss() -> None:
    gateway = stream()
    sequence = sent(gateway, 10.0)
    gateway.reply(sequence, 10.001)
    gateway.expire(20.0)
    assert gateway.take().loss_ratio == 0


def test_a_duplicate_counts_once() -> None:
    gateway = stream()
    sequence = sent(gateway, 10.0)
    gateway.reply(sequence, 10.01)
    gateway.reply(sequence, 10.02)
    assert gateway.take().echo_replies_total == 1
    assert gateway.duplicates == 1


def test_a_reply_to_an_echo_never_sent_counts_nowhere() -> None:
    gateway = stream()
    gateway.reply(7, 10.0)
    assert gateway.take().echo_requests_total == 0


def test_an_unsent_echo_counts_nowhere() -> None:
    gateway = stream()
    gateway.unsent(10.0)
    gateway.expire(20.0)
    assert gateway.take().loss_ratio is None
    assert gateway.state is None


def test_an_echo_whose_reply_we_may_have_dropped_counts_nowhere() -> None:
    gateway = stream()
    gateway.sent(10.0)
    gateway.sent(13.0)
    gateway.expire(20.0, blind_until=12.0)
    assert gateway.take().echo_requests_total == 1


def test_delay_variation_is_the_mean_difference_of_successive_replies() -> None:
    rtts = {0: 0.010, 1: 0.030, 2: 0.020}
    values = asked(stream(), 3, lambda at: rtts.get(int(at), 0.020))
    assert values.delay_variation_seconds == pytest.approx((0.020 + 0.010 + 0.0) / 3)


def test_delay_variation_does_not_reach_over_a_lost_echo() -> None:
    values = asked(stream(), 2, lambda at: {0: 0.010, 1: None, 2: 0.200}[int(at)] if at % 1 == 0 else 0.1)
    assert values.delay_variation_seconds is None


def test_a_link_grown_slow_is_heard_again_after_two_late_replies() -> None:
    gateway = stream()
    simulation = Simulation(gateway, lambda at: 0.02 if at < 60 else 0.5)
    simulation.run(120.0)
    assert [flip.state for flip in simulation.flips] == ["up"]
    gateway.take()
    simulation.run(60.0)
    assert gateway.take().loss_ratio == 0


def test_sequence_numbers_wrap() -> None:
    gateway = EchoStream("gateway", "192.0.2.1", first_sequence=0xFFFF)
    assert (sent(gateway, 1.0), sent(gateway, 2.0)) == (0xFFFF, 0)


in_time = st.floats(0.001, 0.24)
too_late = st.floats(1.001, 3.0)


@given(st.lists(st.none() | in_time | too_late, max_size=60), st.sets(st.integers(0, 70)))
def test_totals_tell_every_interval_exactly(rtts: list[float | None], takes: set[int]) -> None:
    """Each echo has the fate the network gave it, and intervals and totals agree, wherever one looks."""
    gateway = stream()
    fates = dict(enumerate(rtts))

    def answer(at: float) -> float | None:
        return fates.get(int(at), 0.01) if at == int(at) else None

    simulation = Simulation(gateway, answer)
    before = gateway.take()
    for second in range(70):
        simulation.run(1.0)
        if second in takes:
            values = gateway.take()
            requests = values.echo_requests_total - before.echo_requests_total
            replies = values.echo_replies_total - before.echo_replies_total
            rtt_seconds = values.rtt_seconds_total - before.rtt_seconds_total
            assert values.loss_ratio == ((requests - replies) / requests if requests else None)
            assert (values.rtt_median_seconds is None) == (replies == 0)
            if replies:
                assert values.rtt_min_seconds is not None
                assert values.rtt_max_seconds is not None
                mean = rtt_seconds / replies
                assert values.rtt_min_seconds - 1e-9 <= mean <= values.rtt_max_seconds + 1e-9
            before = values
    replied = [rtt for rtt in rtts if rtt is not None and rtt <= 0.24]
    simulation.run(0.9)
    totals = gateway.take()
    others = totals.echo_requests_total - len(rtts)
    assert others in (70 - len(rtts), 71 - len(rtts))
    assert totals.echo_replies_total == len(replied) + others
    assert totals.rtt_seconds_total == pytest.approx(sum(replied) + others * 0.01)
