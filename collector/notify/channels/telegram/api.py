"""One call of Telegram's Bot API, and its refusal in a line for a person, without the token.

The API: https://core.telegram.org/bots/api#making-requests. A refusal has `error_code`, `description`, and in
`parameters` perhaps `retry_after` or `migrate_to_chat_id`
(https://core.telegram.org/bots/api#responseparameters).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from collector.http.answer import retry_after_seconds, summary
from collector.http.client import HttpResponse, NoHttpAnswer, request
from collector.inventory.city import Telegram
from collector.notify.channels.secrets import secret
from collector.notify.channels.undelivered import MAX_REASON_CHARACTERS, Undelivered
from wire.report import MALFORMED

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 16 * 2**20
"""A hundred updates with the longest texts are below 4 MiB."""

NEVER = frozenset({400, 401, 403})
"""The message, the token or the chat is wrong: the same message is in vain later, too."""
TOO_MANY_REQUESTS = 429
CONFLICT = 409
FLOOD_SECONDS = 30.0
"""The pause after a 429 that names none."""
MAX_BOT_CHARACTERS = 32

_encode = msgspec.json.Encoder().encode


class TelegramBot(NamedTuple):
    """A bot by its token, at Telegram's own server or at a Bot API server of the city."""

    api_url: str
    token: str

    @property
    def id(self) -> str:
        """The part of the token that is no secret."""
        return self.token.partition(":")[0][:MAX_BOT_CHARACTERS]


class TelegramParameters(msgspec.Struct):
    retry_after: float = 0.0
    migrate_to_chat_id: int | None = None


class TelegramAnswer(msgspec.Struct):
    ok: bool
    result: Any = None
    error_code: int = 0
    description: str = ""
    parameters: TelegramParameters | None = None


_answer = msgspec.json.Decoder(TelegramAnswer).decode


class TelegramRefusal(Undelivered):
    """Telegram's own no. `moved_to` is the new id of a group that became a supergroup; None for others."""

    def __init__(
        self, code: int, description: str, moved_to: int | None = None, retry_after: float = 0.0
    ) -> None:
        moved = "" if moved_to is None else f"; its id is now {moved_to}: write that as chat"
        reason = f"Telegram: HTTP {code}, {description[:MAX_REASON_CHARACTERS]}{moved}"
        super().__init__(reason, permanent=code in NEVER, retry_after_seconds=retry_after)
        self.code = code
        self.description = description
        self.moved_to = moved_to


def bot_of(settings: Telegram) -> TelegramBot:
    """Raises Undelivered where the token's file can't be read."""
    return TelegramBot(settings.api_url.rstrip("/"), secret(settings.token_file))


async def call(
    bot: TelegramBot, method: str, parameters: Mapping[str, Any], timeout_seconds: float = TIMEOUT_SECONDS
) -> Any:
    """The result. Raises TelegramRefusal, or Undelivered where no answer of Telegram came."""
    try:
        answer = await request(
            "POST",
            f"{bot.api_url}/bot{bot.token}/{method}",
            headers={"Content-Type": "application/json"},
            body=_encode(parameters),
            timeout_seconds=timeout_seconds,
            read_bytes=MAX_ANSWER_BYTES,
            by_proxy=True,
        )
    except NoHttpAnswer as error:
        raise Undelivered(f"Telegram: {error}") from None
    return _result(answer, bot)


def _result(answer: HttpResponse, bot: TelegramBot) -> Any:
    try:
        read = _answer(answer.body)
    except MALFORMED:
        words = summary(answer.body).replace(bot.token, "…")
        raise Undelivered(
            f"Telegram: HTTP {answer.status}, {words or 'without an answer of Telegram'}"
        ) from None
    if read.ok:
        return read.result
    parameters = read.parameters or TelegramParameters()
    code = read.error_code or answer.status
    wait = parameters.retry_after or retry_after_seconds(answer.headers.get("retry-after"), 0.0)
    if code == TOO_MANY_REQUESTS:
        wait = wait or FLOOD_SECONDS
    description = read.description.replace(bot.token, "…") or "no reason given"
    raise TelegramRefusal(code, description, parameters.migrate_to_chat_id, wait)
