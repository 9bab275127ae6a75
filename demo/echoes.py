"""The echoes of a simulated site: a socket for the agent's echo engine whose network is a function."""

import heapq
import os
import socket
from collections.abc import Callable, Iterator
from typing import NamedTuple

from agent.clock import boot_now
from agent.probes.icmp.packet import REPLY_TYPE, Echo
from agent.probes.icmp.sockets import Failure, Peer, Reply


class OnTheWay(NamedTuple):
    """A reply that comes in at `at`, on the boot clock."""

    at: float
    number: int
    peer: Peer
    echo: Echo


class SimulatedEchoes:
    """An EchoPort: `answer` says at once what comes back for an echo to an address.

    It is never ready by itself, as the engine reads the replies of a quiet network in its own slots. An event
    descriptor that nobody writes to stands for the socket.
    """

    drained = True
    dropped = 0

    def __init__(self, family: socket.AddressFamily, answer: Callable[[str], float | None]) -> None:
        self._type = REPLY_TYPE[family]
        self._answer = answer
        self._never_ready = os.eventfd(0, os.EFD_CLOEXEC)
        self._number = 0
        self._coming: list[OnTheWay] = []

    def fileno(self) -> int:
        return self._never_ready

    def close(self) -> None:
        os.close(self._never_ready)

    def send(self, peer: Peer, sequence: int, token: bytes) -> float:
        at = boot_now()
        rtt_seconds = self._answer(peer[0])
        if rtt_seconds is not None:
            self._number += 1
            echo = Echo(self._type, 0, sequence, token)
            heapq.heappush(self._coming, OnTheWay(at + rtt_seconds, self._number, peer, echo))
        return at

    def replies(self) -> Iterator[Reply]:
        now = boot_now()
        while self._coming and self._coming[0].at <= now:
            came = heapq.heappop(self._coming)
            yield Reply(came.peer, came.echo, came.at)

    def failures(self) -> Iterator[Failure]:
        """Cut ways of this city are silent."""
        return iter(())
