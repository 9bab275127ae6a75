"""An answer that goes on gives its place to another as soon as its client has gone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from collector.web.open_answers import OpenAnswer

SCOPE = {"type": "http", "asgi": {"spec_version": "2.3"}}


async def on_and_on() -> AsyncIterator[bytes]:
    while True:
        yield b"again"


async def left(others: set[Any]) -> None:
    """The client leaves while the server waits for it to take what it was sent."""
    waiting = asyncio.Event()

    async def send(message: Any) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async def receive() -> Any:
        await waiting.wait()
        return {"type": "http.disconnect"}

    answer = OpenAnswer(others, on_and_on(), {}, "text/html")
    assert others == {answer}
    await answer(SCOPE, receive, send)


def test_an_answer_is_counted_until_its_client_has_gone() -> None:
    others: set[Any] = set()
    asyncio.run(left(others))
    assert others == set()
