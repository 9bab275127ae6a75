"""The schedule starts each probe on its beat and puts the measurements into reports.

All probes that are due in one slot start together: the machine wakes up once.
"""

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
FIRST_REPORT_SECONDS = 2.0  # the person who installs an agent waits for it
MAX_RUNNING = 50
MAX_POLLS = 32
"""The agent polls so many SNMP devices at once. The others wait, and the one that waits longest is next."""
POLL_SPREAD_SECONDS = 0.5
"""Each device adds so much to the time of all first polls: 100 devices take 50 s of their period of 60 s."""
MAX_WAITING_MEASUREMENTS = 5000
SHORTAGE_WARNING_SECONDS = 3600.0

Measure = Callable[[Probe, Allow], Awaitable[list[Row]]]
"""It raises Failed, as measure_rows does."""


@dataclass(slots=True)
class Beat:
    """One probe, and the time of its next run on the boot clock."""

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
        measure: Measure = measure_rows,
    ) -> None:
        self._icmp = icmp
        self._flips = flips
        self._allow = allow
        self._put = put
        self._vitals = vitals
        self._measure_rows = measure
        self._beats: dict[tuple[str, str], Beat] = {}
        self._measured: deque[Measurement] = deque(maxlen=MAX_WAITING_MEASUREMENTS)
        self._interval_seconds = 10.0
        self._report_due = boot_now() + FIRST_REPORT_SECONDS
        self._woken = flips.woken  # one event for all that the schedule can't foresee
        self._warn_from: dict[int, float] = {}
        self.missed_beats = 0
        self.dropped_measurements = 0

    def assign(self, work: Work) -> None:
        """Take new work at once. A probe that did not change keeps its counters and its beat."""
        now = boot_now()
        before, self._beats = self._beats, {}
        soon = work.report_interval_seconds  # a person waits; the polls of many devices take their period
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
        """Run until cancelled."""
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
        """Report the last measurements, after `run` has ended."""
        await self._report(boot_now())

    def _next_due(self) -> float:
        return min((self._report_due, *(beat.due for beat in self._beats.values() if not beat.waiting)))

    async def _until(self, due: float) -> None:
        slot = -(-due // SLOT_SECONDS) * SLOT_SECONDS
        await wait_at_most(self._woken, slot - boot_now())
        self._woken.clear()

    def _start(self, due: Iterable[Beat]) -> None:
        """A poll without room waits until another poll ends, but not longer than one period."""
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
            rows = await self._measure_rows(probe, self._allow)
        except Failed as failed:
            rows, reason = [Row(failed.values)], failed.reason
            if isinstance(failed, Shortage):
                self._warn_of_shortage(failed)
        except Exception:
            named = (kind(probe), probe.target, address(probe))
            log.exception("probe %s of %s at %s broke; please report this", *named)
            reason = "protocol"
        finally:
            beat.running = None
            if isinstance(probe, Snmp):
                self._woken.set()  # another poll may wait for this room
        rows[0].values["probe_duration_seconds"] = boot_now() - started
        for row in rows:
            self._keep(
                Measurement(
                    kind(probe),
                    probe.target,
                    started,
                    row.values,
                    reason,
                    row.row,
                    row.info,
                    row.period_seconds,
                )
            )

    def _warn_of_shortage(self, short: Shortage) -> None:
        """One warning an hour for each kind of shortage, however many probes have it."""
        now = boot_now()
        if now >= self._warn_from.get(short.number, now):
            log.warning("%s; what this agent can't measure is unknown, not down", short.detail)
            self._warn_from[short.number] = now + SHORTAGE_WARNING_SECONDS

    def _keep(self, measurement: Measurement) -> None:
        self.dropped_measurements += len(self._measured) == MAX_WAITING_MEASUREMENTS
        self._measured.append(measurement)

    async def _report(self, now: float) -> None:
        """An early report has only the waiting measurements; streams and vitals keep their interval."""
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
    """The place of a probe in its period, from 0 to 1: by chance, but the same after every restart."""
    return zlib.crc32("/".join(key).encode()) / 2**32
