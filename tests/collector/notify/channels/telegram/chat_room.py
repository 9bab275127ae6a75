"""A chat with a real reader before a real desk, store and watch. The Bot API is the stand-in's."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec

from collector.changes import Changes
from collector.city.state import State
from collector.city.taken import Taken
from collector.clock import SteadyClock
from collector.database.engine import StoreUnavailable
from collector.database.store import Store
from collector.incidents import Action, Incident
from collector.intake.chat_desk import ChatDesk
from collector.intake.desk import Desk
from collector.intake.pipeline import Pipeline
from collector.intake.planner import Planner
from collector.intake.watch import Watch
from collector.inventory import City, Receiver
from collector.notify.channels.telegram.reader import TelegramReaders
from collector.streams.ingest import Ingest
from tests.collector.notify.channels.telegram.group import CHAT, group
from tests.collector.waiting import until
from tests.fakes.incidents import NOW, incident
from tests.fakes.receivers import notifying
from tests.servers.telegram import TelegramServer, telegram_server

OPEN = incident(root="pop-selatan", severity="critical")


class RoomStore(Store):
    """`full`: nothing can be stored."""

    full = False

    def commit(self, changes: Changes) -> None:
        if self.full and changes:
            raise StoreUnavailable("the disk is full")
        super().commit(changes)


class ChatRoom:
    def __init__(self, server: TelegramServer, store: RoomStore, receivers: dict[str, Receiver]) -> None:
        self.server, self.store = server, store
        self.city: City = notifying(**receivers)
        clock = SteadyClock(lambda: NOW, lambda: NOW)
        state = State(self.city, {}, {})
        incidents: list[Incident] = store.incidents() or [OPEN]
        self.watch = Watch(state, {}, NOW, incidents, windows=store.windows(NOW))
        pipeline = Pipeline(Ingest(store.epoch, state, {}, store.marks(), store.begin()), store, self, clock)
        city = lambda: self.city  # noqa: E731
        desk, planner = Desk(self.watch, pipeline, clock), Planner(self.watch, pipeline, clock, city)
        self.services = ChatDesk(self.watch, pipeline, clock, city, desk, planner)
        self.readers = TelegramReaders(self.services, store.telegram, self._pause, poll_seconds=5)
        self.pauses: list[float] = []

    def judge(self, taken: Sequence[Taken]) -> Changes:
        return self.watch.judge(taken, False, NOW)

    def stored(self, changes: Changes) -> None:
        pass

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.02)

    @property
    def actions(self) -> list[Action]:
        return self.store.actions()

    @property
    def incident(self) -> Incident:
        found = self.watch.incidents.get(OPEN.id)
        assert found is not None
        return found

    async def says(self, text: str, chat: int = CHAT, **more: Any) -> str:
        """A person writes; the newest answer in the chat."""
        await self.confirmed(self.server.said(text, chat, **{"date": NOW, **more}))
        return self.server.shown(chat)[-1].text if self.server.shown(chat) else ""

    async def presses(self, data: str, chat: int = CHAT) -> str:
        """A person presses a button; the note above the chat."""
        await self.confirmed(self.server.pressed(data, chat, 1))
        return list(self.server.answers.values())[-1] if self.server.answers else ""

    async def confirmed(self, update: int) -> None:
        await until(lambda: self.server.confirmed >= update, seconds=20)


@asynccontextmanager
async def reading(
    folder: Path, server: TelegramServer, receivers: dict[str, Receiver] | None = None, **more: Any
) -> AsyncIterator[ChatRoom]:
    """With a reader that has just been started."""
    with closing(RoomStore(f"sqlite:///{folder / 'store.sqlite'}")) as store:
        room = ChatRoom(server, store, receivers or {"group": group(folder, server, **more)})
        task = asyncio.create_task(room.readers.run())
        try:
            yield room
        finally:
            task.cancel()
            await asyncio.wait({task})


@asynccontextmanager
async def chat_room(folder: Path, **more: Any) -> AsyncIterator[ChatRoom]:
    async with telegram_server() as server, reading(folder, server, **more) as room:
        yield room


def other_chat(receiver: Receiver, chat: int) -> Receiver:
    assert receiver.telegram is not None
    return msgspec.structs.replace(receiver, telegram=msgspec.structs.replace(receiver.telegram, chat=chat))
