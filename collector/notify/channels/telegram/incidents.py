"""Notices as one message an incident: sent once, then edited; a reply rings when there is news.

Each step is remembered before the next one, so a notice that is tried again goes on where it was. After a
crash at most one message comes twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from collector.database.telegram import SentMessage, TelegramMemory
from collector.inventory import Receiver
from collector.inventory.city import Telegram
from collector.notices.document import Document
from collector.notices.texts import Language
from collector.notify.channels.telegram.api import TelegramBot, bot_of
from collector.notify.channels.telegram.chat import MessageLost, TelegramChat
from collector.notify.channels.telegram.message import (
    RINGING,
    ChatMessage,
    fitting,
    incident_message,
    merged_message,
    ring,
)
from collector.notify.until_stored import until_stored

EDITED_OF_MERGED = 30
"""So many messages of merged incidents are edited. A button of another one answers that it is merged."""


class IncidentMessages:
    """The messages of all receivers that are chats of Telegram."""

    def __init__(
        self, memory: TelegramMemory, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._memory = memory
        self._pause = pause

    async def deliver(
        self, name: str, receiver: Receiver, documents: Sequence[Document], one: Document
    ) -> None:
        """`documents` are the notices, `one` is the only one of them, or their digest. Raises Undelivered."""
        assert receiver.telegram is not None
        chat = await self._chat(name, receiver.telegram)
        messages = _Messages(name, receiver.language, chat, self._memory, self._pause)
        if len(documents) == 1 and one.incident:
            await messages.take(one)
            return
        for document in {document.incident: document for document in documents if document.incident}.values():
            await messages.edit_known(document)
        for document in documents:
            await messages.edit_merged(document)
        await chat.send(ChatMessage(fitting(one.text)))

    async def _chat(self, name: str, settings: Telegram) -> TelegramChat:
        bot = bot_of(settings)
        moves = await until_stored(self._pause, self._memory.moves, bot.id)
        return TelegramChat(
            bot, moves.get(settings.chat, settings.chat), name, lambda id: self._moved(bot, settings.chat, id)
        )

    async def _moved(self, bot: TelegramBot, chat: int, present: int) -> None:
        await until_stored(self._pause, self._memory.moved, bot.id, chat, present)


class _Messages:
    """Those of one receiver."""

    def __init__(
        self,
        receiver: str,
        language: Language,
        chat: TelegramChat,
        memory: TelegramMemory,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._receiver = receiver
        self._language = language
        self._chat = chat
        self._memory = memory
        self._pause = pause

    async def take(self, document: Document) -> None:
        """Bring one notice to the chat."""
        known = await self._known(document.incident)
        if known is None and document.kind == "updated":
            return  # a digest has it: one line is enough for what nobody needs to read at once
        if known is None or known.notice != document.id or document.kind == "updated":
            await self._bring(document, known)
        await self.edit_merged(document)

    async def edit_known(self, document: Document) -> None:
        """Edit the incident's message if there is one; a digest has the news."""
        known = await self._known(document.incident)
        if known is not None and known.notice != document.id and await self._edit(document, known):
            await self._keep(document, known.message)

    async def edit_merged(self, document: Document) -> None:
        """Edit the messages of the incidents that this one took in."""
        for merged in document.merged[-EDITED_OF_MERGED:]:
            await self._merge(merged, document)

    async def _bring(self, document: Document, known: SentMessage | None) -> None:
        lost = known is not None and not await self._edit(document, known)
        if known is None or lost:
            rings = document.kind in RINGING or known is None
            number = await self._chat.send(incident_message(document, self._language), rings)
            await self._keep(document, number)
            return
        if document.kind in RINGING:
            await self._chat.send(ChatMessage(ring(document)), reply_to=known.message)
        await self._keep(document, known.message)

    async def _edit(self, document: Document, known: SentMessage) -> bool:
        """Whether there still was a message to edit."""
        if known.chat != self._chat.id:
            return False
        try:
            await self._chat.edit(known.message, incident_message(document, self._language))
        except MessageLost:
            return False
        return True

    async def _merge(self, incident: str, wider: Document) -> None:
        known = await self._known(incident)
        if known is None or known.notice == wider.id or known.chat != self._chat.id:
            return
        try:
            await self._chat.edit(known.message, merged_message(known.text, wider, self._language))
        except MessageLost:
            return
        merged = known._replace(notice=wider.id)
        await until_stored(self._pause, self._memory.keep, self._receiver, incident, merged)

    async def _known(self, incident: str) -> SentMessage | None:
        return await until_stored(self._pause, self._memory.message, self._receiver, incident)

    async def _keep(self, document: Document, number: int) -> None:
        sent = SentMessage(self._chat.id, number, document.id, fitting(document.text), document.at)
        await until_stored(self._pause, self._memory.keep, self._receiver, document.incident, sent)
