"""HEAD, which programs that watch a web server send: as GET, and the server leaves the body out."""

from starlette.types import ASGIApp, Receive, Scope, Send

from collector.web.limits import STREAMS


class HeadAsGet:
    """An answer that goes on has no end to wait for, so it has no HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"] not in STREAMS:
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
