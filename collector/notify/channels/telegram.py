"""Telegram, by Apprise's own service for it."""

from collector.inventory.city import Telegram
from collector.notices.document import Document
from collector.notify.channels.apprise import post
from collector.notify.channels.secrets import secret


async def send(settings: Telegram, document: Document) -> None:
    """Raises Undelivered."""
    await post(f"tgram://{secret(settings.token_file)}/{settings.chat}/", document)
