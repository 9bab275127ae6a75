"""Telegram in the store: the message of each incident, chats that moved, and the updates already handled."""

from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from collector.changes import HandledUpdate
from collector.database.engine import tables, transaction, upsert
from collector.database.incidents import incidents

KEPT_SECONDS = 30 * 86400.0

messages = sa.Table(
    "telegram_messages",
    tables,
    sa.Column("receiver", sa.Text, primary_key=True),
    sa.Column("incident", sa.Text, primary_key=True),
    sa.Column("chat", sa.BigInteger, nullable=False),
    sa.Column("message", sa.BigInteger, nullable=False),
    sa.Column("notice", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)
chats = sa.Table(
    "telegram_chats",
    tables,
    sa.Column("bot", sa.Text, primary_key=True),
    sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("present", sa.BigInteger, nullable=False),
)
updates = sa.Table(
    "telegram_updates",
    tables,
    sa.Column("bot", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
)


class SentMessage(NamedTuple):
    """The message of an incident in a chat. `notice` is the id of the last notice that it took in whole.

    `at` is the time of that notice.
    """

    chat: int
    message: int
    notice: str
    text: str
    at: float


def write(connection: sa.Connection, handled: Mapping[str, HandledUpdate]) -> None:
    """Within the transaction of the action: by bot its newest update that is handled."""
    rows = [{"bot": bot, "number": update.number, "at": update.at} for bot, update in handled.items()]
    if rows:
        connection.execute(upsert(connection, updates), rows)


class TelegramMemory:
    """Every method raises StoreError. `bot` is a bot's id, the part of its token that is no secret."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def message(self, receiver: str, incident: str) -> SentMessage | None:
        """The message of the incident, if the receiver's chat has one."""
        mine = sa.select(messages).where(messages.c.receiver == receiver, messages.c.incident == incident)
        with transaction(self._engine) as connection:
            row = connection.execute(mine).one_or_none()
        if row is None:
            return None
        return SentMessage(row.chat, row.message, row.notice, row.text, row.at)

    def keep(self, receiver: str, incident: str, sent: SentMessage) -> None:
        """Messages of incidents that are over for a month are forgotten."""
        row = {"receiver": receiver, "incident": incident, **sent._asdict()}
        still_open = sa.select(incidents.c.id).where(incidents.c.open)
        old = sa.delete(messages).where(messages.c.at < sent.at - KEPT_SECONDS)
        with transaction(self._engine) as connection:
            connection.execute(old.where(messages.c.incident.not_in(still_open)))
            connection.execute(upsert(connection, messages), [row])

    def incident(self, chat: int, message: int) -> str:
        """The incident of this message, "" if it has none."""
        mine = sa.select(messages.c.incident).where(messages.c.chat == chat, messages.c.message == message)
        with transaction(self._engine) as connection:
            return connection.scalars(mine.limit(1)).one_or_none() or ""

    def moved(self, bot: str, chat: int, present: int) -> None:
        """The chat has another id from now on. So have those that became this one earlier."""
        with transaction(self._engine) as connection:
            earlier = sa.update(chats).where(chats.c.bot == bot, chats.c.present == chat)
            connection.execute(earlier.values(present=present))
            connection.execute(upsert(connection, chats), [{"bot": bot, "chat": chat, "present": present}])

    def moves(self, bot: str) -> dict[int, int]:
        """The present id of each chat that moved, by the id that it had."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(chats.c.chat, chats.c.present).where(chats.c.bot == bot))
            return {row.chat: row.present for row in rows}

    def last_update(self, bot: str) -> HandledUpdate | None:
        """The bot's newest update that is handled."""
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(updates).where(updates.c.bot == bot)).one_or_none()
        return None if row is None else HandledUpdate(row.number, row.at)

    def handled(self, bot: str, update: HandledUpdate) -> None:
        with transaction(self._engine) as connection:
            write(connection, {bot: update})
