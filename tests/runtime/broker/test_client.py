"""The connection to the broker as it leaves this machine."""

import asyncio
import gc
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.broker.client import Client, Unconnected
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials
from runtime.broker.why import Who
from tests.servers.openssl import Authority, needs_openssl

pytestmark = needs_openssl


async def test_the_final_dot_of_the_broker_s_name_is_in_neither_sni_nor_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = authority.issue("mqtt", "DNS:localhost", datetime.now(UTC) + timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key_file)
    asked: list[tuple[str, bytes]] = []
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((names[-1], (await reader.read(1))))
        writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", 0, ssl=context)
    broker = Broker("localhost.", server.sockets[0].getsockname()[1], ca_file=str(authority.ca_file))
    async with server:
        with pytest.raises(Unconnected):
            async with Client(Who(broker, "gradasi", "agent.toml"), credentials(broker)):
                pass
    assert asked == [("localhost", b"\x10")]  # a CONNECT, so the certificate was taken


async def test_a_socket_that_the_broker_closed_meanwhile_is_not_waited_for() -> None:
    complaints: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    broker = Broker("127.0.0.1", 1)
    client = Client(Who(broker, "gradasi", "agent.toml"), credentials(broker))
    near, far = socket.socketpair()
    client._on_socket_register_write(client._client, None, near)
    near.close()
    far.close()
    for _ in range(3):
        await asyncio.sleep(0)
    assert complaints == []


async def test_a_broker_that_never_answers_leaves_no_error_behind() -> None:
    complaints: list[dict[str, object]] = []
    loop, given_up = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(lambda _, context: complaints.append(context))

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        given_up.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        broker = Broker("127.0.0.1", server.sockets[0].getsockname()[1])
        with pytest.raises(Unconnected):
            async with Client(Who(broker, "gradasi", "agent.toml"), credentials(broker), timeout=0.1):
                pass
        async with asyncio.timeout(20):
            await given_up.wait()
    gc.collect()
    assert complaints == []


async def test_a_program_that_stops_while_it_connects_leaves_no_error_behind() -> None:
    complaints: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    asked, stopped, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        asked.set()
        await stopped.wait()
        writer.close()
        over.set()

    async with await asyncio.start_server(closes, "127.0.0.1", 0) as server:
        broker = Broker("127.0.0.1", server.sockets[0].getsockname()[1])
        client = Client(Who(broker, "gradasi", "agent.toml"), credentials(broker))
        connecting = asyncio.create_task(client.__aenter__())
        async with asyncio.timeout(20):
            await asked.wait()
            connecting.cancel()
            await asyncio.wait((connecting,))
            stopped.set()
            await over.wait()
            while client._client.socket() is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert complaints == []
