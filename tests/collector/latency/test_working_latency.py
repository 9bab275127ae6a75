"""Idle and busy round-trip times of a link, from the pings across it and the octets of its port."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from collector.city.step import Step
from collector.city.taken import Taken
from collector.inventory import City, Link
from collector.latency import WorkingLatency
from collector.latency.kept_days import LocalDays
from collector.latency.port import MOST_SPAN_SECONDS
from tests.collector.latency.loaded_link import (
    CITY,
    DOWN_OCTETS_A_SECOND,
    LINK,
    MINUTE,
    UP_OCTETS_A_SECOND,
    known,
    latency,
    minutes,
    ping,
    port,
    taken,
    uptime,
)
from tests.fakes.small_city import NOW

DAY = 86400.0
IDLE, BUSY = [(0.1, 0.012)] * 20, [(0.9, 0.180)] * 20


def test_a_full_link_adds_to_the_round_trip_time() -> None:
    link = latency()
    link.take(minutes([*IDLE, (0.5, 0.05), *BUSY]), NOW)
    seen = known(link)
    assert (seen.idle.minutes, seen.between, seen.busy.minutes) == (20, 1, 20)
    assert seen.idle.rtt.median == pytest.approx(0.012, rel=0.06)
    assert seen.busy.rtt.median == pytest.approx(0.180, rel=0.06)
    assert seen.added == pytest.approx(0.168, rel=0.1)
    assert seen.mean == pytest.approx((20 * 0.1 + 0.5 + 20 * 0.9) / 41, rel=0.01)
    assert seen.fullest == pytest.approx(0.9)


def test_a_link_of_which_no_port_has_the_name_has_no_figure() -> None:
    link = latency()
    link.take([taken(ping(0.012), at=MINUTE)], NOW)
    assert link.last_days(LINK, NOW, 35) is None
    assert link.by_day(LINK, NOW) == []


def test_a_figure_of_too_few_minutes_is_unknown() -> None:
    link = latency()
    link.take(minutes([(0.1, 0.012)] * 4), NOW)
    assert known(link).idle == (4, 4, (None, None))
    assert known(link).busy == (0, 0, (None, None))
    assert known(link).added is None


def test_the_p95_needs_twenty_minutes() -> None:
    link = latency()
    link.take(minutes([(0.9, 0.1)] * 19), NOW)
    assert known(link).busy.rtt.p95 is None
    link.take(minutes([(0.9, 0.3)] * 2, MINUTE - 1000), NOW)
    assert known(link).busy.rtt.p95 == pytest.approx(0.3, rel=0.06)


@pytest.mark.parametrize(("share", "load"), [(0.19, 0), (0.21, 1), (0.69, 1), (0.71, 2)])
def test_idle_is_below_20_percent_and_busy_above_70(share: float, load: int) -> None:
    link = latency()
    link.take(minutes([(share, 0.01)]), NOW)
    seen = known(link)
    assert [seen.idle.minutes, seen.between, seen.busy.minutes].index(1) == load


def test_a_lost_ping_is_no_round_trip_of_zero() -> None:
    link = latency()
    link.take(minutes([(0.1, None)] * 10), NOW)
    assert known(link).idle == (10, 0, (None, None))


def test_the_busier_direction_counts_against_its_own_contract() -> None:
    """The upper end sends what goes down. 90 % of 10 Mbit/s up are 45 % of 20 down."""
    for agent, sent in (("gradasi", True), ("pop-selatan", False)):
        link = latency()
        octets = 0.9 * UP_OCTETS_A_SECOND * 60
        counters = (0.0, octets) if sent else (octets, 0.0)
        link.take([taken(port(0, 0), at=MINUTE - 30, agent=agent)], NOW)
        link.take([taken(port(*counters), at=MINUTE + 30, agent=agent, received=MINUTE + 30)], NOW)
        assert known(link).busy.minutes == 1


def test_without_a_contract_the_ports_speed_is_the_links_rate() -> None:
    link = latency(city=_with(Link(from_="gradasi", to="pop-selatan")))
    some = [taken(port(at * 1e6, speed=1e7), at=MINUTE - 630 + at) for at in range(0, 600, 60)]
    link.take(some, NOW)
    assert known(link).busy.minutes == 9
    neither = latency(city=_with(Link(from_="gradasi", to="pop-selatan")))
    neither.take([taken(port(at * 1e6, speed=0.0), at=MINUTE - 630 + at) for at in (0, 60, 120)], NOW)
    assert neither.last_days(LINK, NOW, 35) is None


@pytest.mark.parametrize("after", [0.0, 100.0])
def test_a_counter_that_begins_anew_is_no_traffic(after: float) -> None:
    link = latency()
    link.take([taken(port(4e9), at=MINUTE - 30), taken(port(after), at=MINUTE + 30, received=NOW + 60)], NOW)
    assert link.last_days(LINK, NOW, 35) is None


def test_a_device_that_restarted_between_two_polls_has_no_rate() -> None:
    link = latency()
    some = [taken(port(0.0), uptime(9e5), at=MINUTE - 90), taken(port(1e8), uptime(20), at=MINUTE - 30)]
    link.take(some, NOW)
    assert link.last_days(LINK, NOW, 35) is None
    link.take([taken(port(1e8 + 1.0), uptime(80), at=MINUTE + 30, received=NOW + 60)], NOW)
    assert known(link).idle.minutes == 1


def test_more_octets_than_the_port_can_carry_are_no_traffic() -> None:
    link = latency()
    some = [taken(port(at * 1e6, speed=1e6), at=MINUTE - 630 + at) for at in range(0, 600, 60)]
    link.take(some, NOW)
    assert link.last_days(LINK, NOW, 35) is None


WILD = st.none() | st.floats(allow_nan=False) | st.integers(-(2**63), 2**63).map(float)


@given(st.lists(st.tuples(WILD, WILD, WILD, WILD, WILD), min_size=2, max_size=6))
def test_no_value_of_an_agent_ends_the_collector(
    values: list[tuple[float | None, float | None, float | None, float | None, float | None]],
) -> None:
    link = latency()
    for place, (received, sent, speed, up, rtt) in enumerate(values):
        tables = [port(received, sent, speed=speed), ping(rtt), *([] if up is None else [uptime(up)])]
        link.take([taken(*tables, at=MINUTE - 600 + 60 * place)], NOW)
    for day in link.by_day(LINK, NOW):
        assert 0 <= (day.mean or 0) <= 2
        assert all(0 <= (value or 0) <= 10 for value in (*day.idle.rtt, *day.busy.rtt))


def test_a_gap_between_two_polls_has_no_load() -> None:
    link = latency()
    first = MINUTE - MOST_SPAN_SECONDS - 60
    link.take([taken(port(0.0), at=first), taken(port(1.0), at=first + MOST_SPAN_SECONDS + 1)], NOW)
    assert link.last_days(LINK, NOW, 35) is None


def test_a_port_that_is_polled_each_five_minutes_gives_each_minute_its_load() -> None:
    link = latency()
    first = MINUTE - 2430
    link.take([taken(port(at * 2e6), at=first + at) for at in range(0, 1801, 300)], NOW)
    assert known(link).busy.minutes == 30


def test_a_ping_of_a_higher_rank_counts_only_without_the_first() -> None:
    some = minutes([(0.1, 0.010)] * 10)
    other = [
        taken(ping(0.5, "gradasi"), at=MINUTE - 3000 + 60 * one, agent="pop-selatan") for one in range(12)
    ]
    for order in ([*some, *other], [*other, *some]):
        link = latency()
        link.take(some[:1], NOW)
        link.take(order, NOW)
        assert known(link).idle.rtt.median == pytest.approx(0.010, rel=0.06)


@given(st.permutations(range(22)))
def test_no_order_of_the_pings_changes_a_day(order: list[int]) -> None:
    """Nor does it matter whether they come before the polls of their minutes or after them."""
    every = minutes([(share / 10, 0.01 + share / 100) for share in range(11)] * 2)
    polls, pings = every[::2], every[1::2]
    wanted, found = latency(), latency()
    wanted.take(every, NOW)
    shuffled = [pings[place] for place in order]
    found.take([polls[0], *shuffled[:7], *polls[1:9], *shuffled[7:], *polls[9:]], NOW)
    assert known(found) == known(wanted)


def test_live_reports_and_a_backlog_of_days_ago_come_in_turn() -> None:
    live = minutes([*IDLE, *BUSY])
    late = minutes([*BUSY, *IDLE], MINUTE - 5 * DAY)
    link = latency()
    for one, other in zip(live, late, strict=True):
        link.take([one, other], NOW)
    days = link.by_day(LINK, NOW)
    assert [(day.idle.minutes, day.busy.minutes) for day in days] == [(20, 20), (20, 20)]
    assert days[0].day - days[1].day == 5


def test_a_long_backlog_between_two_live_polls_loses_neither() -> None:
    link = latency()
    live = minutes(BUSY)
    link.take(live[:-1], NOW)
    link.take(minutes(IDLE, MINUTE - 5 * DAY), NOW)
    link.take(live[-1:], NOW)
    assert [day.busy.minutes for day in link.by_day(LINK, NOW)] == [20, 0]


def test_a_measurement_ahead_of_the_clock_or_too_old_counts_nowhere() -> None:
    link = latency()
    link.take(minutes(IDLE, MINUTE + DAY), NOW)
    link.take(minutes(IDLE, MINUTE - 36 * DAY), NOW)
    assert link.last_days(LINK, NOW, 100) is None
    assert link.counts.outside > 0


def test_a_day_begins_at_the_citys_midnight() -> None:
    """17:00 UTC is midnight in Pontianak."""
    midnight = NOW - NOW % DAY - 7 * 3600
    link = latency()
    link.take(minutes(IDLE, midnight - 600 + 30), NOW)
    assert [day.idle.minutes for day in link.by_day(LINK, NOW)] == [10, 10]


def test_days_outlive_a_restart() -> None:
    link = latency()
    link.take(minutes([*IDLE, *BUSY]), NOW)
    link.take(minutes(IDLE, MINUTE - DAY), NOW)
    again = latency(stored=link.last().days)
    assert again.by_day(LINK, NOW) == link.by_day(LINK, NOW)
    again.take(minutes(BUSY, MINUTE - DAY + 3600), NOW)
    assert known(again).busy.minutes == 40


def test_after_a_restart_a_ping_counts_before_the_first_poll() -> None:
    link = latency()
    link.take(minutes(IDLE, MINUTE - DAY), NOW)
    again = latency(stored=link.last().days)
    every = minutes(BUSY)
    again.take([*every[1::2], *every[::2]], NOW)
    assert known(again).busy == known(latency_of(every)).busy


def test_each_changed_day_is_saved_once_in_a_while() -> None:
    link = latency()
    link.take(minutes(IDLE), NOW)
    link.take(minutes(IDLE, MINUTE - DAY), NOW)
    assert not link.changes(NOW).days
    assert len(link.changes(NOW + 300).days) == 2
    assert not link.changes(NOW + 600).days


def test_the_store_forgets_days_that_are_too_old() -> None:
    link = latency()
    today = link.changes(NOW).oldest
    assert link.changes(NOW).oldest is None
    assert today is not None
    assert link.changes(NOW + DAY).oldest == today + 1


def test_a_saved_day_that_no_release_can_read_counts_as_none() -> None:
    day = LocalDays(ZoneInfo(CITY.timezone)).of(NOW)
    for data in (b"", b"\x09" * 14, b"\x01" * 15):
        link = latency(stored={(LINK, day): data})
        assert link.by_day(LINK, NOW) == []
        assert link.unreadable == 1


def test_a_link_that_left_the_inventory_is_forgotten() -> None:
    link = latency()
    link.take(minutes(IDLE), NOW)
    link.adopt(_with())
    assert link.last_days(LINK, NOW, 35) is None
    link.adopt(CITY)
    link.take(minutes(BUSY), NOW)
    assert known(link).idle.minutes == 0


def test_two_polls_across_a_step_of_the_clock_give_no_rate() -> None:
    link = latency()
    some = minutes(IDLE)
    link.take(some[:21], NOW)
    before = known(link).minutes
    link.stepped(Step(by=30.0, since=NOW - DAY, until=NOW))
    link.take(some[21:23], NOW)
    assert known(link).minutes == before


def test_another_port_carries_the_link_when_the_first_is_silent() -> None:
    link = latency()
    link.take([taken(port(DOWN_OCTETS_A_SECOND * at), at=MINUTE - 3000 + at) for at in (0, 60)], NOW)
    other = [taken(port(0.0, row="ether2"), at=MINUTE - 3000 + at) for at in range(0, 1500, 60)]
    link.take(other[:3], NOW)
    assert known(link).idle.minutes == 0
    link.take(other[3:], NOW)
    assert known(link).idle.minutes > 0


@given(st.lists(st.tuples(st.floats(0, 2), st.none() | st.floats(0, 100)), max_size=60))
def test_a_packed_day_is_the_same_day(loads: list[tuple[float, float | None]]) -> None:
    link = latency()
    link.take(minutes(loads, MINUTE - 3600), NOW)
    again = latency(stored=link.last().days)
    assert again.by_day(LINK, NOW) == link.by_day(LINK, NOW)


def latency_of(some: list[Taken]) -> WorkingLatency:
    made = latency()
    made.take(some, NOW)
    return made


def _with(link: Link | None = None) -> City:
    return structs.replace(CITY, links={LINK: link} if link else {})
