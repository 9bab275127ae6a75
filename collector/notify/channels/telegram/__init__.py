"""Telegram, two-way: one message an incident, edited as it develops, and a reader of what people answer.

1. `api` makes one call of the Bot API, `chat` the calls that one chat needs.
2. `message` has the text and the buttons of an incident's message, and the texts of replies that ring.
3. `incidents` delivers notices: it sends, edits and replies, and remembers the message of each incident.
4. `reader` polls for what people write, and `updates` reads it. `answers` has the `services` of the collector
   do it, and answers.
"""

from collector.inventory.city import Telegram
from collector.notices.document import Document
from collector.notify.channels.telegram.api import bot_of, call
from collector.notify.channels.telegram.message import ChatMessage, fitting


async def send(settings: Telegram, document: Document) -> None:
    """A message of no incident, such as a test. Raises Undelivered."""
    message = ChatMessage(fitting(document.text))
    await call(bot_of(settings), "sendMessage", {"chat_id": settings.chat, "text": message.text})
