"""How a document reaches a receiver: webhook, Telegram and the many services of Apprise."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from collector.inventory import Receiver
from collector.notify.channels import secrets
from collector.notify.channels.apprise import notify
from collector.notify.channels.webhook import Undelivered, post
from collector.notify.document import Document
from runtime.files.text import NotText


async def deliver(receiver: Receiver, document: Document) -> None:
    """Raises Undelivered."""
    if receiver.webhook is not None:
        await post(receiver.webhook.url, msgspec.json.encode(document))
    elif receiver.apprise is not None:
        await _apprise(_secret(receiver.apprise.url_file), document)
    elif receiver.telegram is not None:
        token = _secret(receiver.telegram.token_file)
        await _apprise(f"tgram://{token}/{receiver.telegram.chat}/", document)


async def _apprise(url: str, document: Document) -> None:
    """In a thread of its own: where many services are dead, the store must still get its threads."""
    thread = ThreadPoolExecutor(1, "apprise")
    try:
        await asyncio.get_running_loop().run_in_executor(thread, notify, url, document)
    finally:
        thread.shutdown(wait=False)


def _secret(file: str) -> str:
    """The one line of a file that is not a comment. Raises Undelivered."""
    try:
        lines = secrets.lines(Path(file))
    except OSError as error:
        raise Undelivered(f"{file}: {error.strerror}; write the secret into it") from None
    except NotText as error:
        raise Undelivered(f"{file}: {error}") from None
    if len(lines) != 1:
        raise Undelivered(f"{file}: has {len(lines)} lines; write one, and a receiver for each service")
    return lines[0]
