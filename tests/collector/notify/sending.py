"""A sender that runs beside a test, with letters to send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import msgspec

from collector.changes import Changes
from collector.database.store import Store
from collector.inventory import Receiver
from collector.notices.document import Document, Letter, document
from collector.notify.channels.deliver import deliver
from collector.notify.sender import Sender
from tests.collector.waiting import until
from tests.fakes.answering import Server
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice
from tests.fakes.receivers import notifying, webhook


class Pauses:
    """Takes the time for granted, and remembers how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def put(store: Store, receiver: str, *ids: str, at: float = NOW) -> None:
    made = document(notice(incident()), PONTIANAK, "en")
    documents = [msgspec.structs.replace(made, id=id, incident=id.partition("-")[0], at=at) for id in ids]
    store.commit(Changes(letters=[Letter(receiver, one) for one in documents]))


@asynccontextmanager
async def running(
    store: Store,
    deliver: Callable[[Receiver, Document], Awaitable[None]] = deliver,
    now: Callable[[], float] = lambda: NOW,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    **receivers: str,
) -> AsyncIterator[Sender]:
    """`receivers` are webhooks by name."""
    town = notifying(**{name: webhook(url) for name, url in receivers.items()})
    sender = Sender(store.outbox, lambda: town, deliver, now, pause)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def arrived(server: Server, count: int) -> None:
    await until(lambda: len(server.requests) == count, seconds=5)


def delivered(store: Store) -> bool:
    return store.outbox.counts()["waiting"] == 0
