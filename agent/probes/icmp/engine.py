"""The shared ICMP engine: the echoes of all streams, over one socket per address family and one timer.

An agent pays for wake-ups more than for packets. So echoes are sent in slots, four a second, over which the
streams are spread evenly; and since the kernel stamps replies, they lie unread until the next slot. Routers'
errors do wake the engine. agent.probes.icmp.stream decides about the state of a target.
"""

import asyncio
import errno
import math
import os
import select
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from agent.clock import boot_now
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.packet import TOKEN_BYTES, Echo
from agent.probes.icmp.sockets import EchoPort, EchoSocket, IcmpNotPermitted, NotSent, Peer
from agent.probes.icmp.stream import EchoStream

SLOT_SECONDS = 0.25  # no longer than the least loss timeout: the next slot sees in time what will be overdue
CONFIRM_SPACING_SECONDS = 0.05
BURSTS_AT_ONCE = 50
UNREAD_AT_MOST = 64  # replies; the smallest usual receive buffer holds three times as many
JUDGING_SPACING_SECONDS = 0.005

OpenSocket = Callable[[socket.AddressFamily], EchoPort]
"""It raises what EchoSocket does."""


@dataclass(slots=True, eq=False)
class WatchedStream:
    """A stream and where its echoes go; `socket` is None where the machine lacks the address family."""

    stream: EchoStream
    socket: EchoPort | None
    peer: Peer
    token: bytes
    phase: list["WatchedStream"]


class EchoEngine:
    """Each change of a stream's state goes into `flips`.

    Our own shortcomings are counted, and never as loss: `dropped` replies came faster than they were read,
    `unsent` echoes found no buffer or no permission, `missed_slots` passed while the event loop was blocked.
    `strangers` are replies to no stream's echo.
    """

    def __init__(self, flips: Flips, open_socket: OpenSocket = EchoSocket) -> None:
        self.dropped = 0
        self.unsent = 0
        self.missed_slots = 0
        self.strangers = 0
        self._flips = flips
        self._open_socket = open_socket
        self._sockets: dict[socket.AddressFamily, EchoPort] = {}
        self._ready = select.epoll()
        self._wakes_for = 0
        self._watches: dict[EchoStream, WatchedStream] = {}
        self._by_peer: dict[Peer, list[WatchedStream]] = {}
        self._phases: dict[int, list[list[WatchedStream]]] = {}  # period in slots -> the streams of each slot
        self._waiting: set[WatchedStream] = set()  # with echoes on their way
        self._confirming: dict[WatchedStream, None] = {}  # in the order of their losses
        self._blind_until = -math.inf
        self._slot = 0
        self._slot_at = self._judge_at = self._confirm_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Raises IcmpNotPermitted."""
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                opened = self._sockets[family] = self._open_socket(family)
            except (IcmpNotPermitted, OSError) as error:
                if isinstance(error, OSError) and error.errno == errno.EAFNOSUPPORT:
                    continue
                self.close()
                raise
            self._ready.register(opened, self._wakes_for)
        asyncio.get_running_loop().add_reader(self._ready, self._on_ready)
        # On whole multiples, as the agent's other beats are: they share their wake-ups.
        self._slot_at = math.ceil(boot_now() / SLOT_SECONDS) * SLOT_SECONDS
        self._arm()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            asyncio.get_running_loop().remove_reader(self._ready)
        self._ready.close()
        for opened in self._sockets.values():
            opened.close()

    def watch(self, target: str, address: str, period_seconds: float = 1.0) -> EchoStream:
        """Start a stream of echoes to an IP address. Raises ValueError for another text."""
        family, peer = _socket_address(address)
        first_sequence = int.from_bytes(os.urandom(2))
        stream = EchoStream(target, address, period_seconds, first_sequence)
        phase = self._soonest_of_the_emptiest(max(1, round(period_seconds / SLOT_SECONDS)))
        watch = WatchedStream(stream, self._sockets.get(family), peer, os.urandom(TOKEN_BYTES), phase)
        phase.append(watch)
        self._watches[stream] = watch
        self._by_peer.setdefault(peer, []).append(watch)
        return stream

    def unwatch(self, stream: EchoStream) -> None:
        watch = self._watches.pop(stream)
        watch.phase.remove(watch)
        self._by_peer[watch.peer].remove(watch)
        if not self._by_peer[watch.peer]:
            del self._by_peer[watch.peer]
        self._waiting.discard(watch)
        self._confirming.pop(watch, None)

    def _soonest_of_the_emptiest(self, period: int) -> list[WatchedStream]:
        phases = self._phases.setdefault(period, [[] for _ in range(period)])
        soonest_first = [phases[(self._slot + 1 + wait) % period] for wait in range(period)]
        return min(soonest_first, key=len)

    def _on_timer(self) -> None:
        try:
            now = boot_now()
            if self._read():
                self._judge(now)
            if now >= self._slot_at:
                self._send_slot(now)
            if self._confirming and now >= self._confirm_at:
                self._send_confirm_echoes(now)
        finally:
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = min(self._slot_at, self._judge_at)
        if self._confirming:
            due = min(due, self._confirm_at)
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - boot_now()), self._on_timer)

    def _send_slot(self, now: float) -> None:
        missed = int((now - self._slot_at) / SLOT_SECONDS)
        self.missed_slots += missed
        self._slot += 1 + missed
        self._slot_at += (1 + missed) * SLOT_SECONDS
        for count, watch in enumerate(list(self._due_in(self._slot)), start=1):
            self._send(watch)
            if count % UNREAD_AT_MOST == 0:
                self._read()
        self._wake_for(select.EPOLLIN if len(self._waiting) > UNREAD_AT_MOST else 0)

    def _due_in(self, slot: int) -> Iterator[WatchedStream]:
        for period, phases in self._phases.items():
            yield from phases[slot % period]

    def _send_confirm_echoes(self, now: float) -> None:
        self._confirm_at = now + CONFIRM_SPACING_SECONDS
        for watch in list(islice(self._confirming, BURSTS_AT_ONCE)):
            if watch.stream.confirm_echoes:
                self._send(watch, confirm=True)
            if not watch.stream.confirm_echoes:
                self._confirming.pop(watch, None)

    def _send(self, watch: WatchedStream, confirm: bool = False) -> None:
        stream = watch.stream
        sequence = stream.sequence
        self._waiting.add(watch)
        try:
            if watch.socket is None:
                raise NotSent("setting")
            stream.sent(watch.socket.send(watch.peer, sequence, watch.token), confirm)
        except NotSent as not_sent:
            if not_sent.reason == "unreachable":
                stream.sent(boot_now(), confirm)
                self._settle(watch, stream.fail(sequence, "unreachable"))
            else:
                self.unsent += 1
                self._settle(watch, stream.unsent(boot_now(), confirm, not_sent.reason))

    def _wake_for(self, events: int) -> None:
        """Errors wake us in any case: epoll(7) reports EPOLLERR unasked."""
        if events != self._wakes_for:
            self._wakes_for = events
            for opened in self._sockets.values():
                self._ready.modify(opened, events)

    def _on_ready(self) -> None:
        self._read()
        if self._confirming:
            self._arm()

    def _read(self) -> bool:
        """Whether the engine read all that came in."""
        for opened in self._sockets.values():
            self._read_from(opened)
        return all(opened.drained for opened in self._sockets.values())

    def _read_from(self, opened: EchoPort) -> None:
        for peer, echo, received in opened.replies():
            watch = self._asked(peer, echo)
            if watch is None:
                self.strangers += 1
            elif watch.stream.reply(echo.sequence, received):
                self._settle(watch, flipped=True)
        for peer, echo, reason in opened.failures():
            for watch in self._by_peer.get(peer, ()):
                if echo.token in (watch.token, b""):
                    self._settle(watch, watch.stream.fail(echo.sequence, reason))

    def _asked(self, peer: Peer, echo: Echo) -> WatchedStream | None:
        """The stream whose echo it answers; if a device rewrites the payload, the stream that waits."""
        watches = self._by_peer.get(peer, [])
        for watch in watches:
            if watch.token == echo.token:
                return watch
        awaiting = [watch for watch in watches if watch.stream.awaits(echo.sequence)]
        return awaiting[0] if len(awaiting) == 1 else None

    def _judge(self, now: float) -> None:
        """An overdue echo is lost, unless this machine may have dropped its reply."""
        self._judge_at = self._next_deadline()
        if self._judge_at > now:
            return
        dropped = sum(opened.dropped for opened in self._sockets.values())
        if dropped != self.dropped:
            self.dropped, self._blind_until = dropped, now
        for watch in list(self._waiting):
            if watch.stream.deadline <= now:
                self._settle(watch, watch.stream.expire(now, self._blind_until))
        self._judge_at = max(self._next_deadline(), now + JUDGING_SPACING_SECONDS)

    def _next_deadline(self) -> float:
        earliest = math.inf
        for watch in list(self._waiting):
            deadline = watch.stream.deadline
            if deadline == math.inf:
                self._waiting.discard(watch)
            earliest = min(earliest, deadline)
        return earliest

    def _settle(self, watch: WatchedStream, flipped: bool) -> None:
        """Act on the decision of a stream about an echo."""
        if watch.stream.confirm_echoes:
            self._confirming.setdefault(watch)
        if flipped:
            self._flips.put(watch.stream, boot_now())


def _socket_address(address: str) -> tuple[socket.AddressFamily, Peer]:
    try:
        found = socket.getaddrinfo(address, 0, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        raise ValueError(f"{address!r} is not an IP address, or its interface does not exist") from None
    family, _type, _protocol, _name, peer = found[0]
    return family, peer
