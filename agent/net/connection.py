"""A TCP connection, with TLS if wanted. It has no transport: to close it needs no event loop."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Self, TypeVar

CHUNK_BYTES = 65536

T = TypeVar("T")


class Connection:
    """Close it by `with`. Every method raises OSError, of which ssl.SSLError is one."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    async def secure(self, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
        """The TLS handshake; this connection also closes the socket that it returns."""
        secured = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._socket = secured
        await self._when_ready(secured.do_handshake)
        return secured

    async def send(self, data: bytes) -> None:
        while data:
            data = data[await self._when_ready(partial(self._socket.send, data), writing=True) :]

    async def receive(self) -> bytes:
        """The next bytes, b"" at the end."""
        received = await self._when_ready(partial(self._socket.recv, CHUNK_BYTES))
        await asyncio.sleep(0)  # a peer that is always faster must not stop the timeout
        return received

    async def _when_ready(self, step: Callable[[], T], writing: bool = False) -> T:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                writing = False
            except ssl.SSLWantWriteError:
                writing = True
            except BlockingIOError:
                pass
            await self._ready(writing)

    async def _ready(self, writing: bool) -> None:
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        add, remove = (
            (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
        )
        add(self._socket, _finish, ready)
        try:
            await ready
        finally:
            remove(self._socket)


def _finish(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
