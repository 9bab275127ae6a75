"""`/live`: an answer that goes on and beats, as server-sent events, for pages that renew themselves.

Each event has the number of the state. Another number means that a page shows what is past.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from weakref import WeakSet

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from collector.database.engine import StoreError
from collector.web.open_answers import OpenAnswer
from collector.web.pages import HEADERS
from collector.web.source import Source

LOOK_SECONDS = 1.0
BEAT_SECONDS = 5.0
"""A page that misses two of them asks by itself; of 20 s without any answer it says that it is old."""
LISTENED_SECONDS = 600.0
"""The browser opens an answer that ended anew."""
LISTENERS_AT_MOST = 100
"""A page beyond them asks every five seconds."""
EVENT_STREAM = "text/event-stream"


class Pulse:
    """The number of the state. `listeners` are the pages that listen."""

    def __init__(self, source: Source) -> None:
        self.listeners: WeakSet[OpenAnswer] = WeakSet()
        self._source = source
        self._run = secrets.token_hex(4)
        self._number = 0
        self._seen: object = None
        self._seen_at = -LOOK_SECONDS
        self._looking = asyncio.Lock()

    async def now(self) -> str:
        """Look, at most once in a while for all listeners. Raises StoreError."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._seen_at >= LOOK_SECONDS / 2:
                seen = await self._look()
                self._number += seen != self._seen
                self._seen, self._seen_at = seen, now
        return f"{self._run}-{self._number}"

    async def _look(self) -> object:
        """Incidents, agents and windows as they are. Measurements alone change each second, and can wait."""
        source, state = self._source, self._source.state
        async with source.pipeline.reading():
            now = source.clock.now()
            hearing = [state.hearing(agent, now) for agent in state.agents.values()]
            windows = list(source.watch.windows.values())
            return id(state.city), source.pipeline.not_ready, source.incidents.open(), windows, hearing


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pulse = Pulse(source)

    @routes.get("/live")
    async def live() -> Response:
        await pulse.now()
        if len(pulse.listeners) >= LISTENERS_AT_MOST:
            return PlainTextResponse("too many pages listen\n", 503, {**HEADERS, "Retry-After": "60"})
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        return OpenAnswer(pulse.listeners, _beats(pulse), headers, EVENT_STREAM)

    return routes


async def _beats(pulse: Pulse) -> AsyncIterator[bytes]:
    """An event for each change, and one each few seconds. The answer ends while the state can't be read."""
    clock = asyncio.get_running_loop().time
    ends_at, sent, sent_at = clock() + LISTENED_SECONDS, "", 0.0
    while clock() < ends_at:
        try:
            number = await pulse.now()
        except StoreError:
            return
        if number != sent or clock() - sent_at >= BEAT_SECONDS:
            sent, sent_at = number, clock()
            yield f"data: {number}\n\n".encode()
        await asyncio.sleep(LOOK_SECONDS)
