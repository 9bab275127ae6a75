"""A request of a person, read out of an update of Telegram. Sans-IO.

An update is hostile until it is read: anybody may write to a bot. Only new messages with a command, and
buttons, ask for something. Edited messages, posts in channels, other bots, and commands for other bots
("/aktif@otherbot") do not (https://core.telegram.org/bots/api#update, https://core.telegram.org/bots/features#commands).
"""

import re
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct, field

from wire.report import MALFORMED
from wire.text import printable

Command = Literal["open", "site", "plan", "duty", "acknowledge", "unacknowledge", "note", "cause", "help"]

COMMANDS: dict[str, Command] = {
    "aktif": "open",
    "active": "open",
    "lokasi": "site",
    "site": "site",
    "rawat": "plan",
    "maintenance": "plan",
    "piket": "duty",
    "duty": "duty",
    "diam": "acknowledge",
    "mute": "acknowledge",
    "lepas": "unacknowledge",
    "release": "unacknowledge",
    "catat": "note",
    "note": "note",
    "bantuan": "help",
    "help": "help",
    "start": "help",
}
"""Both languages work in each chat."""

ARGUMENT_CHARACTERS = 500
INCIDENT = r"[a-z0-9]{1,32}"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?\Z", re.DOTALL)
_BUTTON = re.compile(rf"(acknowledge|unacknowledge|cause):({INCIDENT})(?::([a-z]{{1,20}}))?\Z")


class Asked(NamedTuple):
    """`by` is the name that the person has in Telegram. `at` is the time of a message, None of a button.

    `message` is the message with the command or the button, `replied` the one that the command replies to.
    `query` is the id of the press of a button, "" for a command.
    """

    chat: int
    message: int
    by: str
    command: Command
    argument: str = ""
    incident: str = ""
    at: float | None = None
    replied: int | None = None
    query: str = ""


class GroupMoved(NamedTuple):
    """The group has another id from now on."""

    chat: int
    present: int


class Ignored(NamedTuple):
    """An update that asks for nothing."""

    reason: str


class ChatUser(Struct):
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""


class ChatId(Struct):
    id: int


class MessageNumber(Struct):
    message_id: int


class WrittenMessage(Struct):
    message_id: int
    chat: ChatId
    date: float = 0.0
    from_: ChatUser | None = field(name="from", default=None)
    text: str = ""
    reply_to_message: MessageNumber | None = None
    migrate_to_chat_id: int | None = None


class MessageOfButton(Struct):
    message_id: int
    chat: ChatId


class PressedButton(Struct):
    id: str
    from_: ChatUser = field(name="from")
    message: MessageOfButton | None = None
    data: str = ""


class TelegramUpdate(Struct):
    message: WrittenMessage | None = None
    callback_query: PressedButton | None = None


def asked(update: Any, username: str) -> Asked | GroupMoved | Ignored:
    """`username` is the bot's own."""
    try:
        read = msgspec.convert(update, TelegramUpdate)
    except MALFORMED:
        return Ignored("malformed")
    if read.callback_query is not None:
        return _by_button(read.callback_query)
    if read.message is None:
        return Ignored("another kind of update")
    if read.message.migrate_to_chat_id is not None:
        return GroupMoved(read.message.chat.id, read.message.migrate_to_chat_id)
    return _by_command(read.message, username)


def _by_command(message: WrittenMessage, username: str) -> Asked | Ignored:
    found = _COMMAND.match(message.text.strip())
    if found is None:
        return Ignored("no command")
    if message.from_ is None or message.from_.is_bot:
        return Ignored("no person")  # an anonymous admin, too, has no name that others could ask
    name, bot, argument = found[1].lower(), found[2], found[3] or ""
    if bot is not None and bot.lower() != username.lower():
        return Ignored("for another bot")
    if name not in COMMANDS and bot is None:
        return Ignored("an unknown command, perhaps for another bot")
    line = printable(" ".join(argument[: 4 * ARGUMENT_CHARACTERS].split()), ARGUMENT_CHARACTERS)
    replied = message.reply_to_message.message_id if message.reply_to_message is not None else None
    return Asked(
        chat=message.chat.id,
        message=message.message_id,
        by=name_of_person(message.from_),
        command=COMMANDS.get(name, "help"),
        argument=line,
        at=message.date,
        replied=replied,
    )


def _by_button(pressed: PressedButton) -> Asked | Ignored:
    found = _BUTTON.match(pressed.data)
    if found is None or pressed.message is None or (found[1] == "cause") != bool(found[3]):
        return Ignored("no button of pantau")
    if pressed.from_.is_bot:
        return Ignored("no person")
    command: Any = found[1]
    return Asked(
        chat=pressed.message.chat.id,
        message=pressed.message.message_id,
        by=name_of_person(pressed.from_),
        command=command,
        argument=found[3] or "",
        incident=found[2],
        query=pressed.id,
    )


def name_of_person(user: ChatUser) -> str:
    """The name on one line, or the user name where the name shows nothing."""
    for name in (f"{user.first_name} {user.last_name}", f"@{user.username}" if user.username else ""):
        line = printable(" ".join(name.split()))
        if any(one.isalnum() for one in line):
            return line
    return "Telegram"
