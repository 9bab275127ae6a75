"""The heartbeat: while the collector is well, it asks for a URL again and again.

A service outside of the city watches for these requests, and raises an alarm when they stop: nobody else
notices that the collector itself, its power or its way to the internet is gone.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from collector.http.client import NoHttpAnswer, request
from runtime.trouble import Trouble

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0


async def beat(url: str) -> str:
    """Ask for the URL once. Return "", or why it failed, without the URL: it may hold a token."""
    try:
        answer = await request("GET", url, timeout_seconds=TIMEOUT_SECONDS, read_bytes=0, by_proxy=True)
    except NoHttpAnswer as error:
        return str(error)
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


async def run(
    url: str,
    period_seconds: float,
    ailment: Callable[[], str],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Until cancelled. `ailment` is why the collector is not well, "" while it is well."""
    sick, trouble = Trouble(), Trouble()
    while url:
        if reason := ailment():
            if sick.began(reason):
                log.warning("heartbeat: none while %s", reason)
        else:
            sick.ended()
            if reason := await beat(url):
                if trouble.began(reason):
                    log.warning("heartbeat: %s; see heartbeat.url", reason)
            elif trouble.ended():
                log.info("heartbeat: it is taken again")
        await pause(period_seconds)
