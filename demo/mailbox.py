"""The receivers of the demo's notices: one small server on loopback, which writes each message to a file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec
from aiohttp import web

from collector.notices.document import Document
from demo.children import HOST


@asynccontextmanager
async def mailbox(file: Path, zone: tzinfo) -> AsyncIterator[int]:
    """Its port. The path of a message is the name of its receiver."""

    async def take(request: web.Request) -> web.Response:
        document = msgspec.json.decode(await request.read(), type=Document)
        with file.open("a", encoding="utf-8") as messages:
            messages.write(as_read(request.match_info["who"], document, zone))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{who}", take)
    runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def as_read(receiver: str, document: Document, zone: tzinfo) -> str:
    """The message as a person reads it on a phone."""
    at = datetime.fromtimestamp(document.at, zone)
    return f"{at:%H:%M:%S}, to {receiver}: {document.title}\n{document.text}\n\n"
