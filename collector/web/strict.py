"""Over TLS a browser learns to come by TLS alone. One that distrusts the certificate does not keep that."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

YEAR = 365 * 86400


class StrictTransport:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Strict-Transport-Security"] = f"max-age={YEAR}"
            await send(message)

        await self._app(scope, receive, with_header if scope.get("scheme") == "https" else send)
