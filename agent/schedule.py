"""Probes on their beats, measurements into reports. What is due in one slot starts together."""

import asyncio
import logging
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from agent.assignment import Work
from agent.clock import boot_now
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.net.shortage import Shortage
from agent.probes import measure_rows
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.streams import IcmpProbes
from agent.probes.measurement import Measurement, Row
from agent.report import bodies
from runtime.waiting import wait_at_most
from wire.probes import Icmp, Probe, Snmp, address, kind
from wire.report import Body

log = logging.getLogger(__name__)

SLOT_SECONDS = 0.25
FIRST_REPORT_SECONDS = 2.0  # whoever installs an agent is waiting for it
MAX_RUNNING = 50
MAX_POLLS = 32
"""Devices polled by SNMP at once. Others wait, the longest waiting first: what began is finished."""
POLL_SPREAD_SECONDS = 0.5
"""For each device, of the time over which first polls are spread: 100 devices take 50 s of their 60."""
MAX_WAITING_MEASUREMENTS = 5000
SHORTAGE_SAID_EVERY_SECONDS = 3600.0


@dataclass(slots=True)
class Beat:
    """One probe and when it is due next, on the boot clock."""

    probe: Probe
    due: float
    running: asyncio.Task[None] | None = None
    waiting: bool = False


class Runner:
    """Runs the work in force.

    A flip of `flips` is reported at once. `put` takes a report body; `vitals` gives the agent's own values.
    """

    def __init__(
        self,
        icmp: IcmpProbes,
        flips: Flips,
        allow: Allow,
        put: Callable[[Body], Awaitable[None]],
        vitals: Callable[[], dict[str, float]],
    ) -> None:
        self._icmp = icmp
        self._flips = flips
        self._allow = allow
        self._put = put
        self._vitals = vitals
        self._beats: dict[tuple[str, str], Beat] = {}
        self._measured: deque[Measurement] = deque(maxlen=MAX_WAITING_MEASUREMENTS)
        self._interval_seconds = 10.0
        self._report_due = boot_now() + FIRST_REPORT_SECONDS
        self._woken = flips.woken  # one event for all that the schedule can't foresee
        self._say_short_from: dict[int, float] = {}
        self.missed_beats = 0
        self.dropped_measurements = 0

    def assign(self, work: Work) -> None:
        """Take new work at once; what did not change keeps its counters and its beat."""
        now = boot_now()
        before, self._beats = self._beats, {}
        soon = work.report_interval_seconds  # somebody waits; the polls of many devices take their period
        polls = max(soon, POLL_SPREAD_SECONDS * sum(isinstance(probe, Snmp) for probe in work.probes))
        for probe in work.probes:
            if isinstance(probe, Icmp):
                continue
            key = (kind(probe), probe.target)
            beat = before.pop(key, None)
            if beat is None or beat.probe != probe:
                _cancel(beat)
                spread = polls if isinstance(probe, Snmp) else soon
                beat = Beat(probe, now + _phase(key) * min(probe.period_seconds, spread))
            self._beats[key] = beat
        for gone in before.values():
            _cancel(gone)
        self._icmp.assign([probe for probe in work.probes if isinstance(probe, Icmp)])
        self._interval_seconds = work.report_interval_seconds
        self._report_due = min(self._report_due, now + self._interval_seconds)
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                now = boot_now()
                self._start(beat for beat in self._beats.values() if beat.due <= now)
                if self._flips or now >= self._report_due:
                    await self._report(boot_now())
                await self._until(self._next_due())
        finally:
            for beat in self._beats.values():
                _cancel(beat)

    async def close(self) -> None:
        """Once `run` is over: what was measured since the last report is reported too."""
        await self._report(boot_now())

    def _next_due(self) -> float:
        return min((self._report_due, *(beat.due for beat in self._beats.values() if not beat.waiting)))

    async def _until(self, due: float) -> None:
        slot = -(-due // SLOT_SECONDS) * SLOT_SECONDS
        await wait_at_most(self._woken, slot - boot_now())
        self._woken.clear()

    def _start(self, due: Iterable[Beat]) -> None:
        """A poll for which there is no room waits until one is over, at most until it is due again."""
        now = boot_now()
        running = [beat.probe for beat in self._beats.values() if beat.running is not None]
        polls = sum(isinstance(probe, Snmp) for probe in running)
        others = len(running) - polls
        for beat in sorted(due, key=lambda beat: beat.due):
            poll, period = isinstance(beat.probe, Snmp), beat.probe.period_seconds
            room = polls < MAX_POLLS if poll else others < MAX_RUNNING
            beat.waiting = poll and not room and beat.running is None and now - beat.due < period
            if beat.waiting:
                continue
            beat.due += period * (1 + (now - beat.due) // period)
            if beat.running is not None or not room:
                self.missed_beats += 1
                continue
            polls, others = polls + poll, others + (not poll)
            beat.running = asyncio.create_task(self._measure(beat))

    async def _measure(self, beat: Beat) -> None:
        probe, started, reason = beat.probe, boot_now(), ""
        rows = [Row({})]
        try:
            rows = await measure_rows(probe, self._allow)
        except Failed as failed:
            rows, reason = [Row(failed.values)], failed.reason
            if isinstance(failed, Shortage):
                self._say_short(failed)
        except Exception:
            named = (kind(probe), probe.target, address(probe))
            log.exception("probe %s of %s at %s broke; please report this", *named)
            reason = "protocol"
        finally:
            beat.running = None
            if isinstance(probe, Snmp):
                self._woken.set()  # another may wait for its room
        rows[0].values["probe_duration_seconds"] = boot_now() - started
        for row in rows:
            self._keep(Measurement(kind(probe), probe.target, started, row.values, reason, row.row, row.info))

    def _say_short(self, short: Shortage) -> None:
        """Once, however many probes run into it."""
        now = boot_now()
        if now >= self._say_short_from.get(short.number, now):
            log.warning("%s; what this agent can't measure is unknown, not down", short.detail)
            self._say_short_from[short.number] = now + SHORTAGE_SAID_EVERY_SECONDS

    def _keep(self, measurement: Measurement) -> None:
        self.dropped_measurements += len(self._measured) == MAX_WAITING_MEASUREMENTS
        self._measured.append(measurement)

    async def _report(self, now: float) -> None:
        """An urgent report carries only what is waiting; the streams and vitals keep their interval."""
        measured = [*self._measured, *self._flips.take()]
        self._measured.clear()
        if now >= self._report_due:
            self._report_due += self._interval_seconds * (
                1 + (now - self._report_due) // self._interval_seconds
            )
            measured += self._icmp.take(now)
            measured.append(Measurement("agent", "self", now, self._own()))
        for body in bodies(measured, now):
            await self._put(body)

    def _own(self) -> dict[str, float]:
        vitals = self._vitals()
        for count in ("agent_taken_measurements_total", "agent_dropped_measurements_total"):
            vitals[count] += self.dropped_measurements + self._flips.dropped  # no report had room for them
        return {"agent_missed_beats_total": self.missed_beats, **vitals}


def _cancel(beat: Beat | None) -> None:
    if beat is not None and beat.running is not None:
        beat.running.cancel()


def _phase(key: tuple[str, str]) -> float:
    """Where in its period a probe beats: spread, and the same after every restart."""
    return zlib.crc32("/".join(key).encode()) / 2**32
