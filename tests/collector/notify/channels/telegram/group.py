"""A group of Telegram that gets the notices of incidents from a real sender and a real store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec

from collector.changes import Changes
from collector.database.store import Store
from collector.incidents import Incident
from collector.inventory import Receiver
from collector.inventory.city import Telegram
from collector.notices.document import Letter, document
from collector.notify.channels.telegram.incidents import IncidentMessages
from collector.notify.sender import Sender
from tests.collector.notify.sending import Pauses
from tests.collector.waiting import until
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, notice
from tests.fakes.receivers import notifying
from tests.servers.telegram import TOKEN, TelegramServer, telegram_server

CHAT = -1001234567890


class Clock:
    """The sender's time: it passes only where the sender pauses."""

    def __init__(self) -> None:
        self.now = NOW
        self.pauses = Pauses()

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.now += seconds
        await self.pauses(seconds)


def group(folder: Path, server: TelegramServer, language: Any = "en", **more: Any) -> Receiver:
    (folder / "token").write_text(TOKEN)
    settings = Telegram(chat=CHAT, token_file=str(folder / "token"), api_url=server.url)
    return msgspec.structs.replace(Receiver(telegram=settings, language=language), **more)


class Group:
    def __init__(self, server: TelegramServer, store: Store, receiver: Receiver, clock: Clock) -> None:
        self.server, self.store, self.receiver, self.clock = server, store, receiver, clock
        self.city = notifying(group=receiver)
        self.memory = store.telegram
        self.sender: Sender
        self._notices = 0

    def put(self, about: Incident, kind: Any, merged: tuple[str, ...] = ()) -> None:
        """A notice as the watch writes it."""
        self._notices += 1
        told = msgspec.structs.replace(notice(about, kind, merged), at=self.clock.now)
        id = f"{about.id}-updated" if kind == "updated" else f"{about.id}-{self._notices}"
        told = msgspec.structs.replace(told, id=id)
        letter = Letter("group", document(told, PONTIANAK, self.receiver.language))
        self.store.commit(Changes(letters=[letter], incidents={about.id: about}))

    async def told(self, about: Incident, kind: Any, merged: tuple[str, ...] = ()) -> None:
        self.put(about, kind, merged)
        self.sender.wake()
        await self.until_delivered()

    async def until_delivered(self) -> None:
        await until(lambda: self.store.outbox.counts()["waiting"] == 0, seconds=10)

    async def start(self) -> None:
        """Start a new sender."""
        self.sender = Sender(
            self.store.outbox,
            lambda: self.city,
            now=self.clock,
            pause=self.clock.pause,
            messages=IncidentMessages(self.memory, self.clock.pause),
        )
        self._task = asyncio.create_task(self.sender.run())

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})


@asynccontextmanager
async def a_group(folder: Path, limited: bool = False, **more: Any) -> AsyncIterator[Group]:
    clock = Clock()
    async with telegram_server(limited, clock) as server:
        with closing(Store(f"sqlite:///{folder / 'store.sqlite'}")) as store:
            here = Group(server, store, group(folder, server, **more), clock)
            await here.start()
            yield here
            await here.stop()
