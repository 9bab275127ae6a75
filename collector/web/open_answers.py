"""Answers that go on, each counted for as long as its client is there."""

from collections.abc import AsyncIterator, MutableSet
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class OpenAnswer(StreamingResponse):
    """One of `others` until it ends. Its iterator lives on without a client, until garbage is collected."""

    def __init__(
        self, others: MutableSet[Any], content: AsyncIterator[bytes], headers: dict[str, str], media_type: str
    ) -> None:
        super().__init__(content, 200, headers, media_type)
        self._others = others
        others.add(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._others.discard(self)
