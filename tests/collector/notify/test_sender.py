"""The sender with a real store and real HTTP servers on loopback: nothing is lost, nobody is in the way."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from collector.changes import Changes
from collector.database.engine import StoreUnavailable
from collector.database.notices import WAITING_READ, NoticeOutbox
from collector.database.store import Store
from collector.inventory import Receiver
from collector.inventory.city import MessageLimit, OfficeHours
from collector.notices.delivery import KEPT_SECONDS
from collector.notices.document import Document, Letter, document
from collector.notify.channels.undelivered import Undelivered
from collector.notify.pace import LIMIT_SECONDS
from collector.notify.sender import GIVE_UP_SECONDS, Sender
from collector.notify.until_stored import retry_seconds
from tests.collector.notify.sending import Pauses, arrived, delivered, put, running
from tests.collector.waiting import until
from tests.fakes.answering import answering, silent, status
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice
from tests.fakes.receivers import notifying, webhook


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'store.sqlite'}")) as opened:
        yield opened


async def test_letters_come_in_order_each_once(store: Store) -> None:
    ids = [f"abcd2345-{number}" for number in range(1, 13)]
    put(store, "shift", *ids)
    async with answering(status(200)) as server, running(store, shift=server.url) as sender:
        await until(lambda: sender.outcomes == {"delivered": 12, "failed": 0, "given_up": 0})
        assert server.ids == ids


async def test_what_comes_while_it_runs_goes_at_once(store: Store) -> None:
    async with answering(status(200)) as server, running(store, shift=server.url) as sender:
        for number in range(20):
            put(store, "shift", f"abcd2345-{number}")
            sender.wake()
            await arrived(server, number + 1)


async def test_a_letter_that_comes_as_the_last_one_goes_is_not_left_behind(store: Store) -> None:
    """Written, and the sender woken, between the look that finds nothing more and what follows from it."""

    class Late(NoticeOutbox):
        written, looked = False, threading.Event()

        def waiting(self, receiver: str, after: int = 0) -> list[Letter]:
            found = super().waiting(receiver, after)
            if not found and not self.written:
                self.written = True
                put(store, "shift", "abcd2345-2")
                loop.call_soon_threadsafe(sender.wake)
                assert self.looked.wait(5)
            return found

        def forget(self, before: float) -> None:
            """The last that a look does."""
            if self.written:
                self.looked.set()

    loop = asyncio.get_running_loop()
    put(store, "shift", "abcd2345-1")
    async with answering(status(200)) as server:
        town = notifying(shift=webhook(server.url))
        sender = Sender(Late(store._engine), lambda: town)
        task = asyncio.create_task(sender.run())
        await until(lambda: len(server.requests) == 2, seconds=5)
        task.cancel()
        await asyncio.wait({task})
    assert server.ids == ["abcd2345-1", "abcd2345-2"]


async def test_what_fails_is_tried_again_later_and_later_and_nothing_overtakes_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    put(store, "shift", "abcd2345-1", "abcd2345-2")
    pauses = Pauses()
    answers = [status(503)] * 9 + [status(200)]
    async with answering(*answers) as server, running(store, pause=pauses, shift=server.url) as sender:
        await until(lambda: sender.outcomes == {"delivered": 2, "failed": 9, "given_up": 0})
    assert server.ids == ["abcd2345-1"] * 10 + ["abcd2345-2"]
    for seconds, usual in zip(pauses.seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=True):
        assert 0.75 * usual <= seconds <= 1.25 * usual
    assert [record.getMessage() for record in caplog.records] == [
        f"receivers.shift: {server.url}: HTTP 503; it is tried again for a day",
        "receivers.shift: takes notices again",
    ]


async def test_who_asks_to_be_left_alone_for_some_time_is(store: Store) -> None:
    """An hour at most, and nothing is lost or overtakes."""
    put(store, "shift", "abcd2345-1", "abcd2345-2")
    pauses, sent = Pauses(), []
    asked = [20.0, 86400.0, 0.0]

    async def flooded(receiver: Receiver, document: Document) -> None:
        if asked:
            raise Undelivered("HTTP 429", retry_after_seconds=asked.pop(0))
        sent.append(document.id)

    async with running(store, flooded, pause=pauses, shift="http://127.0.0.1:9"):
        await until(lambda: delivered(store))
    assert sent == ["abcd2345-1", "abcd2345-2"]
    assert pauses.seconds[:2] == [20, 3600]
    assert 3 <= pauses.seconds[2] <= 5, "of its own"


def test_however_long_a_receiver_is_dead_the_next_try_is_near() -> None:
    assert all(retry_seconds(failures) <= 75 for failures in (1, 7, 100, 10_000))


async def test_what_is_refused_for_ever_is_given_up_at_once_and_the_next_one_goes(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "shift", "abcd2345-1", "abcd2345-2")
    async with answering(status(400), status(200)) as server, running(store, shift=server.url) as sender:
        await until(lambda: sender.outcomes == {"delivered": 1, "failed": 0, "given_up": 1})
    assert server.ids == ["abcd2345-1", "abcd2345-2"]
    (dead,) = store.outbox.undelivered()
    assert (dead.document.id, dead.status, dead.attempts) == ("abcd2345-1", "dead", 1)
    assert dead.error == f"{server.url}: HTTP 400"
    assert "notice abcd2345-1 is given up" in caplog.text


async def test_after_a_day_it_is_given_up(store: Store) -> None:
    put(store, "shift", "old-1", at=NOW - GIVE_UP_SECONDS - 1)
    put(store, "shift", "young-1", at=NOW - GIVE_UP_SECONDS + 60)
    tried = asyncio.Event()

    async def never(receiver: Receiver, document: Document) -> None:
        if document.id == "young-1":
            tried.set()
        raise Undelivered("no")

    begun = [NOW - GIVE_UP_SECONDS - 1]  # the sender began a day ago
    now = lambda: begun.pop() if begun else NOW  # noqa: E731
    async with running(store, never, now, pause=Pauses(), shift="http://127.0.0.1:9"):
        await asyncio.wait_for(tried.wait(), 5)
    assert [one.document.id for one in store.outbox.undelivered() if one.status == "dead"] == ["old-1"]


async def test_the_time_of_a_delivery_outlives_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    with closing(Store(url)) as before:
        put(before, "shift", "abcd2345-1", at=NOW - 60)
        async with answering(status(200)) as server, running(before, shift=server.url):
            await until(lambda: delivered(before))
    with closing(Store(url)) as after:
        (delivery,) = after.deliveries("abcd2345").shown
    assert (delivery.receiver, delivery.at, delivery.tried_at) == ("shift", NOW - 60, NOW)


async def test_what_waited_longer_than_a_day_while_we_were_away_is_tried_once(store: Store) -> None:
    put(store, "shift", "old-1", at=NOW - 3 * GIVE_UP_SECONDS)
    async with answering(status(200)) as server, running(store, shift=server.url):
        await until(lambda: delivered(store))
    assert server.ids == ["old-1"]


async def test_after_two_days_away_a_network_that_comes_up_late_loses_no_end(store: Store) -> None:
    put(store, "shift", "old-1", at=NOW - 2 * GIVE_UP_SECONDS)
    pauses = Pauses()
    answers = [status(503)] * 3 + [status(200)]
    async with answering(*answers) as server, running(store, pause=pauses, shift=server.url):
        await until(lambda: delivered(store))
    assert server.ids == ["old-1"] * 4
    assert store.outbox.undelivered() == []


async def test_no_restart_keeps_a_letter_of_a_month_ago(store: Store) -> None:
    put(store, "shift", "old-1", at=NOW - KEPT_SECONDS - 1)
    async with answering(status(503)) as server, running(store, pause=Pauses(), shift=server.url) as sender:
        await until(lambda: sender.outcomes["given_up"] == 1)
    assert server.ids == ["old-1"]


async def test_a_thousand_letters_that_wait_for_the_office_hold_up_no_urgent_one(store: Store) -> None:
    mild = document(notice(incident(severity="info")), PONTIANAK, "en")
    waiting = [
        msgspec.structs.replace(mild, id=f"mild{number}-1", incident=f"mild{number}")
        for number in range(2 * WAITING_READ + 10)
    ]
    store.commit(Changes(letters=[Letter("shift", one) for one in waiting]))
    put(store, "shift", "grave-1")
    async with answering(status(200)) as server:
        night = msgspec.structs.replace(webhook(server.url), hours=OfficeHours(severity=["info"]))
        town = notifying(shift=night)
        task = asyncio.create_task(Sender(store.outbox, lambda: town, now=lambda: NOW).run())
        await until(lambda: server.ids == ["grave-1"])
        task.cancel()
        await asyncio.wait({task})


async def test_a_notice_of_a_clock_that_was_ahead_is_not_kept_back(store: Store) -> None:
    put(store, "shift", "ahead-1", at=NOW + 3600)
    async with answering(status(200)) as server, running(store, shift=server.url):
        await until(lambda: delivered(store))
    assert server.ids == ["ahead-1"]


async def test_who_is_dead_slow_or_refuses_holds_up_nobody_else(store: Store) -> None:
    """Twelve that hang are more than there are threads for the store."""
    released = asyncio.Event()
    hanging = [f"hanging-{number}" for number in range(12)]
    for name in (*hanging, "dead", "refusing"):
        put(store, name, "a-1", "a-2")
    ids = [f"a-{number}" for number in range(1, 6)]
    put(store, "good", *ids)
    async with (
        answering(silent(released)) as slow,
        answering(status(400)) as refusing,
        answering(status(200)) as good,
        running(
            store,
            **dict.fromkeys(hanging, slow.url),  # type: ignore[arg-type]
            dead="http://127.0.0.1:9",
            refusing=refusing.url,
            good=good.url,
        ) as sender,
    ):
        await until(lambda: good.ids == ids, seconds=5)
        await until(lambda: len(slow.requests) == len(hanging), seconds=5)
        put(store, "good", "a-6")
        sender.wake()
        await until(lambda: good.ids == [*ids, "a-6"], seconds=2)
        await until(lambda: refusing.ids == ["a-1", "a-2"], seconds=5)
        assert set(slow.ids) == {"a-1"}, "nobody's second overtakes the first"


async def test_a_receiver_that_left_the_inventory_gets_and_blocks_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "gone", "abcd2345-1", "abcd2345-2")
    put(store, "shift", "abcd2345-1")
    async with answering(status(200)) as server, running(store, shift=server.url):
        await until(lambda: delivered(store))
    assert server.ids == ["abcd2345-1"]
    assert [one.error for one in store.outbox.undelivered()] == [
        "the inventory has no such receiver any more"
    ] * 2


async def test_an_inventory_that_is_put_right_is_followed(store: Store) -> None:
    put(store, "shift", "abcd2345-1")
    async with answering(status(404)) as wrong, answering(status(200)) as right:
        town = notifying(shift=webhook(wrong.url))

        async def put_right(seconds: float) -> None:
            nonlocal town
            town = notifying(shift=webhook(right.url))

        sender = Sender(store.outbox, lambda: town, now=lambda: NOW, pause=put_right)
        task = asyncio.create_task(sender.run())
        await until(lambda: delivered(store))
        task.cancel()
        await asyncio.wait({task})
    assert (wrong.ids, right.ids) == (["abcd2345-1"], ["abcd2345-1"])


async def test_a_store_that_fails_after_a_delivery_makes_no_repeat(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(NoticeOutbox):
        failures = 3

        def delivered(self, *letters: Letter, at: float) -> None:
            if self.failures:
                self.failures -= 1
                raise StoreUnavailable("store sqlite: database or disk is full")
            super().delivered(*letters, at=at)

    put(store, "shift", "abcd2345-1", "abcd2345-2")
    pauses = Pauses()
    async with answering(status(200)) as server:
        town = notifying(shift=webhook(server.url))
        task = asyncio.create_task(Sender(Full(store._engine), lambda: town, pause=pauses).run())
        await until(lambda: delivered(store))
        task.cancel()
        await asyncio.wait({task})
    assert server.ids == ["abcd2345-1", "abcd2345-2"]
    assert len(pauses.seconds) == 3
    assert caplog.text.count("database or disk is full; notices wait") == 1


async def test_a_bug_in_a_channel_ends_neither_the_sender_nor_a_secret(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "bad", "abcd2345-1")
    put(store, "good", "abcd2345-1")
    got, secret = [], "s3cr3t"

    async def buggy(receiver: Receiver, document: Document) -> None:
        if receiver.webhook and "bad" in receiver.webhook.url:
            raise RuntimeError(secret)
        got.append(document.id)

    async with running(store, buggy, bad="http://bad/", good="http://good/") as sender:
        await until(lambda: sender.outcomes == {"delivered": 1, "failed": 1, "given_up": 0})
    assert [one.error for one in store.outbox.undelivered()] == ["failed with RuntimeError"]
    assert "in buggy\n" in caplog.text, "the traceback"
    assert secret not in caplog.text


async def test_secrets_of_a_url_are_in_no_log_and_in_no_error(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put(store, "shift", "a-1", "a-2", "a-3", "a-4")
    put(store, "dead", "a-1")
    path = "/services/s3cr3t?token=s3cr3t"
    answers = [status(503), status(302, Location="https://x/s3cr3t"), status(400), status(200)]
    async with answering(*answers) as server:
        dead = "http://127.0.0.1:9" + path
        async with running(store, pause=Pauses(), shift=server.url + path, dead=dead) as sender:
            await until(lambda: sender.outcomes["delivered"] == 3)
            shown = [one.error for one in store.outbox.undelivered()]
    assert len(shown) == 2
    assert "s3cr3t" not in " ".join(shown)
    assert "s3cr3t" not in caplog.text


async def test_old_letters_are_forgotten(store: Store) -> None:
    put(store, "shift", "old-1", at=NOW - KEPT_SECONDS - 1)
    put(store, "shift", "young-1", at=NOW - KEPT_SECONDS + 60)
    async with answering(status(200)) as server, running(store, shift=server.url):
        await until(lambda: store.outbox.recipients() == {("young", "shift")})
    assert server.ids == ["old-1", "young-1"]


async def test_a_stop_that_comes_with_a_wake_is_no_less_a_stop(store: Store) -> None:
    for _ in range(20):
        async with asyncio.timeout(5), running(store) as sender:
            await asyncio.sleep(0.01)
            sender.wake()


async def test_a_stop_leaves_what_is_in_hand_to_the_next_start(store: Store) -> None:
    put(store, "shift", "abcd2345-1")
    released = asyncio.Event()
    async with answering(silent(released), status(200)) as server:
        async with running(store, shift=server.url):
            await until(lambda: server.requests)
        assert not delivered(store)
        async with running(store, shift=server.url):
            await until(lambda: delivered(store))
    assert server.ids == ["abcd2345-1"] * 2, "under the same id"


async def test_more_notices_than_the_limit_come_in_one_message_and_none_is_lost(store: Store) -> None:
    ids = [f"one{number:05}-1" for number in range(25)]
    put(store, "shift", *ids)
    async with answering(status(200)) as server:
        receiver = msgspec.structs.replace(webhook(server.url), limit=MessageLimit(messages=5))
        town = notifying(shift=receiver)
        sender = Sender(store.outbox, lambda: town, now=lambda: NOW)
        task = asyncio.create_task(sender.run())
        await until(lambda: delivered(store))
        task.cancel()
        await asyncio.wait({task})
    assert server.ids[:4] == ids[:4]
    assert len(server.ids) == 5
    assert server.requests[4].document["notices"] == ids[4:]


async def test_notices_beyond_the_limit_wait_until_there_is_room(store: Store) -> None:
    now = NOW
    async with answering(status(200)) as server:
        receiver = msgspec.structs.replace(webhook(server.url), limit=MessageLimit(messages=5))
        town = notifying(shift=receiver)
        sender = Sender(store.outbox, lambda: town, now=lambda: now)
        task = asyncio.create_task(sender.run())
        for number in range(5):
            put(store, "shift", f"one{number:05}-1")
            sender.wake()
            await arrived(server, number + 1)
        put(store, "shift", "late1-1", "late2-1")
        sender.wake()
        now += LIMIT_SECONDS / 5
        sender.wake()
        await until(lambda: delivered(store))
        task.cancel()
        await asyncio.wait({task})
    assert server.requests[5].document["notices"] == ["late1-1", "late2-1"]


async def test_a_receiver_that_leaves_during_its_attempt_ends_nothing(store: Store) -> None:
    put(store, "shift", "abcd2345-1")
    towns = [notifying(shift=webhook("http://127.0.0.1:1/"))]

    async def leaves(receiver: Receiver, document: Document) -> None:
        towns.append(notifying(other=webhook("http://127.0.0.1:1/")))
        raise Undelivered("no answer")

    sender = Sender(store.outbox, lambda: towns[-1], deliver=leaves, pause=Pauses())
    task = asyncio.create_task(sender.run())
    await until(lambda: sender.outcomes["given_up"] == 1 or task.done(), seconds=5)
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})
