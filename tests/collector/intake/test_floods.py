"""A sender above the rates is not taken, and denied if it goes on; an agent at work never is."""

import pytest

from collector.clock import SteadyClock
from collector.intake.floods import (
    DENIED_AT_MOST,
    DENIED_SECONDS,
    MESSAGES,
    PATIENCE,
    SENDERS_AT_MOST,
    Floods,
)
from collector.intake.inbox import SENDER_WAITING_AT_MOST, Inbox
from collector.streams.ingestion import Message

BEFORE_DENIED = int(MESSAGES[0] + PATIENCE[0])


def flood(floods: Floods, sender: str, now: float, messages: int = BEFORE_DENIED + 1) -> int:
    """How many of the messages may be taken."""
    return sum(floods.within(sender, 100, now) for _ in range(messages))


def test_a_flood_is_cut_and_its_sender_denied_for_ten_minutes() -> None:
    floods = Floods()
    assert flood(floods, "sloppy", 50.0) == MESSAGES[0]
    assert floods.over_rate == {"sloppy": PATIENCE[0] + 1}
    assert floods.denied(50.0) == {"sloppy"}
    assert floods.denied(49.0 + DENIED_SECONDS) == {"sloppy"}
    assert floods.denied(50.0 + DENIED_SECONDS) == frozenset()


def test_a_flood_that_goes_on_is_denied_for_longer() -> None:
    floods = Floods()
    flood(floods, "sloppy", 50.0)
    flood(floods, "sloppy", 60.0, messages=20_000)
    assert floods.denied(55.0 + DENIED_SECONDS) == {"sloppy"}


def test_an_agent_that_empties_its_spool_is_never_denied() -> None:
    floods = Floods()
    for tick in range(2000):
        assert all(floods.within("gradasi", 5000, 100 + tick * 0.05) for _ in range(32))
    assert (floods.over_rate, floods.denied(200.0)) == ({}, frozenset())


def test_few_messages_of_many_bytes_are_a_flood_too() -> None:
    floods = Floods()
    assert sum(floods.within("heavy", 2**20, 50.0) for _ in range(2000)) == 64
    assert floods.denied(50.0) == {"heavy"}


def test_one_sender_costs_another_nothing() -> None:
    floods = Floods()
    flood(floods, "sloppy", 50.0)
    assert floods.within("gradasi", 100, 50.0)
    assert floods.denied(50.0) == {"sloppy"}


@pytest.mark.parametrize("name", ["", "a", "evil\nuser _collector", "_collector", "+", "x y z"])
def test_only_the_id_of_an_agent_can_come_into_the_acl(name: str) -> None:
    floods = Floods()
    flood(floods, name, 50.0)
    assert floods.denied(50.0) == frozenset()


def test_names_without_end_cost_bounded_memory() -> None:
    floods = Floods()
    for number in range(SENDERS_AT_MOST + 5):
        floods.within(f"agent-{number}", 1, 50.0)
    assert len(floods._rates) == 5
    for number in range(DENIED_AT_MOST + 1):
        floods._deny(f"agent-{number}", 50.0)
    assert len(floods.denied(50.0)) == DENIED_AT_MOST


def test_the_inbox_takes_nothing_above_the_rates() -> None:
    inbox = Inbox(SteadyClock())
    for _ in range(int(MESSAGES[0]) + 1):
        inbox.put(Message("pantau/v1/sloppy/report", b"x", 50.0))
    assert len(inbox) == SENDER_WAITING_AT_MOST
    assert inbox.dropped == MESSAGES[0] - SENDER_WAITING_AT_MOST
    assert inbox.floods.over_rate == {"sloppy": 1}
