"""Servers that do what no honest server does, a coroutine each; and the failure that a probe makes of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from agent.net.allow import UNRESTRICTED, Allow
from agent.net.failed import Failed
from agent.probes import measure_rows
from wire.probes import Probe

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Reply = Callable[[bytes], list[bytes]]


async def failure_of(probe: Probe, allow: Allow = UNRESTRICTED) -> Failed:
    with pytest.raises(Failed) as caught:
        await measure_rows(probe, allow)
    return caught.value


@asynccontextmanager
async def tcp_server(script: Script) -> AsyncIterator[int]:
    """The port on 127.0.0.1. Each connection runs the script and is closed, at the latest with the server."""
    running = set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await script(reader, writer)
        finally:
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await server.wait_closed()


class _Replies(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply, after_seconds: float) -> None:
        self._reply = reply
        self._after_seconds = after_seconds

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for answer in self._reply(data):
            if self._after_seconds:
                asyncio.get_running_loop().call_later(self._after_seconds, self._send, answer, addr)
            else:
                self._send(answer, addr)

    def _send(self, answer: bytes, addr: tuple[str, int]) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(answer, addr)


@asynccontextmanager
async def udp_server(reply: Reply, port: int = 0, after_seconds: float = 0.0) -> AsyncIterator[int]:
    """The port on 127.0.0.1. `reply` says what datagrams answer one."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Replies(reply, after_seconds), ("127.0.0.1", port)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def open_sockets() -> set[str]:
    """Those of this process."""
    links = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except FileNotFoundError:
            continue
    return {link for link in links if link.startswith("socket:")}
