"""One chat of a bot: send, edit and reply, wherever the chat has moved.

A group that becomes a supergroup has another id from then on. Telegram refuses the old one with 400 and
`migrate_to_chat_id` (https://core.telegram.org/bots/api#responseparameters).
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from collector.notify.channels.telegram.api import TelegramBot, TelegramRefusal, call
from collector.notify.channels.telegram.message import ChatMessage
from collector.notify.channels.undelivered import Undelivered

log = logging.getLogger(__name__)

NOT_MODIFIED = "message is not modified"
BAD_REQUEST = 400
NO_PREVIEW = {"is_disabled": True}


class MessageLost(Exception):
    """People deleted the message, or Telegram edits it no more."""


class TelegramChat:
    """`id` is the chat's present id. `moved` is called with the new one before the chat's next call."""

    def __init__(
        self, bot: TelegramBot, id: int, receiver: str, moved: Callable[[int], Awaitable[None]]
    ) -> None:
        self.id = id
        self._bot = bot
        self._receiver = receiver
        self._moved = moved

    async def send(self, message: ChatMessage, rings: bool = True, reply_to: int | None = None) -> int:
        """The number of the new message. A reply to a message that is gone becomes a message of its own.

        Raises Undelivered.
        """
        parameters: dict[str, Any] = {
            "text": message.text,
            "disable_notification": not rings,
            "link_preview_options": NO_PREVIEW,
        }
        if message.rows:
            parameters["reply_markup"] = message.markup
        if reply_to is not None:
            parameters["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        sent = await self._call("sendMessage", parameters)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        if not isinstance(number, int):
            raise Undelivered("Telegram: its answer has no message_id")
        return number

    async def edit(self, number: int, message: ChatMessage) -> None:
        """Make it the message's present text and buttons. Nobody's phone rings.

        Raises MessageLost and Undelivered.
        """
        parameters = {
            "message_id": number,
            "text": message.text,
            "reply_markup": message.markup,
            "link_preview_options": NO_PREVIEW,
        }
        try:
            await self._call("editMessageText", parameters)
        except TelegramRefusal as refusal:
            if NOT_MODIFIED in refusal.description:
                return
            if refusal.code == BAD_REQUEST:
                raise MessageLost from None
            raise

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        try:
            return await call(self._bot, method, {"chat_id": self.id, **parameters})
        except TelegramRefusal as refusal:
            if refusal.moved_to is None or refusal.moved_to == self.id:
                raise
            log.warning(
                "receivers.%s: the group %d became a supergroup; write telegram.chat = %d in the inventory",
                self._receiver,
                self.id,
                refusal.moved_to,
            )
            await self._moved(refusal.moved_to)
            self.id = refusal.moved_to
        return await call(self._bot, method, {"chat_id": self.id, **parameters})
