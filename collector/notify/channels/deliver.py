"""The table of the channels, and how a document reaches a receiver through its own.

tests/collector/notify/channels/test_channels.py names a row that is missing.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from collector.inventory import Receiver
from collector.inventory.city import CHANNELS
from collector.notices.document import Document
from collector.notify.channels import apprise, telegram, webhook

SENDERS: dict[str, Callable[[Any, Document], Awaitable[None]]] = {
    "apprise": apprise.send,
    "telegram": telegram.send,
    "webhook": webhook.send,
}
"""By the channel's key in the inventory. Each takes its settings and a document, and raises Undelivered."""

SYNCHRONIZED = frozenset({"alertmanager"})
"""Channels that take no documents: AlertmanagerSync posts the whole state to them, again each minute."""


async def deliver(receiver: Receiver, document: Document) -> None:
    """Raises Undelivered. A synchronized channel has the document's facts already."""
    for channel in CHANNELS:
        settings = getattr(receiver, channel)
        if settings is not None and channel not in SYNCHRONIZED:
            await SENDERS[channel](settings, document)
