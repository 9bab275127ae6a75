"""The address that a connection comes from, kept before a trusted proxy's headers replace it."""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from collector.access.settings import Network

PEER = "pantau.peer"


class PeerKept:
    """Only `proxies` are believed about the client behind them; of anybody else the headers say nothing."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        trusting: Any = ProxyHeadersMiddleware(app, [str(one) for one in proxies])  # type: ignore[arg-type]
        self._app: ASGIApp = trusting if proxies else app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        await self._app({**scope, PEER: client[0] if client else ""}, receive, send)
