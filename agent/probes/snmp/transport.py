"""A UDP socket of one device: connected, so that no other can answer for it, and bounded in what it reads."""

import asyncio
import socket
from collections.abc import Callable
from functools import partial

from agent.net.addresses import peer_of
from agent.net.sockets import connection_socket, receive_icmp_errors
from agent.probes.snmp.message import MAX_MESSAGE_BYTES
from agent.probes.snmp.turns import Turns

MAX_ANSWERS = 3
"""Datagrams read for each that is sent: an SNMPv3 report may come before the response."""


class Udp:
    """`datagrams` counts those received, `receive` takes each. `error` is the first ICMP error; `fail` is
    called for each. `unread` are the datagrams that wait for their turn.

    A transport of asyncio's has a buffer of 256 KiB for each datagram, and takes twice the CPU.
    """

    def __init__(self, opened: socket.socket, turns: Turns, number: int) -> None:
        self._socket = opened
        self._loop = asyncio.get_running_loop()
        self._turns = turns
        self._number = number
        self._welcome = 0
        self.datagrams = 0
        self.unread = 0
        self.error: OSError | None = None
        self.receive: Callable[[bytes], None] = lambda _: None
        self.fail: Callable[[], None] = lambda: None
        self._loop.add_reader(opened, self._on_readable)

    def send(self, datagram: bytes) -> None:
        """A datagram that the kernel has no room for counts as lost: it is sent again."""
        self._welcome = MAX_ANSWERS
        try:
            self._socket.send(datagram)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._fail(error)

    def _on_readable(self) -> None:
        try:
            datagram = self._socket.recv(MAX_MESSAGE_BYTES + 1)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._fail(error)
            return
        self.datagrams += 1
        self._welcome -= 1
        if self._welcome >= 0 and len(datagram) <= MAX_MESSAGE_BYTES:
            self.unread += 1
            self._turns.take(self._number, partial(self._read, datagram))

    def _read(self, datagram: bytes) -> None:
        self.unread -= 1
        self.receive(datagram)

    def _fail(self, error: OSError) -> None:
        self.error = self.error or error
        self.fail()

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()


def connected(address: str, port: int, turns: Turns, number: int) -> Udp:
    """A socket to the device. In a turn, the socket with the lowest `number` comes first. Raises OSError."""
    opened = connection_socket(address, socket.SOCK_DGRAM)
    try:
        opened.connect(peer_of(address, port))
        receive_icmp_errors(opened)
    except BaseException:
        opened.close()
        raise
    return Udp(opened, turns, number)
