"""The icmp probes in force: each a stream of the shared echo engine, as soon as its address is known."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from agent.net.addresses import resolve
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.measured import measured, values_of
from agent.probes.icmp.stream import EchoStream
from agent.probes.measurement import Measurement
from runtime.waiting import wait_at_most
from wire.probes import Icmp, Reason

LOOKUP_PERIOD_SECONDS = 60.0
LOOKUP_TIMEOUT_SECONDS = 3.0  # a name server that is gone must not keep new targets waiting

Resolve = Callable[[str, Allow], Awaitable[str]]
"""The IP address of a configured address. It raises Failed."""


@dataclass(slots=True)
class Echoing:
    """A probe, its stream once its address is known, and else the reason why there is none."""

    probe: Icmp
    stream: EchoStream | None = None
    reason: Reason | None = None


class IcmpProbes:
    """`allow` decides which addresses get an echo; `resolve` finds them."""

    def __init__(self, allow: Allow, resolve: Resolve = resolve) -> None:
        self._allow = allow
        self._resolve = resolve
        self._engine: EchoEngine | None = None
        self._by_target: dict[str, Echoing] = {}
        self._changed = asyncio.Event()

    def assign(self, probes: Sequence[Icmp]) -> None:
        """A probe that did not change keeps its stream, and so its counters."""
        before, self._by_target = self._by_target, {}
        for probe in probes:
            known = before.pop(probe.target, None)
            if known is not None and known.probe == probe:
                self._by_target[probe.target] = known
                continue
            self._forget(known)
            self._by_target[probe.target] = Echoing(probe)
        for gone in before.values():
            self._forget(gone)
        self._changed.set()

    async def run(self, engine: EchoEngine | None) -> None:
        """Follow the addresses of names and places. Without an engine ICMP is not permitted."""
        self._engine = engine
        while True:
            self._changed.clear()
            await asyncio.gather(*map(self._look_up, list(self._by_target.values())))
            await wait_at_most(self._changed, LOOKUP_PERIOD_SECONDS)

    def permit(self, engine: EchoEngine) -> None:
        """ICMP is permitted from now on."""
        self._engine = engine
        self._changed.set()

    async def _look_up(self, echoing: Echoing) -> None:
        if self._engine is None:
            echoing.reason = "permission"
            return
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_SECONDS):
                address = await self._resolve(echoing.probe.address, self._allow)
        except (Failed, TimeoutError) as failed:
            if echoing.stream is None:
                echoing.reason = failed.reason if isinstance(failed, Failed) else "resolve"
            return
        if self._by_target.get(echoing.probe.target) is not echoing:
            return
        if echoing.stream is not None and echoing.stream.address == address:
            return
        self._forget(echoing)
        probe = echoing.probe
        try:
            echoing.stream = self._engine.watch(
                target=probe.target, address=address, period_seconds=probe.period_seconds
            )
        except ValueError:  # a zone that names no interface of this machine
            echoing.reason = "setting"

    def _forget(self, echoing: Echoing | None) -> None:
        if echoing is not None and echoing.stream is not None and self._engine is not None:
            self._engine.unwatch(echoing.stream)
            echoing.stream = None

    def take(self, now: float) -> list[Measurement]:
        """One measurement a target, of the interval since the last take; none where nothing is known yet."""
        taken = (self._measurement(echoing, now) for echoing in self._by_target.values())
        return [measurement for measurement in taken if measurement is not None]

    def _measurement(self, echoing: Echoing, now: float) -> Measurement | None:
        target, stream = echoing.probe.target, echoing.stream
        if stream is None:
            return Measurement("icmp", target, now, {}, echoing.reason) if echoing.reason else None
        taken = values_of(stream.take())
        if stream.state is None and stream.reason is None:
            return None
        return measured(stream, now, taken)
