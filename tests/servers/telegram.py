"""A Bot API server on loopback, with the limits and refusals of the real one.

- Calls, answers, refusals: https://core.telegram.org/bots/api#making-requests, #responseparameters.
- Texts of at most 4096 characters, counted in UTF-16 code units: #sendmessage, #editmessagetext.
- Data of a button of 1 to 64 bytes: #inlinekeyboardbutton. At most 100 buttons: "reply markup is too long".
- getUpdates confirms all below `offset`; a second reader ends the first one's poll with 409: #getupdates.
- A message a second in a chat, 20 a minute in a group, then 429 with `retry_after`:
  https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
- The texts of refusals are those that people quote: TelegramBotAPI/errors#7 (message to edit not found),
  rubenlagus/TelegramBots#674 (not modified), eternnoir/pyTelegramBotAPI#987 (409), TwiN/gatus#179 (migrated).
"""

import asyncio
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.free_ports import LOOPBACK

TOKEN = "123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHI"
USERNAME = "pantau_bot"
TEXT_UNITS = 4096
DATA_BYTES = 64
BUTTONS_AT_MOST = 100
GROUP_MESSAGES_A_MINUTE = 20
BURST = 3
"""Telegram lets short bursts pass: one message a second is the limit over some seconds."""


class Refused(Exception):
    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Message:
    chat: int
    number: int
    text: str
    rings: bool
    reply_to: int | None = None
    buttons: list[str] = field(default_factory=list)
    deleted: bool = False
    editable: bool = True
    edits: int = 0


@dataclass
class Call:
    method: str
    parameters: dict[str, Any]
    status: int = 0
    description: str = ""


class TelegramServer:
    """`limited` turns the limits of messages on; `now` is their clock. `refuse` is asked before each call.

    `fixed_updates`, unless None, is the answer to each getUpdates. The call of the number `hang_at` happens,
    and nobody gets its answer.
    """

    def __init__(self, limited: bool = False, now: Callable[[], float] = time.monotonic) -> None:
        self.url = ""
        self.limited = limited
        self.now = now
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], Message] = {}
        self.answers: dict[str, str] = {}
        self.commands: list[dict[str, str]] = []
        self.moved: dict[int, int] = {}
        self.gone: dict[int, str] = {}
        self.token = TOKEN
        self.flooded_until = 0.0
        self.refuse: Callable[[str, dict[str, Any]], Refused | None] = lambda method, parameters: None
        self.updates: list[dict[str, Any]] = []
        self.confirmed = 0
        self.fixed_updates: Any = None
        self.hang_at: int | None = None
        self.hung = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self._polls = itertools.count()
        self._newest_poll = -1
        self._numbers = itertools.count(1)
        self._update_ids = itertools.count(700_000_001)
        self._sent_at: defaultdict[int, list[float]] = defaultdict(list)

    # A person

    def shown(self, chat: int) -> list[Message]:
        return [one for one in self.messages.values() if one.chat == chat and not one.deleted]

    def rung(self, chat: int) -> list[str]:
        """The texts that rang, in order; also of messages edited or deleted since."""
        sent = [call for call in self.calls if call.method == "sendMessage" and call.status == 200]
        return [
            call.parameters["text"]
            for call in sent
            if call.parameters["chat_id"] == chat and not call.parameters.get("disable_notification")
        ]

    def said(self, text: str, chat: int, name: str = "Sari", reply_to: int | None = None, **more: Any) -> int:
        """A person writes. The number of the update."""
        message = {
            "message_id": next(self._numbers),
            "from": {"id": 42, "is_bot": False, "first_name": name},
            "chat": {"id": chat, "type": "supergroup"},
            "date": int(time.time()),
            "text": text,
        }
        if reply_to is not None:
            message["reply_to_message"] = {"message_id": reply_to, "chat": {"id": chat}, "date": 0}
        return self.update({"message": message | more})

    def pressed(self, data: str, chat: int, number: int, name: str = "Sari") -> int:
        """A person presses a button. The number of the update."""
        query = {
            "id": f"q{next(self._numbers)}",
            "from": {"id": 42, "is_bot": False, "first_name": name},
            "message": {"message_id": number, "chat": {"id": chat, "type": "supergroup"}, "date": 0},
            "data": data,
        }
        return self.update({"callback_query": query})

    def update(self, content: dict[str, Any]) -> int:
        number = next(self._update_ids)
        self.updates.append({"update_id": number, **content})
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._arrived.set)
        else:
            self._arrived.set()
        return number

    # The bot

    async def handle(self, request: web.Request) -> web.Response:
        token, _, method = request.match_info["rest"].partition("/")
        parameters = await request.json() if request.can_read_body else {}
        call = Call(method, parameters)
        self.calls.append(call)
        try:
            result = await self._called(token, method, parameters)
        except Refused as refused:
            call.status, call.description = refused.code, refused.description
            document = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.parameters:
                document["parameters"] = refused.parameters
            return web.json_response(document, status=refused.code)
        call.status = 200
        if self.hang_at == len(self.calls) - 1:
            self.hung = True
            await asyncio.Event().wait()
        return web.json_response({"ok": True, "result": result})

    async def _called(self, token: str, method: str, parameters: dict[str, Any]) -> Any:
        if token != self.token:
            raise Refused(401, "Unauthorized")
        if refusal := self.refuse(method, parameters):
            raise refusal
        match method:
            case "getMe":
                return {"id": 123456789, "is_bot": True, "first_name": "Pantau", "username": USERNAME}
            case "sendMessage":
                return self._send(parameters)
            case "editMessageText":
                return self._edit(parameters)
            case "answerCallbackQuery":
                self.answers[parameters["callback_query_id"]] = parameters.get("text", "")
                return True
            case "setMyCommands":
                self.commands = parameters["commands"]
                return True
            case "getUpdates":
                return await self._get_updates(parameters)
        raise Refused(404, "Not Found")

    def _send(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(parameters)
        text, buttons = _checked(parameters)
        reply = parameters.get("reply_parameters", {})
        reply_to = reply.get("message_id")
        if reply_to is not None and (chat, reply_to) not in self._alive():
            if not reply.get("allow_sending_without_reply"):
                raise Refused(400, "Bad Request: message to be replied not found")
            reply_to = None
        self._count(chat)
        number = next(self._numbers)
        rings = not parameters.get("disable_notification", False)
        self.messages[chat, number] = Message(chat, number, text, rings, reply_to, buttons)
        return {"message_id": number, "chat": {"id": chat}, "date": 0, "text": text}

    def _edit(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(parameters)
        text, buttons = _checked(parameters)
        message = self._alive().get((chat, parameters["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not message.editable:
            raise Refused(400, "Bad Request: message can't be edited")
        if (message.text, message.buttons) == (text, buttons):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        self._count(chat)
        message.text, message.buttons, message.edits = text, buttons, message.edits + 1
        return {"message_id": message.number, "chat": {"id": chat}, "date": 0, "text": text}

    def _alive(self) -> dict[tuple[int, int], Message]:
        return {key: message for key, message in self.messages.items() if not message.deleted}

    def _chat(self, parameters: dict[str, Any]) -> int:
        chat: int = parameters["chat_id"]
        if chat in self.moved:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        if chat in self.gone:
            raise Refused(403, self.gone[chat])
        return chat

    def _count(self, chat: int) -> None:
        """The limits of messages, edits too."""
        now = self.now()
        if now < self.flooded_until:
            raise _flood(self.flooded_until - now)
        if not self.limited:
            return
        recent = self._sent_at[chat] = [at for at in self._sent_at[chat] if at > now - 60]
        if len([at for at in recent if at > now - BURST]) >= BURST:
            raise _flood(recent[-BURST] + BURST - now)
        if chat < 0 and len(recent) >= GROUP_MESSAGES_A_MINUTE:
            raise _flood(recent[0] + 60 - now)
        recent.append(now)

    async def _get_updates(self, parameters: dict[str, Any]) -> Any:
        if self.fixed_updates is not None:
            return self.fixed_updates
        poll = self._newest_poll = next(self._polls)
        self._arrived.set()  # the poll before looks, and ends
        offset = parameters.get("offset", 0)
        self.confirmed = max(self.confirmed, offset - 1)
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        deadline = time.monotonic() + parameters.get("timeout", 0)
        while True:
            if poll != self._newest_poll:
                raise Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
                    "is running",
                )
            if self.updates:
                return self.updates[: parameters.get("limit", 100)]
            left = deadline - time.monotonic()
            if left <= 0:
                return []
            self._arrived.clear()
            try:
                async with asyncio.timeout(left):
                    await self._arrived.wait()
            except TimeoutError:
                return []


def _flood(seconds: float) -> Refused:
    whole = max(1, int(seconds + 0.999))
    return Refused(429, f"Too Many Requests: retry after {whole}", retry_after=whole)


def _checked(parameters: dict[str, Any]) -> tuple[str, list[str]]:
    """The text and the data of its buttons. Raises Refused."""
    text: str = parameters["text"]
    if not text.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > TEXT_UNITS:
        raise Refused(400, "Bad Request: message is too long")
    rows = parameters.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS_AT_MOST:
        raise Refused(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button["text"]:
            raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
    return text, [button["callback_data"] for button in buttons]


@asynccontextmanager
async def telegram_server(
    limited: bool = False, now: Callable[[], float] = time.monotonic
) -> AsyncIterator[TelegramServer]:
    server = TelegramServer(limited, now)
    app = web.Application()
    app.router.add_post("/bot{rest:.+}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    server.url = f"http://{LOOPBACK}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


@contextmanager
def telegram_in_thread(limited: bool = False) -> Iterator[TelegramServer]:
    """For tests that block: it has a thread and a loop of its own."""
    begun: Future[TelegramServer] = Future()
    ended = asyncio.Event()

    async def serve() -> None:
        async with telegram_server(limited) as server:
            server.loop = asyncio.get_running_loop()
            begun.set_result(server)
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    server = begun.result(10)
    try:
        yield server
    finally:
        assert server.loop is not None
        server.loop.call_soon_threadsafe(ended.set)
        thread.join()
