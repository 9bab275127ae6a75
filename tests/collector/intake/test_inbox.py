"""Messages wait in turns by sender, and each bound counts what it keeps out."""

from collector.clock import SteadyClock
from collector.intake.inbox import (
    BATCH_AT_MOST,
    SENDER_BYTES_AT_MOST,
    SENDER_WAITING_AT_MOST,
    SHARE_AT_MOST,
    SHARE_BYTES_AT_MOST,
    WAITING_AT_MOST,
    WAITING_BYTES_AT_MOST,
    Inbox,
)
from collector.streams.ingestion import Message
from wire.topics import topic


def said(sender: str, number: int = 1, payload: bytes = b"") -> Message:
    return Message(topic(sender, "report"), payload, float(number))


async def everything(inbox: Inbox) -> list[Message]:
    gathered: list[Message] = []
    while len(inbox):
        gathered += await inbox.gather()
    return gathered


async def test_the_inbox_is_bounded_and_counts_what_it_drops() -> None:
    inbox = Inbox(SteadyClock())
    for number in range(WAITING_AT_MOST + 3):
        inbox.put(said(f"agent-{number % 100}", number))
    assert (len(inbox), inbox.dropped) == (WAITING_AT_MOST, 3)
    assert len(await everything(inbox)) == WAITING_AT_MOST


async def test_few_but_large_messages_fill_the_inbox_too() -> None:
    inbox, large = Inbox(SteadyClock()), bytes(SENDER_BYTES_AT_MOST)
    fit = WAITING_BYTES_AT_MOST // SENDER_BYTES_AT_MOST
    for number in range(fit + 2):
        inbox.put(said(f"agent-{number}", payload=large))
    assert (len(inbox), inbox.dropped) == (fit, 2)
    assert len(await everything(inbox)) == fit
    inbox.put(said("agent-0", payload=large))
    assert len(inbox) == 1


async def test_one_sender_fills_only_its_own_part_with_messages_or_with_bytes() -> None:
    inbox = Inbox(SteadyClock())
    for number in range(SENDER_WAITING_AT_MOST + 5):
        inbox.put(said("loud", number))
    for _ in range(3):
        inbox.put(said("heavy", payload=bytes(SENDER_BYTES_AT_MOST // 2)))
    assert inbox.dropped == 5 + 1
    inbox.put(said("healthy"))
    assert inbox.dropped == 6


async def test_senders_take_turns_and_the_order_of_each_is_kept() -> None:
    inbox = Inbox(SteadyClock())
    for number in range(SENDER_WAITING_AT_MOST):
        inbox.put(said("loud", number))
    inbox.put(said("healthy"))
    first = await inbox.gather()
    assert [message.topic for message in first].count(topic("loud", "report")) == SHARE_AT_MOST
    assert first[-1] == said("healthy")
    rest = await everything(inbox)
    assert [message.received for message in [*first[:-1], *rest]] == list(range(SENDER_WAITING_AT_MOST))


async def test_a_share_has_a_bound_in_bytes_too_but_always_holds_one_message() -> None:
    inbox = Inbox(SteadyClock())
    for _ in range(4):
        inbox.put(said("heavy", payload=bytes(SHARE_BYTES_AT_MOST // 2)))
    inbox.put(said("heaviest", payload=bytes(SHARE_BYTES_AT_MOST + 1)))
    assert len(await inbox.gather()) == 2 + 1


async def test_where_more_senders_wait_than_a_batch_has_room_for_each_gets_its_turn() -> None:
    inbox = Inbox(SteadyClock())
    senders = [f"agent-{number}" for number in range(BATCH_AT_MOST + 50)]
    for sender in senders * 2:
        inbox.put(said(sender))
    batches = [await inbox.gather(), await inbox.gather()]
    turns = [message.topic for batch in batches for message in batch]
    assert {topic(sender, "report") for sender in senders} <= set(turns)
