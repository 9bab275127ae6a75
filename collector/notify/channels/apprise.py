"""A document to one of Apprise's many services, no longer than the service takes."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from collector.inventory.city import Apprise
from collector.notices.document import Document
from collector.notices.incident_page import cut_above
from collector.notify.channels.refusal import undelivered
from collector.notify.channels.secrets import secret
from collector.notify.channels.undelivered import Undelivered, contained


async def send(settings: Apprise, document: Document) -> None:
    """Raises Undelivered."""
    await post(secret(settings.url_file), document.title, _body(document), document.page)


async def post(url: str, title: str, body: str, page: str = "") -> None:
    """`page` is the address of the incident's page, which stays where the text is cut.

    Has a thread of its own: where many services are dead, the store must still get its threads.

    Raises Undelivered.
    """
    thread = ThreadPoolExecutor(1, "apprise")
    try:
        await asyncio.get_running_loop().run_in_executor(thread, notify, url, title, body, page)
    finally:
        thread.shutdown(wait=False)


def notify(url: str, title: str, body: str, page: str = "") -> None:
    """Blocks. Raises Undelivered."""
    import apprise  # heavy, and only some cities use it

    _quiet(logging.getLogger("apprise"))
    asset = apprise.AppriseAsset(service_timeout=0)  # with one, all share a few threads of Apprise's own
    messenger = apprise.Apprise(asset=asset)
    with contained("apprise: the service "):  # a hundred services, each with its own ways to fail
        if not messenger.add(url):
            raise Undelivered("apprise: its URL is not understood; see the Apprise wiki")
        service = messenger[0]
        if service.overflow_mode == apprise.OverflowMode.UPSTREAM:  # else the URL says split or truncate
            service.overflow_mode = apprise.OverflowMode.TRUNCATE
            body = cut_above(page, body, _room(service, title), shortened)
        taken = messenger.notify(
            title=title,
            body=body,
            body_format=apprise.NotifyFormat.TEXT,
            log_level=logging.DEBUG,  # only this level says why
        )
        log = [] if taken else [(entry.level, entry.message) for entry in taken.logs()]
    if not taken:
        raise undelivered(str(service.service_name), log, url)


def shortened(text: str, characters: int) -> str:
    """Whole lines where these fill at least half the room, else as many characters as fit."""
    if characters <= 0 or len(text) <= characters:
        return text
    kept = text[: characters - 1]
    whole = kept.rpartition("\n")[0]
    return (whole if 2 * len(whole) >= len(kept) else kept).rstrip() + "…"


def _body(document: Document) -> str:
    return document.text.removeprefix(f"{document.title}\n")


def _room(service: object, title: str) -> int:
    """The characters for the text, 0 where there is no limit. Some services put the title above the text."""
    characters = int(getattr(service, "body_maxlen", 0))
    shared = getattr(service, "title_maxlen", 0) <= 0 or getattr(service, "overflow_amalgamate_title", False)
    return max(1, characters - len(title) - 2) if characters > 0 and shared else characters


def _quiet(logger: logging.Logger) -> None:
    """Keep its log to ourselves: it holds whole URLs. Only the result of a message returns its lines."""
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
