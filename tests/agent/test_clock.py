import time

from hypothesis import given
from hypothesis import strategies as st

from agent.clock import (
    AGREEMENT_SECONDS,
    MAX_ERROR_SECONDS,
    UNDATED,
    Clock,
    ClockReading,
    boot_id,
    boot_now,
    kernel_synchronized,
    set_since,
)

TRUTH = 1_790_000_000.0  # Unix time minus boot clock
delays = st.floats(0, 4)
exchanges = st.lists(st.tuples(st.floats(0, 900), delays, delays, delays), min_size=1, max_size=40)
kernel_clocks = st.one_of(
    st.none(), st.sampled_from([0.0, -1e9, TRUTH + 2e9, 4_102_444_800.0]), st.floats(TRUTH - 10, TRUTH + 10)
)


def hear(clock: Clock, at: float, out: float = 0.02, at_collector: float = 0.1, back: float = 0.02) -> float:
    """One exchange of a collector whose clock is right; the arrival."""
    received = at + out + TRUTH
    sent = received + at_collector
    arrival = at + out + at_collector + back
    clock.add_sample(at, received, sent, arrival)
    return arrival


@given(exchanges, kernel_clocks)
def test_a_stamp_is_never_wrong_by_more_than_its_bound(
    steps: list[tuple[float, float, float, float]], kernel: float | None
) -> None:
    clock, now = Clock(), 10.0
    for pause, out, at_collector, back in steps:
        now = hear(clock, now + pause, out, at_collector, back)
        estimate = clock.estimate(now)
        if estimate is None:
            continue
        assert estimate.error_seconds <= MAX_ERROR_SECONDS
        assert abs(estimate.offset - TRUTH) <= estimate.error_seconds + 1e-5
        offset = clock.reading(now, kernel).offset
        assert offset is not None
        assert abs(offset - TRUTH) <= 2 * estimate.error_seconds + AGREEMENT_SECONDS + 1e-5


@given(exchanges)
def test_the_best_exchange_of_the_last_hour_serves(steps: list[tuple[float, float, float, float]]) -> None:
    clock, now, heard = Clock(), 10.0, []
    for pause, out, at_collector, back in steps:
        now = hear(clock, now + pause, out, at_collector, back)
        heard.append((now, (out + back) / 2))
    estimate = clock.estimate(now)
    # Kept by ten minutes, so the oldest slot may have left up to ten minutes early.
    assert estimate is not None
    assert estimate.error_seconds <= min(error for at, error in heard if now - at <= 3000) + 1e-5
    assert now - estimate.at <= 3600 or estimate.at == heard[-1][0]


def test_without_an_answer_nothing_is_dated_whatever_the_kernel_says() -> None:
    assert Clock().reading(100, TRUTH) == (None, "estimated")


def test_a_kernel_that_ntp_keeps_is_used_when_it_agrees() -> None:
    clock = Clock()
    now = hear(clock, 100)
    assert clock.reading(now, TRUTH + 1.5) == (TRUTH + 1.5, "ntp")
    assert not clock.disagrees(now, TRUTH + 1.5)


def test_the_collector_is_believed_over_a_kernel_that_was_set_to_1970_or_2100() -> None:
    clock = Clock()
    now = hear(clock, 100)
    for kernel in (-100.0, 4_102_444_800.0, TRUTH + 3):
        offset, source = clock.reading(now, kernel)
        assert source == "collector"
        assert offset is not None
        assert abs(offset - TRUTH) < 0.1
        assert clock.disagrees(now, kernel)


def test_an_answer_before_its_question_is_of_another_boot_and_tells_nothing() -> None:
    clock = Clock()
    assert not clock.add_sample(echo=500, received=TRUTH + 500, sent=TRUTH + 500, arrival=20)
    assert not clock.add_sample(echo=15, received=TRUTH + 15, sent=TRUTH + 100, arrival=20)
    assert clock.estimate(20) is None


def test_an_answer_to_a_presence_that_was_retained_for_hours_tells_nothing() -> None:
    clock = Clock()
    assert not clock.add_sample(echo=100, received=TRUTH + 9000, sent=TRUTH + 9000, arrival=9000)
    assert clock.estimate(9000) is None


def test_a_collector_whose_clock_was_set_right_is_believed_at_once() -> None:
    clock = Clock()
    clock.add_sample(echo=100, received=TRUTH + 100 - 7200, sent=TRUTH + 100 - 7200, arrival=100.01)
    now = hear(clock, 160, out=1, back=1)
    offset = clock.reading(now, None).offset
    assert offset is not None
    assert abs(offset - TRUTH) <= 1.01


def test_a_step_of_a_second_is_no_drift() -> None:
    clock = Clock()
    clock.add_sample(echo=100, received=TRUTH + 99, sent=TRUTH + 99, arrival=100.01)
    now = hear(clock, 160)
    offset = clock.reading(now, None).offset
    assert offset is not None
    assert abs(offset - TRUTH) < 0.1


def test_only_the_collector_s_own_time_and_only_a_step_dates_anew() -> None:
    assert set_since(ClockReading(100.0, "collector"), ClockReading(161.0, "ntp"))
    assert not set_since(ClockReading(100.0, "collector"), ClockReading(159.0, "collector"))
    assert not set_since(ClockReading(100.0, "ntp"), ClockReading(500.0, "collector"))
    assert not set_since(ClockReading(100.0, "collector"), UNDATED)


def test_an_outage_longer_than_an_hour_keeps_the_last_estimate() -> None:
    clock = Clock()
    now = hear(clock, 100)
    assert clock.reading(now + 86400, None) == clock.reading(now, None)


def test_this_machine_has_a_boot_clock_and_a_boot() -> None:
    before = boot_now()
    assert 0 < before <= boot_now()
    assert boot_now() >= time.monotonic() - 1
    assert boot_id() == boot_id() != ""
    assert kernel_synchronized() in (True, False)
