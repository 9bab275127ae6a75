"""The connection to the broker: aiomqtt's client, which ends as soon as its connection does, and says why."""

import asyncio
import logging
import ssl
from asyncio import FIRST_COMPLETED
from collections.abc import Awaitable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import aiomqtt
from aiomqtt import MqttError
from aiomqtt.exceptions import MqttConnectError

from runtime.broker.tls import Credentials
from runtime.broker.why import Closed, NoAnswer, Who, certificate_refused, why

log = logging.getLogger(__name__)

KEEP_ALIVE_TIMEOUT = 141
NOT_MQTT = "Error: Unrecognised command %s"  # paho's; the disconnection has the reason

T = TypeVar("T")


class Unconnected(MqttError):
    """There is no connection, or none any more. One line for a person: reason and remedy.

    `certificate_refused` is the broker's alert about the certificate of this program, "" where there is none.
    """

    def __init__(self, reason: str, certificate_refused: str = "") -> None:
        super().__init__(reason)
        self.certificate_refused = certificate_refused


class Client(aiomqtt.Client):
    """aiomqtt waits until its timeout when the broker closes the connection before it answers, or before it
    grants a subscription. This client stops at once. It raises every error as Unconnected.
    """

    def __init__(self, who: Who, credentials: Credentials, **options: Any) -> None:
        self._who = who
        self._taken = False
        self._code: int | None = None
        self._errors = _Errors()
        super().__init__(
            who.broker.host.removesuffix(
                "."
            ),  # neither certificates nor SNI have the last dot (RFC 6066, section 3)
            who.broker.port,
            identifier=who.client_id or who.id,
            username=who.broker.username or None,
            password=credentials.password,
            tls_context=credentials.tls,
            logger=self._errors.logger(log),
            **options,
        )

    async def __aenter__(self) -> Self:
        ended = self._disconnected
        try:
            await super().__aenter__()
        except (MqttError, ValueError) as error:  # paho raises ValueError for a host that is not valid
            self._client.disconnect()  # else paho would keep its socket open, and read it, for ever
            raise self._unconnected(error) from error
        self._taken = True
        if ended.done():  # aiomqtt has replaced it by a future that nobody ends
            raise self._unconnected(None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(MqttError):  # the connection ends either way
            await super().__aexit__(kind, error, trace)
        if isinstance(error, MqttError | OSError) and not isinstance(error, Unconnected):
            raise self._unconnected(error) from error

    def shown_certificate(self) -> bytes | None:
        """The certificate that the broker shows, in DER; None without TLS."""
        connection = self._client.socket()
        return connection.getpeercert(binary_form=True) if isinstance(connection, ssl.SSLSocket) else None

    def _on_disconnect(
        self, client: Any, userdata: Any, flags: Any, reason_code: Any, properties: Any = None
    ) -> None:
        self._code = reason_code.value
        if not self._connected.done():
            self._connected.set_exception(MqttError("closed before it answered"))
            self._connected.exception()  # after the connection's time is over nobody waits for it
            return
        if self._connected.cancelled():  # the program stopped while it connected
            return
        super()._on_disconnect(client, userdata, flags, reason_code, properties)
        if self._disconnected.done():
            self._disconnected.exception()  # else asyncio logs that nobody retrieved it

    def _on_socket_register_write(self, client: Any, userdata: Any, sock: Any) -> None:
        """paho may call this from a thread, and the broker may have closed the socket meanwhile."""
        self._loop.call_soon_threadsafe(self._write_when_ready, sock)

    def _write_when_ready(self, sock: Any) -> None:
        if (number := sock.fileno()) >= 0:
            self._loop.add_writer(number, self._write)

    def _write(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:  # any error ends the connection
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    async def _wait_for(self, fut: Awaitable[T], timeout: float | None) -> T:  # noqa: ASYNC109
        """Wait no longer than the connection lasts."""
        if fut is self._disconnected or fut is self._connected:
            return await super()._wait_for(fut, timeout)
        waiting = asyncio.ensure_future(fut)  # one task: each ack of the collector comes by here
        seconds = self.timeout if timeout is None else timeout
        try:
            await asyncio.wait((waiting, self._disconnected), timeout=seconds, return_when=FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            raise MqttError("closed" if self._disconnected.done() else "Operation timed out")
        finally:
            waiting.cancel()

    def _unconnected(self, error: BaseException | None) -> Unconnected:
        cause = self._cause(error)
        return Unconnected(why(cause, self._who), certificate_refused(cause))

    def _cause(self, error: BaseException | None) -> BaseException:
        """The error of the socket, else that of the broker, else how the connection ended."""
        if isinstance(error, MqttConnectError | ValueError):
            return error
        underneath, read = error.__context__ if error is not None else None, self._errors.last
        if isinstance(underneath, OSError) and underneath.args and not self._taken:
            return underneath
        if read is not None and (not self._taken or " alert " in why(read, self._who)):
            return read
        ended = read is not None or self._disconnected.done() or self._code is not None
        if ended and self._code != KEEP_ALIVE_TIMEOUT:
            return Closed(self._taken, self._code)
        return NoAnswer(self._taken)


class _Errors(logging.Filter):
    """Keeps the last error of the socket: paho writes it only to its log. `why` explains it instead."""

    def __init__(self) -> None:
        super().__init__()
        self.last: OSError | None = None

    def logger(self, parent: logging.Logger) -> logging.Logger:
        """All other records go to the handlers of the parent."""
        made = logging.Logger("mqtt", logging.WARNING)
        made.parent = parent
        made.addFilter(self)
        return made

    def filter(self, record: logging.LogRecord) -> bool:
        errors = [each for each in record.args or () if isinstance(each, OSError)]
        self.last = errors[-1] if errors else self.last
        return not errors and record.msg != NOT_MQTT
