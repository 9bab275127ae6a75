"""The reader of what people write to a bot: a long poll, by one reader for each bot, without an open port.

An update is confirmed when getUpdates asks for a later one, and it comes again until then
(https://core.telegram.org/bots/api#getupdates). The number of the last update that is handled is stored in
the transaction of its action. So each update is handled, and no action happens twice. An answer may be lost.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from collector.changes import HandledUpdate
from collector.database.engine import StoreUnavailable
from collector.database.telegram import TelegramMemory
from collector.inventory import Receiver
from collector.notices.texts import Language
from collector.notify.channels.telegram.answers import ChatAnswers, menu
from collector.notify.channels.telegram.api import (
    CONFLICT,
    TOO_MANY_REQUESTS,
    TelegramBot,
    TelegramRefusal,
    bot_of,
    call,
)
from collector.notify.channels.telegram.message import fitting
from collector.notify.channels.telegram.services import ChatServices
from collector.notify.channels.telegram.updates import Asked, GroupMoved, Ignored, asked
from collector.notify.channels.undelivered import Undelivered, contained
from collector.notify.until_stored import retry_seconds, until_stored
from runtime.trouble import Trouble

log = logging.getLogger(__name__)

POLL_SECONDS = 50.0
"""So long Telegram holds a request without an update. Many firewalls forget a quiet connection after 60 s."""
LONGER_SECONDS = 10.0
UPDATES_AT_ONCE = 100
CONFLICT_SECONDS = 30.0
EMPTY_SECONDS = 1.0
FOLLOW_INVENTORY_SECONDS = 5.0
NUMBERS_START_ANEW_SECONDS = 6 * 86400.0
"""After a week without updates Telegram begins with another number, and it keeps updates for a day."""
WAIT_TO_ANSWER_SECONDS = 30.0
QUERY_CHARACTERS = 200
"""The limit of https://core.telegram.org/bots/api#answercallbackquery."""
WANTED = ["message", "callback_query"]

Pause = Callable[[float], Awaitable[None]]


class KnownChat(NamedTuple):
    """A chat of the inventory, by its present id."""

    name: str
    receiver: Receiver


class TelegramReaders:
    """A reader for each bot of the inventory. `handled` counts updates by what became of them."""

    def __init__(
        self,
        services: ChatServices,
        memory: TelegramMemory,
        pause: Pause = asyncio.sleep,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.handled: Counter[str] = Counter({"answered": 0, "ignored": 0, "unknown_chat": 0, "failed": 0})
        self._services = services
        self._memory = memory
        self._pause = pause
        self._poll_seconds = poll_seconds
        self._unreadable = Trouble()

    async def run(self) -> None:
        """Until cancelled. It follows the inventory."""
        running: dict[TelegramBot, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as readers:
            while True:
                bots = self.bots()
                for bot in running.keys() - bots.keys():
                    running.pop(bot).cancel()
                for bot in bots.keys() - running.keys():
                    running[bot] = readers.create_task(self._reader(bot).run())
                await self._pause(FOLLOW_INVENTORY_SECONDS)

    def bots(self) -> dict[TelegramBot, dict[int, KnownChat]]:
        """The chats of each bot. Receivers that share a token share one reader."""
        found: dict[TelegramBot, dict[int, KnownChat]] = {}
        unreadable = ""
        for name, receiver in self._services.city.receivers.items():
            if receiver.telegram is None:
                continue
            try:
                bot = bot_of(receiver.telegram)
            except Undelivered as error:
                unreadable = f"receivers.{name}: {error}"
                continue
            bot = next((known for known in found if known.token == bot.token), bot)
            found.setdefault(bot, {}).setdefault(receiver.telegram.chat, KnownChat(name, receiver))
        if not unreadable:
            self._unreadable.ended()
        elif self._unreadable.began(unreadable):
            log.warning("%s; the collector can't read what people write there", unreadable)
        return found

    def _reader(self, bot: TelegramBot) -> "TelegramReader":
        return TelegramReader(
            bot,
            lambda: self.bots().get(bot, {}),
            self._services,
            self._memory,
            self.handled,
            self._pause,
            self._poll_seconds,
        )


class TelegramReader:
    """Of one bot. `chats` gives those of the inventory by the id that the inventory has."""

    def __init__(
        self,
        bot: TelegramBot,
        chats: Callable[[], Mapping[int, KnownChat]],
        services: ChatServices,
        memory: TelegramMemory,
        handled: Counter[str],
        pause: Pause,
        poll_seconds: float,
    ) -> None:
        self._bot = bot
        self._chats = chats
        self._services = services
        self._answers = ChatAnswers(services)
        self._memory = memory
        self._handled = handled
        self._pause = pause
        self._poll_seconds = poll_seconds
        self._trouble = Trouble()
        self._username = ""
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                with contained():
                    await self._poll()
            except Undelivered as error:
                await self._pause(self._wait_after(error))
                continue
            self._failures = 0
            if self._trouble.ended():
                log.info("Telegram: the bot %s reads again", self._bot.id)

    def _wait_after(self, error: Undelivered) -> float:
        """Seconds until the next attempt. The log says a trouble once."""
        self._failures += 1
        conflict = isinstance(error, TelegramRefusal) and error.code == CONFLICT
        if self._trouble.began(str(error)):
            remedy = "; another program reads this bot's updates: give pantau a bot of its own"
            log.warning("%s%s%s", error, remedy if conflict else "", error.details)
        return max(
            retry_seconds(self._failures), error.retry_after_seconds, CONFLICT_SECONDS if conflict else 0.0
        )

    async def _poll(self) -> None:
        """Ask for updates once, and handle them."""
        if not self._username:
            await self._introduce()
        last = await until_stored(self._pause, self._memory.last_update, self._bot.id)
        parameters: dict[str, Any] = {
            "timeout": self._poll_seconds,
            "limit": UPDATES_AT_ONCE,
            "allowed_updates": WANTED,
        }
        if last is not None and self._services.now() - last.at < NUMBERS_START_ANEW_SECONDS:
            parameters["offset"] = last.number + 1
        updates = await call(self._bot, "getUpdates", parameters, self._poll_seconds + LONGER_SECONDS)
        if not isinstance(updates, list):
            raise Undelivered("Telegram: its updates are no list")
        new = [update for update in updates if _number(update) >= parameters.get("offset", 0)]
        if not new:
            await self._pause(EMPTY_SECONDS)  # a server may answer at once, though there is nothing
        for update in new:
            await self._handle(update, _number(update))

    async def _introduce(self) -> None:
        """Learn the bot's own name, and offer its commands in the language of its first chat."""
        me = await call(self._bot, "getMe", {})
        name = me.get("username") if isinstance(me, dict) else None
        if not isinstance(name, str) or not name:
            raise Undelivered("Telegram: the bot has no username")
        languages: list[Language] = [chat.receiver.language for chat in self._chats().values()]
        language = languages[0] if languages else "id"
        offered = menu(language, self._services.city)
        commands = [{"command": command, "description": text} for command, text in offered]
        try:
            await call(self._bot, "setMyCommands", {"commands": commands})
        except TelegramRefusal as refusal:  # the commands work, though Telegram does not offer them
            if not refusal.permanent:
                raise
            log.warning("%s; the bot %s offers no menu of its commands", refusal, self._bot.id)
        self._username = name

    async def _handle(self, update: Any, number: int) -> None:
        """Exactly what it asks for. Raises Undelivered while the store can't be written: it comes again."""
        mark = HandledUpdate(number, self._services.now())
        wanted = asked(update, self._username)
        answer: tuple[Asked, str] | None = None
        try:
            with contained():
                answer = await self._answered(wanted, mark)
        except Undelivered as error:
            if not error.bug:
                raise
            self._handled["failed"] += 1
            log.error("Telegram: update %d: %s%s", number, error, error.details)
        await until_stored(self._pause, self._memory.handled, self._bot.id, mark)
        if answer is not None:
            await self._send(*answer)

    async def _answered(
        self, wanted: Asked | GroupMoved | Ignored, mark: HandledUpdate
    ) -> tuple[Asked, str] | None:
        """Do it, and return the answer; None where there is none."""
        if isinstance(wanted, Ignored):
            self._handled["ignored"] += 1
            return None
        moves = await until_stored(self._pause, self._memory.moves, self._bot.id)
        known = {moves.get(id, id): chat for id, chat in self._chats().items()}.get(wanted.chat)
        if known is None:
            self._handled["unknown_chat"] += 1
            return None
        if isinstance(wanted, GroupMoved):
            await until_stored(self._pause, self._memory.moved, self._bot.id, wanted.chat, wanted.present)
            self._handled["ignored"] += 1
            return None
        if wanted.replied is not None and wanted.command in ("acknowledge", "unacknowledge", "note"):
            incident = await until_stored(self._pause, self._memory.incident, wanted.chat, wanted.replied)
            wanted = wanted._replace(incident=incident)
        try:
            text = await self._answers.to(wanted, known.receiver.language, {self._bot.id: mark})
        except StoreUnavailable as error:
            raise Undelivered(str(error)) from None
        self._handled["answered"] += 1
        return wanted, text

    async def _send(self, wanted: Asked, text: str) -> None:
        """An answer rings nowhere. If Telegram asks to wait a little, there is a second attempt."""
        method, parameters = _answer(wanted, text)
        try:
            await call(self._bot, method, parameters)
            return
        except TelegramRefusal as error:
            if error.code != TOO_MANY_REQUESTS or error.retry_after_seconds > WAIT_TO_ANSWER_SECONDS:
                log.info("%s; an answer is lost", error)
                return
            await self._pause(error.retry_after_seconds)
        except Undelivered as error:
            log.info("%s; an answer is lost", error)
            return
        try:
            await call(self._bot, method, parameters)
        except Undelivered as error:
            log.info("%s; an answer is lost", error)


def _number(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int):
        raise Undelivered("Telegram: an update has no update_id")
    return number


def _answer(wanted: Asked, text: str) -> tuple[str, dict[str, Any]]:
    """A note above the chat for a button, a reply to a command."""
    if wanted.query:
        return "answerCallbackQuery", {"callback_query_id": wanted.query, "text": text[:QUERY_CHARACTERS]}
    return "sendMessage", {
        "chat_id": wanted.chat,
        "text": fitting(text),
        "disable_notification": True,
        "reply_parameters": {"message_id": wanted.message, "allow_sending_without_reply": True},
        "link_preview_options": {"is_disabled": True},
    }
