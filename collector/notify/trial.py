"""A test message: a person sees that it arrives, before an outage needs the receiver."""

import asyncio
import logging
import time

from collector.inventory import City
from collector.notices.document import Document
from collector.notices.render import trial_words
from collector.notify.channels import alertmanager, alerts
from collector.notify.channels.deliver import deliver
from collector.notify.channels.undelivered import Undelivered, contained

log = logging.getLogger(__name__)


async def trial(city: City, receiver: str | None) -> dict[str, str]:
    """By receiver "delivered", or the trouble in one line."""
    if not city.receivers:
        return {"receivers": "the inventory has none; add [receivers.X]"}
    if receiver is not None and receiver not in city.receivers:
        return {receiver: f"the inventory has none of that name; it has {', '.join(city.receivers)}"}
    names = list(city.receivers) if receiver is None else [receiver]
    return dict(zip(names, await asyncio.gather(*(_one(city, name) for name in names)), strict=True))


async def _one(city: City, name: str) -> str:
    receiver, now = city.receivers[name], time.time()
    title, text = trial_words(receiver.language)
    try:
        with contained():
            if receiver.alertmanager is not None:
                await alertmanager.send(receiver.alertmanager.url, [alerts.trial(name, title, text, now)])
            else:
                await deliver(receiver, _document(title, text, now))
    except Undelivered as error:
        if error.bug:
            log.error("receivers.%s: %s%s", name, error, error.details)
        return str(error)
    return "delivered"


def _document(title: str, text: str, now: float) -> Document:
    """A document of no incident."""
    return Document(
        id=f"test-{now:.0f}",
        kind="test",
        at=now,
        incident="",
        about="test",
        root="",
        name="pantau",
        severity="info",
        scope="",
        began_at=now,
        ended_at=None,
        affected=[],
        merged=[],
        seen_by=[],
        reason="",
        acknowledged_by="",
        title=title,
        text=text,
    )
