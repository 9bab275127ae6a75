"""The web server. Over TLS it bounds the connections whose handshake is not done, in number and in time.

Plain connections are bounded by WebConnection, which sees a connection from its first byte on.
"""

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from collector.web.certificate import WebCertificate
from collector.web.limits import HEAD_SECONDS, WebConnection, connections_at_most

log = logging.getLogger(__name__)

HANDSHAKES_OF_ADDRESS = 16
LOOK_SECONDS = 5.0


class WebServer(uvicorn.Server):
    """`certificate` None: it speaks HTTP."""

    def __init__(self, app: FastAPI, bound: socket.socket, certificate: WebCertificate | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=WebConnection,
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,  # PeerKept does that, for the proxies in collector.toml alone
                timeout_graceful_shutdown=3,
            )
        )
        self._bound = bound
        self._certificate = certificate
        self._handshakes: dict[asyncio.Task[None], str] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: the web is only one part to stop."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._certificate is None:
            await super().startup([self._bound])
            return
        await self.lifespan.startup()
        self.servers = []
        self._bound.setblocking(False)
        self._bound.listen(self.config.backlog)
        certificate = self._certificate
        self._tasks = [
            asyncio.create_task(self._accept(certificate)),
            asyncio.create_task(self._follow(certificate)),
        ]
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        stopped = [*self._tasks, *self._handshakes]
        for task in stopped:
            task.cancel()
        await asyncio.gather(*stopped, return_exceptions=True)
        await super().shutdown([self._bound])

    async def _follow(self, certificate: WebCertificate) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(certificate.look)

    async def _accept(self, certificate: WebCertificate) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(self._bound)
            except OSError as error:  # no file descriptor is left: the backlog waits
                log.warning("web: %s", error.strerror)
                await asyncio.sleep(1.0)
                continue
            client = str(address[0])
            of_address = Counter(self._handshakes.values())[client]
            if len(self._handshakes) >= connections_at_most() or of_address >= HANDSHAKES_OF_ADDRESS:
                connection.close()
                continue
            task = asyncio.create_task(self._shake_hands(connection, certificate))
            self._handshakes[task] = client
            task.add_done_callback(self._handshakes.pop)

    async def _shake_hands(self, connection: socket.socket, certificate: WebCertificate) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(
                lambda: WebConnection(self.config, self.server_state, self.lifespan.state, loop),
                connection,
                ssl=certificate.context,
                ssl_handshake_timeout=HEAD_SECONDS,
            )
        except OSError:  # no TLS, no trust in the certificate, or too slow
            connection.close()
        except asyncio.CancelledError:
            connection.close()
            raise
