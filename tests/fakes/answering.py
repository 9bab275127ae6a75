"""A real HTTP server on loopback that answers as badly as it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import msgspec

from tests.free_ports import LOOPBACK

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Request(NamedTuple):
    head: str
    body: bytes

    @property
    def document(self) -> Any:
        return msgspec.json.decode(self.body)


class Server:
    """Every request that came whole; `answers` are taken in turn, and the last again and again."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.url = ""
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def ids(self) -> list[str]:
        return [request.document["id"] for request in self.requests]

    async def end(self) -> None:
        for task, writer in self._serving.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving[asyncio.create_task(self._serve(reader, writer))] = writer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
            body = await reader.readexactly(int(length[0].split(":")[1])) if length else b""
            self.requests.append(Request(head, body))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            await answer(writer)
            writer.close()


@asynccontextmanager
async def answering(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server(answers)
    listening = await asyncio.start_server(server.serve, LOOPBACK, 0, ssl=tls)
    server.url = f"http{'s' if tls else ''}://{LOOPBACK}:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        await server.end()


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    lines = [f"HTTP/1.1 {code} As told", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def raw(data: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


def silent(until: asyncio.Event) -> Answer:
    """Takes the request and says nothing until then."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        await until.wait()

    return answer


def trickling() -> Answer:
    """A header for ever: each byte is in time."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    return answer


def endless() -> Answer:
    """A body that never stops, as fast as it is read."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    return answer
