"""A UDP socket of one device: connected, so that no other can answer for it, and bounded in what it reads."""

import asyncio
from collections.abc import Callable

from agent.net.sockets import receive_icmp_errors
from agent.probes.snmp.message import MAX_MESSAGE_BYTES
from agent.probes.snmp.turns import Turns

MAX_ANSWERS = 3
"""Datagrams read for each that is sent: an SNMPv3 report may come before the response."""


class Udp(asyncio.DatagramProtocol):
    """`datagrams` counts those received, `failed` holds an ICMP error, `receive` takes each datagram."""

    def __init__(self, turns: Turns, number: int) -> None:
        self._turns = turns
        self._number = number
        self._welcome = 0
        self.datagrams = 0
        self.failed: asyncio.Future[OSError] = asyncio.get_running_loop().create_future()
        self.receive: Callable[[bytes], None] = lambda _: None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def send(self, datagram: bytes) -> None:
        self._welcome = MAX_ANSWERS
        self._transport.sendto(datagram)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.datagrams += 1
        self._welcome -= 1
        if self._welcome >= 0 and len(data) <= MAX_MESSAGE_BYTES:
            self._turns.take(self._number, lambda: self.receive(data))

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.failed.done():
            self.failed.set_result(exc)

    def close(self) -> None:
        self._transport.close()


async def connected(address: str, port: int, turns: Turns, number: int) -> Udp:
    """A socket to the device. In a turn, the socket with the lowest `number` comes first. Raises OSError."""
    loop = asyncio.get_running_loop()
    opened, udp = await loop.create_datagram_endpoint(lambda: Udp(turns, number), remote_addr=(address, port))
    receive_icmp_errors(opened.get_extra_info("socket"))
    return udp
