"""`/wall`: an answer that goes on. A fresh board follows each few seconds and hides the one before.

A page that loads itself anew would leave the browser's own error on the wall once the collector is gone. This
one stays, and its last board turns grey by itself, also where no script runs.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import NamedTuple
from weakref import WeakSet

from fastapi import APIRouter, Request
from fastapi.responses import Response

from collector.database.engine import StoreError
from collector.inventory import City
from collector.notices.texts import Language
from collector.web.open_answers import OpenAnswer
from collector.web.pages import HEADERS, TEMPLATES, by_person, language, speaker_of
from collector.web.source import Source
from collector.web.wall.content import wall
from collector.web.wall.geography import Geography, geography

PERIOD_SECONDS = 5.0
SHARED_SECONDS = 4.0
"""A board of this age serves all walls of its language."""
BOARDS = 120
"""After so many, ten minutes, the page loads itself anew: a browser keeps all that it was sent."""
STREAMS_AT_MOST = 40
"""Further walls load the page anew every half minute."""
POLICY = "Content-Security-Policy"


class Board(NamedTuple):
    made_at: float
    html: bytes


class Boards:
    """The boards as they are now. `streams` are the walls that are open."""

    def __init__(self, source: Source) -> None:
        self.streams: WeakSet[OpenAnswer] = WeakSet()
        self._source = source
        self._made: dict[Language, Board] = {}
        self._making = asyncio.Lock()
        self._city: City | None = None
        self._places: Geography = Geography(0, 0, {}, (), 0)

    async def now(self, language: Language) -> bytes:
        """Raises StoreError."""
        async with self._making:
            clock = asyncio.get_running_loop().time
            known = self._made.get(language)
            if known is None or clock() - known.made_at > SHARED_SECONDS:
                known = self._made[language] = Board(clock(), await self._render(language))
            return known.html

    async def _render(self, language: Language) -> bytes:
        source = self._source
        async with source.pipeline.reading():
            city = source.state.city
            if city is not self._city:
                self._city, self._places = city, geography(city)
            say = speaker_of(language, city, source.clock.now())
            seen = wall(city, source.state, source.incidents, self._places, say)
        template = TEMPLATES.get_template("wall_board.html")
        about = {"say": say, "city": city.name, "wall": seen, "simulation": source.simulation}
        text = await asyncio.to_thread(template.render, about)
        return text.encode(errors="replace")


def router(source: Source) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    boards = Boards(source)

    @routes.get("/wall")
    async def wallboard(request: Request, theme: str = "") -> Response:
        lang = language(request)
        say = speaker_of(lang, source.state.city, source.clock.now())
        about: dict[str, object] = {"say": say, "streamed": False, "theme": theme}
        about |= {"city": source.state.city.name, "simulation": source.simulation}
        try:
            first = await boards.now(lang)
        except StoreError as error:
            if not by_person(request):
                raise
            told = say("no_store", why=str(error))
            page = _rendered("wall.html", **about) + _rendered("wall_trouble.html", told=told, **about)
            return Response(page, 503, HEADERS, "text/html; charset=utf-8")
        streamed = len(boards.streams) < STREAMS_AT_MOST
        head = _rendered("wall.html", **(about | {"streamed": streamed}))
        if not streamed:
            return Response(head + first, 200, HEADERS, "text/html; charset=utf-8")
        nonce = secrets.token_urlsafe(16)
        going_on = _stream(boards, lang, head + _numbered(0, first, nonce), nonce)
        return OpenAnswer(boards.streams, going_on, _headers(nonce), "text/html; charset=utf-8")

    return routes


def _rendered(template: str, **about: object) -> bytes:
    return TEMPLATES.get_template(template).render(**about).encode(errors="replace")


def _headers(nonce: str) -> dict[str, str]:
    """Those of each page, for an answer that nobody holds back, and whose own styles count."""
    policy = HEADERS[POLICY].replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    return {**HEADERS, POLICY: policy, "X-Accel-Buffering": "no"}


async def _stream(boards: Boards, lang: Language, begin: bytes, nonce: str) -> AsyncIterator[bytes]:
    """While the state can't be read there is no board: the last one grows old, and the wall stays."""
    yield begin
    number = 1
    for _ in range(1, BOARDS):
        await asyncio.sleep(PERIOD_SECONDS)
        with contextlib.suppress(StoreError):
            yield _numbered(number, await boards.now(lang), nonce)
            number += 1
    yield b'<meta http-equiv="refresh" content="0">'


def _numbered(number: int, board: bytes, nonce: str) -> bytes:
    """A board that hides the one before. `:last-of-type` matches nothing while the answer goes on."""
    hiding = f'<style nonce="{nonce}">#board{number - 1} {{ display: none; }}</style>' if number else ""
    return f'<div id="board{number}">'.encode() + board + f"</div>{hiding}\n".encode()
