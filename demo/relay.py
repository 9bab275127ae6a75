"""A site's way to the broker: a relay on loopback that can be cut as a cable is.

While it is cut it reads from neither end, so that both wait as they do for lost packets: what they sent lies
in their buffers and goes on when the way is mended, and a connection that begins meanwhile gets no answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

HOST = "127.0.0.1"


class Relay:
    """`port` leads to the broker's port while the relay is not `cut`."""

    def __init__(self, broker_port: int) -> None:
        self.port = 0
        self.cut = False
        self._broker_port = broker_port
        self._pairs: set[RelayedPair] = set()

    def set_cut(self, cut: bool) -> None:
        if cut != self.cut:
            self.cut = cut
            for pair in list(self._pairs):
                pair.follow()

    def lose_power(self) -> None:
        """The agent's machine stops: the broker hears nothing more from it, not even an end."""
        for pair in list(self._pairs):
            pair.orphan()

    def close(self) -> None:
        for pair in list(self._pairs):
            pair.abort()

    def accepted(self) -> "RelayEnd":
        pair = RelayedPair(self)
        self._pairs.add(pair)
        return pair.agent

    async def connect(self, made: Callable[[], asyncio.Protocol]) -> None:
        """Raises OSError where the broker does not listen."""
        await asyncio.get_running_loop().create_connection(made, HOST, self._broker_port)

    def forget(self, pair: "RelayedPair") -> None:
        self._pairs.discard(pair)


class RelayedPair:
    """One connection of the agent, and its continuation to the broker, which begins when the way is open."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._orphaned = False
        self._connecting: asyncio.Task[None] | None = None
        self.agent = RelayEnd(self)
        self.broker = RelayEnd(self)

    def follow(self) -> None:
        """Do as the relay: pass bytes, or let them wait."""
        open = not self._relay.cut and not self._orphaned
        if open and self._connecting is None:
            self._connecting = asyncio.create_task(self._connect())
        self.agent.set_reading(open and self.broker.takes_more)
        self.broker.set_reading(self._orphaned or (open and self.agent.takes_more))

    def came(self, end: "RelayEnd", data: bytes) -> None:
        other = self._other(end)
        if other.transport is not None and not self._orphaned:
            other.transport.write(data)

    def ended(self, end: "RelayEnd") -> None:
        """The other end gets the rest of the bytes, then its end; an orphan waits for the broker's."""
        other = self._other(end)
        if self._orphaned and end is self.agent and self.broker.transport is not None:
            return
        if other.transport is not None:
            other.transport.close()
        self._relay.forget(self)

    def orphan(self) -> None:
        self._orphaned = True
        if self.agent.transport is not None:
            self.agent.transport.abort()
        self.follow()

    def abort(self) -> None:
        for end in (self.agent, self.broker):
            if end.transport is not None:
                end.transport.abort()
        if self._connecting is not None:
            self._connecting.cancel()
        self._relay.forget(self)

    def _other(self, end: "RelayEnd") -> "RelayEnd":
        return self.broker if end is self.agent else self.agent

    async def _connect(self) -> None:
        try:
            await self._relay.connect(lambda: self.broker)
        except OSError:
            self.abort()
            return
        agent = self.agent.transport
        if not self._orphaned and (agent is None or agent.is_closing()):
            self.abort()


class RelayEnd(asyncio.Protocol):
    """One of the two transports of a pair."""

    def __init__(self, pair: RelayedPair) -> None:
        self._pair = pair
        self._full = False
        self.transport: asyncio.Transport | None = None

    @property
    def takes_more(self) -> bool:
        return self.transport is not None and not self._full

    def set_reading(self, reading: bool) -> None:
        if self.transport is None or self.transport.is_closing() or self.transport.is_reading() == reading:
            return
        if reading:
            self.transport.resume_reading()
        else:
            self.transport.pause_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        # Soon, not now: Debian 12's Python 3.11.2 begins to read after this method, even if it was to wait.
        asyncio.get_running_loop().call_soon(self._pair.follow)

    def data_received(self, data: bytes) -> None:
        self._pair.came(self, data)

    def pause_writing(self) -> None:
        self._full = True
        self._pair.follow()

    def resume_writing(self) -> None:
        self._full = False
        self._pair.follow()

    def connection_lost(self, exc: Exception | None) -> None:
        self._pair.ended(self)


@asynccontextmanager
async def relay(broker_port: int) -> AsyncIterator[Relay]:
    made = Relay(broker_port)
    server = await asyncio.get_running_loop().create_server(made.accepted, HOST, 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.close()
