"""The enrolment port: TLS in a thread of its own, so that a flood of handshakes holds up no report.

Anybody may connect, so connections are bounded before their handshake: in all, for each address, and in time.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.applications import Starlette
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from collector.enrolment.sender import PROXY, counted_network
from runtime.errors import UserError

log = logging.getLogger(__name__)
_of_connections = logging.getLogger(f"{__name__}.connections")
_of_connections.setLevel(logging.ERROR)  # anybody may send what is no HTTP, as often as the port lets them

CONNECTIONS_AT_MOST = 64
CONNECTIONS_OF_ADDRESS = 8
"""An office may have several boxes with one address."""
HANDSHAKE_SECONDS = 10.0
CONNECTION_SECONDS = 30.0
BACKLOG = 128
CERTIFICATE_SECONDS = 1.0


class CannotEnrol(UserError):
    """The port of [authority] can't be had."""


def enrolment_listener(host: str, port: int) -> socket.socket:
    """`::` means IPv4 too; where the kernel has no IPv6, it means IPv4 alone. Raises CannotEnrol."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if host == "::" and not socket.has_dualstack_ipv6():
        family, host = socket.AF_INET, ""
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise CannotEnrol(
            f"authority.port: {port}: {error.strerror} on {host}; stop what listens there or choose another"
        ) from None
    bound.setblocking(False)
    return bound


class _Connection(H11Protocol):
    """It tells when it is over."""

    def __init__(self, config: Config, state: ServerState) -> None:
        super().__init__(config, state, {})
        self.logger = _of_connections
        self.over = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.over.set()


class EnrolmentServer:
    """`certificate_file` holds key and certificate; after `renewed` new handshakes use what it holds."""

    def __init__(
        self, bound: socket.socket, app: Starlette, certificate_file: Path, has_proxy: bool = False
    ) -> None:
        self._bound = bound
        self._has_proxy = has_proxy
        self._config = Config(
            app, lifespan="off", ws="none", log_config=None, access_log=False, server_header=False
        )
        self._file = certificate_file
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._of_address: Counter[str] = Counter()
        self._connections: set[asyncio.Task[None]] = set()
        self.turned_away = 0

    def renewed(self) -> None:
        """Raises OSError."""
        self._context.load_cert_chain(self._file)

    async def run(self) -> None:
        """Until cancelled."""
        with contextlib.closing(self._bound):
            await self._certified()
            with ThreadPoolExecutor(1, "enrolment") as thread:
                loop, stop = asyncio.get_running_loop(), _Stop()
                serving = loop.run_in_executor(thread, asyncio.run, self._serve(stop))
                try:
                    await asyncio.shield(serving)
                finally:
                    stop.set()
                    await asyncio.wait([serving])

    async def _certified(self) -> None:
        """Wait for a certificate: a person may have to sign it first."""
        told = False
        while True:
            try:
                return self.renewed()
            except OSError as error:
                if not told:
                    log.error("enrolment: %s: %s; nobody can join until then", self._file, error.strerror)
                told = True
            await asyncio.sleep(CERTIFICATE_SECONDS)

    async def _serve(self, stop: "_Stop") -> None:
        loop = asyncio.get_running_loop()
        self._config.load()
        state = ServerState()
        accepting = asyncio.create_task(self._accept(loop, state))
        await stop.wait()
        for task in (accepting, *self._connections):
            task.cancel()
        await asyncio.gather(accepting, *self._connections, return_exceptions=True)

    async def _accept(self, loop: asyncio.AbstractEventLoop, state: ServerState) -> None:
        while True:
            try:
                connection, address = await loop.sock_accept(self._bound)
            except OSError as error:  # no file descriptor is left: the backlog waits
                log.warning("enrolment: %s", error.strerror)
                await asyncio.sleep(1.0)
                continue
            sender = counted_network(str(address[0]), self._has_proxy)
            full = len(self._connections) >= CONNECTIONS_AT_MOST
            if full or (sender != PROXY and self._of_address[sender] >= CONNECTIONS_OF_ADDRESS):
                self.turned_away += 1
                connection.close()
                continue
            self._of_address[sender] += 1
            task = asyncio.create_task(self._connection(loop, state, connection))
            self._connections.add(task)
            task.add_done_callback(lambda done, sender=sender: self._over(done, sender))  # type: ignore[misc]

    def _over(self, task: asyncio.Task[None], sender: str) -> None:
        self._connections.discard(task)
        self._of_address[sender] -= 1
        if not self._of_address[sender]:
            del self._of_address[sender]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a connection to the enrolment port broke; please report this", exc_info=error)

    async def _connection(
        self, loop: asyncio.AbstractEventLoop, state: ServerState, connection: socket.socket
    ) -> None:
        protocol = _Connection(self._config, state)
        try:
            async with asyncio.timeout(CONNECTION_SECONDS):
                transport, _ = await loop.connect_accepted_socket(
                    lambda: protocol,
                    connection,
                    ssl=self._context,
                    ssl_handshake_timeout=HANDSHAKE_SECONDS,
                )
                try:
                    await protocol.over.wait()
                finally:
                    transport.abort()
        except (OSError, TimeoutError):  # no TLS, another authority at the other end, or too slow
            return
        finally:
            connection.close()


class _Stop:
    """An event that another thread may set, before or after the loop that waits for it begins."""

    def __init__(self) -> None:
        self._set = False
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def set(self) -> None:
        self._set = True
        if self._waiting is not None:
            loop, event = self._waiting
            with contextlib.suppress(RuntimeError):  # that loop is over
                loop.call_soon_threadsafe(event.set)

    async def wait(self) -> None:
        event = asyncio.Event()
        self._waiting = asyncio.get_running_loop(), event
        if not self._set:
            await event.wait()
