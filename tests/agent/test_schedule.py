"""Probes on their beats, and what becomes of the beats when the work changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.assignment import Work
from agent.clock import boot_now
from agent.net.allow import UNRESTRICTED, Allow
from agent.probes import measure_rows
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.streams import IcmpProbes
from agent.probes.measurement import Row
from agent.schedule import Measure, Runner
from tests.fakes.scripted import tcp_server
from wire.probes import Http, Probe, Snmp, Tcp
from wire.report import Body


class Visited:
    """A server that says when each connection came."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self._came = asyncio.Condition()

    async def script(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at.append(boot_now())
        async with self._came:
            self._came.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20), self._came:
            await self._came.wait_for(lambda: len(self.at) >= count)


@asynccontextmanager
async def running(measure: Measure = measure_rows) -> AsyncIterator[tuple[Runner, asyncio.Queue[Body]]]:
    reported = asyncio.Queue[Body]()
    vitals = {"agent_taken_measurements_total": 0.0, "agent_dropped_measurements_total": 0.0}
    runner = Runner(IcmpProbes(UNRESTRICTED), Flips(), UNRESTRICTED, reported.put, vitals.copy, measure)
    task = asyncio.create_task(runner.run())
    try:
        yield runner, reported
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def work(version: int, *probes: Probe) -> Work:
    return Work(version, 60.0, probes)


async def test_a_probe_that_stays_keeps_its_beat_however_often_the_work_changes() -> None:
    visited = Visited()
    async with tcp_server(visited.script) as port, running() as (runner, _):
        stays = Tcp("app", "127.0.0.1", port, period_seconds=1.0)
        runner.assign(work(1, stays))
        await visited.until(1)
        for version in range(2, 22):
            runner.assign(work(version, Tcp(f"other-{version}", "127.0.0.1", 9), stays))
            await asyncio.sleep(0.1)
        await visited.until(4)
        assert visited.at[3] - visited.at[0] == pytest.approx(3.0, abs=0.8)


async def test_a_clean_stop_reports_the_measurements_since_the_last_report() -> None:
    visited = Visited()
    async with tcp_server(visited.script) as port, running() as (runner, reported):
        runner.assign(work(1, Tcp("app", "127.0.0.1", port, period_seconds=1.0)))
        await reported.get()
        before = len(visited.at)
        await visited.until(before + 2)
        await runner.close()
        body = reported.get_nowait()
    assert {target for table in body.tables if table.kind == "tcp" for target in table.target} == {"app"}


async def test_a_probe_that_goes_is_stopped_in_the_middle_and_reports_nothing() -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        left.set()

    async with tcp_server(silent) as port, running() as (runner, reported):
        slow = Http("slow", f"http://127.0.0.1:{port}/", period_seconds=1.0, timeout_seconds=60.0)
        runner.assign(work(1, slow))
        async with asyncio.timeout(20):
            await asked.wait()
            runner.assign(work(2))
            await left.wait()
            body = await reported.get()
    assert [table.kind for table in body.tables] == ["agent"]


async def test_a_probe_longer_than_its_period_misses_beats_and_never_runs_twice() -> None:
    open_now, most = 0, 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await reader.read()
        open_now -= 1

    async with tcp_server(silent) as port, running() as (runner, _):
        runner.assign(
            work(1, Http("slow", f"http://127.0.0.1:{port}/", period_seconds=1.0, timeout_seconds=1.6))
        )
        async with asyncio.timeout(20):
            while runner.missed_beats < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert most == 1


@pytest.fixture
def polls() -> "Polls":
    return Polls()


class Polls:
    """In place of real ones: each takes a while, and it is seen how many run at once."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.running = 0
        self.most = 0

    async def measure(self, probe: Probe, allow: Allow) -> list[Row]:
        self.order.append(probe.target)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.05)
        self.running -= 1
        return [Row({})]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.order) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def devices(count: int, period_seconds: float) -> list[Probe]:
    return [
        Snmp(f"switch-{number}", "10.61.4.1", ["system"], "snmp", period_seconds=period_seconds)
        for number in range(count)
    ]


async def test_polls_that_find_no_room_wait_and_are_not_missed(
    polls: Polls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.schedule.MAX_POLLS", 2)
    monkeypatch.setattr("agent.schedule.POLL_SPREAD_SECONDS", 0.0)
    async with running(polls.measure) as (runner, _):
        runner.assign(Work(1, 0.01, devices(20, 5.0)))
        await polls.until(20)
        assert (polls.most, runner.missed_beats) == (2, 0)
        assert len(set(polls.order)) == 20


async def test_the_polls_of_many_devices_are_spread_over_their_period(polls: Polls) -> None:
    async with running(polls.measure) as (runner, reported):
        runner.assign(Work(1, 1.0, devices(100, 60.0)))
        await reported.get()
        assert 0 < len(polls.order) < 20
