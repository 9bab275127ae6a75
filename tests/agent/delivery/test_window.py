"""Delivery against a link that loses, doubles and reorders, in virtual time."""

import random
from collections.abc import Callable
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.delivery.window import (
    BACKLOG_AT_MOST,
    LIVE_AT_MOST,
    REST_SECONDS,
    UNACKNOWLEDGED_SECONDS,
    WINDOW,
    Delivery,
)
from agent.spool.key import Key
from wire.reconnect import RESUME_SPREAD_SECONDS

OLD, NEW = "0" * 16, "1" * 16


class Agent:
    """A delivery and what it delivers: reports that are held until the collector is heard to have them."""

    def __init__(self, backlog: int = 0, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.delivery = Delivery(self.chance.random)
        self.held = [(OLD, seq) for seq in range(1, backlog + 1)]
        self._seqs = count(1)
        self._sendings = count(1)

    def measure(self, now: float) -> Key:
        key = (NEW, next(self._seqs))
        self.held.append(key)
        self.delivery.appended(key, now)
        return key

    def publish(self, now: float) -> list[tuple[Key, str]]:
        sent = []
        for key in self.delivery.choose(now, self._oldest):
            name = f"sending {next(self._sendings)}"
            self.delivery.sent(key, name, now)
            sent.append((key, name))
        return sent

    def acknowledged(self, key: Key, now: float) -> None:
        self.held = [held for held in self.held if held != key]
        self.delivery.acknowledged(key[0], [(key[1], key[1])], now)

    def connect(self, now: float) -> None:
        self.delivery.connected(now)
        assert self.delivery.ask_due(now)
        self.delivery.answered(True, now)

    def hurry(self, now: float) -> None:
        """Until so much was answered promptly that backlog goes as fast as it may."""
        for _ in range(4):
            for key in keys(self.publish(now)):
                self.acknowledged(key, now)

    def _oldest(self, at_most: int, passed_over: Callable[[Key], bool]) -> list[Key]:
        return [key for key in self.held if not passed_over(key)][:at_most]


def keys(sent: list[tuple[Key, str]]) -> list[Key]:
    return [key for key, _ in sent]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    loss=st.floats(0, 0.7),
    backlog=st.integers(0, 300),
    live=st.integers(0, 60),
)
def test_whatever_is_lost_doubled_or_reordered_all_is_delivered_in_the_end(
    seed: int, loss: float, backlog: int, live: int
) -> None:
    agent, now = Agent(backlog, seed), 0.0
    agent.connect(now)
    acks: list[tuple[float, Key]] = []
    for _ in range(20_000):
        now += 1
        if live:
            agent.measure(now)
            live -= 1
        for key, _ in agent.publish(now):
            answers = agent.chance.choice([1, 1, 2])
            arriving = [key for _ in range(answers) if agent.chance.random() >= loss]
            acks += [(now + agent.chance.uniform(0, 30), key) for key in arriving]
        assert agent.delivery.flying <= WINDOW
        for ack in [ack for ack in acks if ack[0] <= now]:
            acks.remove(ack)
            agent.acknowledged(ack[1], now)
        if not agent.held and not live:
            break
    assert agent.held == []


def test_backlog_goes_oldest_first_and_leaves_a_quarter_of_the_window_to_live() -> None:
    agent = Agent(backlog=100)
    agent.connect(0)
    agent.hurry(0)
    oldest = agent.held[:BACKLOG_AT_MOST]
    assert keys(agent.publish(0)) == oldest
    live = agent.measure(1)
    assert keys(agent.publish(1)) == [live]


def test_live_takes_at_most_half_of_the_window_however_much_there_is() -> None:
    agent = Agent(backlog=100)
    agent.connect(0)
    agent.hurry(0)
    for _ in range(60):
        agent.measure(0)
    sent = keys(agent.publish(0))
    live = [key for key in sent if key[0] == NEW]
    assert len(live) == LIVE_AT_MOST
    assert live == [(NEW, seq) for seq in range(60, 60 - LIVE_AT_MOST, -1)], "the newest first"
    assert len(sent) == WINDOW
    assert len(sent) - len(live) >= WINDOW // 4


def test_a_report_without_an_answer_is_sent_again_with_longer_pauses() -> None:
    agent, sendings = Agent(backlog=1), []
    agent.connect(0)
    for now in range(600):
        sendings += [now] * len(agent.publish(now))
    pauses = [later - earlier for earlier, later in pairwise(sendings)]
    assert pauses[0] <= 7
    assert pauses[-1] >= 60
    assert max(pauses) <= 151


def test_two_agents_don_t_resend_in_step() -> None:
    due = []
    for seed in (1, 2):
        agent = Agent(backlog=1, seed=seed)
        agent.connect(0)
        agent.publish(0)
        due.append(agent.delivery.next_due(0))
    assert due[0] != due[1]


def test_nothing_is_sent_before_the_collector_has_answered_the_presence() -> None:
    agent = Agent(backlog=1)
    agent.delivery.connected(0)
    assert agent.publish(0) == []
    assert agent.delivery.ask_due(0)
    assert not agent.delivery.ask_due(0.1), "asked already"
    assert agent.delivery.ask_due(10), "the answer may be lost"
    agent.delivery.answered(True, 10)
    assert len(agent.publish(10)) == 1
    assert not agent.delivery.ask_due(1000)


def test_answers_that_tell_no_time_hold_reports_back_for_a_minute_only() -> None:
    agent = Agent(backlog=1)
    agent.delivery.connected(0)
    agent.delivery.answered(False, 1)
    assert agent.publish(1) == []
    agent.delivery.answered(False, 1 + UNACKNOWLEDGED_SECONDS)
    assert len(agent.publish(1 + UNACKNOWLEDGED_SECONDS)) == 1


def test_agents_are_silent_for_an_offline_collector_and_resume_spread_out() -> None:
    asked = []
    for seed in range(20):
        agent = Agent(backlog=50, seed=seed)
        agent.connect(0)
        agent.publish(0)
        agent.delivery.collector(False, 1)
        assert agent.publish(100) == []
        agent.delivery.collector(True, 200)
        asked.append(agent.delivery.next_due(200) - 200)
        assert agent.publish(200) == []
        assert agent.delivery.ask_due(200 + RESUME_SPREAD_SECONDS)
        agent.delivery.answered(True, 211)
        assert agent.publish(211)
    assert max(asked) - min(asked) > RESUME_SPREAD_SECONDS / 2
    assert max(asked) <= RESUME_SPREAD_SECONDS


def test_an_offline_collector_is_asked_now_and_then_until_it_answers() -> None:
    """The word that it is back may be lost: presence is only a hint."""
    agent = Agent(backlog=5)
    agent.connect(0)
    agent.delivery.collector(False, 1)
    asked = [now for now in range(2, 400) if agent.delivery.ask_due(now)]
    assert len(asked) >= 4
    assert all(44 <= later - earlier <= 76 for earlier, later in pairwise([1, *asked]))
    agent.delivery.answered(True, 400)
    assert agent.publish(400)


def test_a_reject_names_the_sending_and_only_what_was_sent() -> None:
    agent = Agent(backlog=1)
    agent.connect(0)
    first = agent.publish(0)[0][1]
    agent.publish(10)
    assert agent.delivery.rejected("another agent's", 11) is None
    assert agent.delivery.rejected(first, 11) == (OLD, 1)
    assert agent.delivery.rejected(first, 11) is None


def test_on_hold_one_report_is_tried_every_ten_minutes_until_one_is_taken() -> None:
    agent, now = Agent(backlog=50), 0.0
    agent.connect(now)
    agent.publish(now)
    agent.delivery.held_off("no such site", now)
    assert agent.publish(now + 500) == []
    now = agent.delivery.next_due(now + 1)
    assert now == pytest.approx(REST_SECONDS, rel=0.1)
    tried = agent.publish(now)
    assert keys(tried) == [(OLD, 1)]
    agent.delivery.held_off("no such site", now)
    now = agent.delivery.next_due(now)
    assert keys(agent.publish(now)) == [(OLD, 1)]
    agent.acknowledged((OLD, 1), now)
    assert agent.delivery.hold == ""
    assert len(agent.publish(now)) > 1


@settings(deadline=None, max_examples=20)
@given(poison=st.sets(st.integers(1, 200), max_size=100))
def test_reports_that_nobody_ever_answers_don_t_stand_in_the_way_of_others(poison: set[int]) -> None:
    agent, now = Agent(backlog=200), 0.0
    agent.connect(now)
    while now < 20_000 and len(agent.held) > len(poison):
        now += 1
        for key, _ in agent.publish(now):
            if key[1] not in poison:
                agent.acknowledged(key, now)
    assert {seq for _, seq in agent.held} == poison


def test_a_minute_without_an_acknowledgement_is_a_condition() -> None:
    agent = Agent(backlog=2)
    agent.connect(0)
    agent.publish(10)
    assert not agent.delivery.unacknowledged(69)
    assert agent.delivery.unacknowledged(70)
    agent.delivery.answered(True, 71)
    assert agent.delivery.unacknowledged(71), "an answer to presence is no acknowledgement"
    agent.acknowledged((OLD, 1), 80)
    assert not agent.delivery.unacknowledged(80)
    agent.acknowledged((OLD, 2), 90)
    assert not agent.delivery.unacknowledged(1000)


def test_a_presence_that_nobody_answers_is_the_same_condition() -> None:
    agent = Agent()
    agent.delivery.connected(100)
    assert not agent.delivery.unacknowledged(159)
    assert agent.delivery.unacknowledged(160)
    agent.delivery.disconnected()
    assert not agent.delivery.unacknowledged(1000)


def test_a_new_connection_starts_over_with_what_is_held() -> None:
    agent = Agent(backlog=2)
    agent.connect(0)
    agent.publish(0)
    agent.delivery.disconnected()
    assert agent.publish(1) == []
    agent.connect(2)
    assert keys(agent.publish(2)) == [(OLD, 1), (OLD, 2)]


def test_a_report_from_long_before_the_connection_is_backlog_not_live() -> None:
    agent = Agent()
    for now in range(100):
        agent.measure(now)
    agent.connect(200)
    agent.hurry(200)
    oldest = agent.held[:BACKLOG_AT_MOST]
    assert keys(agent.publish(200)) == oldest
