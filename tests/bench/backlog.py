"""A whole city reconnects with an hour's backlog at each agent: time to drain it, and how live reports fare.

The agents are the real uplink code on real spools, in a few processes of this machine; broker and collector
are the real programs. `python -m tests.bench.backlog --agents 1000` for the size of the budget.
"""

import argparse
import asyncio
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import psutil
from msgspec.structs import replace

from agent.clock import boot_id, boot_now
from agent.delivery.outbox import ReportOutbox
from agent.delivery.worker import DeliveryWorker
from agent.spool import Spool
from tests.bench.collecting import collecting
from tests.collector.waiting import until
from tests.servers.mosquitto import mosquitto
from tests.system.books import Account, audit
from tests.system.load import MEASUREMENTS, held_reports, realistic, uplinks
from tests.system.programs import REPOSITORY
from wire.messages import Ack
from wire.report import Body

REPORTS = 360
INTERVAL_SECONDS = 10.0
BACKLOG = "00000000000000aa"
PROCESSES = 2
DRAIN_AT_MOST_SECONDS = 900.0
CONFIG = REPOSITORY / "deploy" / "mosquitto" / "mosquitto.conf"
LIMITS = ("max_", "message_size_limit", "set_tcp_nodelay")
"""The lines of the deployed broker that matter here; the rest is TLS."""


class Timed(ReportOutbox):
    """The outbox, and a watch: from a live report's taking to the collector's word that it is stored."""

    delays: list[float]
    drained_at: float | None

    def __init__(self, *arguments: object, **settings: object) -> None:
        super().__init__(*arguments, **settings)  # type: ignore[arg-type]
        self.delays, self.drained_at = [], None
        self._waiting: dict[int, float] = {}

    def put(self, body: Body, now: float) -> int:
        seq = super().put(body, now)
        self._waiting[seq] = now
        return seq

    def acknowledged(self, ack: Ack, now: float) -> None:
        super().acknowledged(ack, now)
        if ack.stream == BACKLOG:
            if ack.stored == [(1, REPORTS)] and self.drained_at is None:
                self.drained_at = now
            return
        for low, high in ack.stored:
            for seq in [seq for seq in self._waiting if low <= seq <= high]:
                self.delays.append(now - self._waiting.pop(seq))


class Told(NamedTuple):
    """By one process of agents, of all its agents. Times are on the boot clock."""

    drained_at: list[float]
    delays: list[float]
    cpu_seconds: float


def run(agents: int = 100) -> list[tuple[str, str]]:
    names = [f"site-{number:04}" for number in range(agents)]
    options = [line for line in CONFIG.read_text().splitlines() if line.startswith(LIMITS)]
    with (
        tempfile.TemporaryDirectory() as directory,
        mosquitto(Path(directory) / "broker", ["allow_anonymous true", *options]) as broker,
    ):
        folder = Path(directory)
        _fill(folder, names)
        program = collecting(folder, names, broker.port)
        try:
            began, told = _reconnect(folder, names, broker.port)
            process = psutil.Process(program.process.pid)
            cpu, peak = sum(process.cpu_times()[:2]), _peak_mib(process.pid)
        finally:
            program.stop()
        account = audit(folder, names, folder / "pantau.sqlite")
    return list(_rows(agents, began, told, cpu, peak, account))


def _fill(folder: Path, names: list[str]) -> None:
    """An hour that was taken without a broker, the same at each agent."""
    hour, now = folder / "hour" / "spool.db", boot_now()
    some = realistic(seed=1)
    with closing(Spool(hour, stream=BACKLOG, boot=boot_id())) as spool:
        for number in range(REPORTS):
            at = now - INTERVAL_SECONDS * (REPORTS - number)
            spool.append(replace(some[number % len(some)], at=round(at, 3)))
    for name in names:
        (folder / name).mkdir()
        shutil.copy(hour, folder / name)


def _reconnect(folder: Path, names: list[str], port: int) -> tuple[float, list[Told]]:
    """When all agents began to connect, and what their processes told when all was delivered."""
    spawn = multiprocessing.get_context("spawn")
    pipes = []
    for number in range(PROCESSES):
        ours, theirs = spawn.Pipe()
        mine = names[number::PROCESSES]
        spawn.Process(target=_agents, args=(folder, mine, port, theirs), daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    began = boot_now()
    for pipe in pipes:
        pipe.send(None)
    told = []
    for pipe in pipes:
        pipe.recv()
    for pipe in pipes:
        pipe.send(None)
        told.append(pipe.recv())
    return began, told


def _agents(folder: Path, names: list[str], port: int, pipe: Connection) -> None:
    with patch("agent.delivery.worker.ReportOutbox", Timed):
        pipe.send(asyncio.run(_drain(folder, names, port, pipe)))


async def _drain(folder: Path, names: list[str], port: int, pipe: Connection) -> Told:
    pipe.send(None)
    pipe.recv()
    began = time.process_time()
    async with uplinks(folder, port, names) as opened:
        live = [
            asyncio.create_task(_live(worker, INTERVAL_SECONDS * number / len(opened)))
            for number, worker in enumerate(opened.values())
        ]
        watches = [_watch(worker) for worker in opened.values()]
        await until(lambda: all(watch.drained_at for watch in watches), DRAIN_AT_MOST_SECONDS)
        spent = time.process_time() - began
        pipe.send(None)
        await asyncio.to_thread(pipe.recv)
        for task in live:
            task.cancel()
        await until(lambda: not any(map(held_reports, opened.values())), DRAIN_AT_MOST_SECONDS)
    delays = [delay for watch in watches for delay in watch.delays]
    return Told([watch.drained_at or 0.0 for watch in watches], delays, spent)


async def _live(worker: DeliveryWorker, first: float) -> None:
    """An agent goes on measuring."""
    some = realistic(seed=2)
    await asyncio.sleep(first)
    while True:
        for body in some:
            due = boot_now() + INTERVAL_SECONDS
            await worker.put(replace(body, at=round(boot_now(), 3)))
            await asyncio.sleep(due - boot_now())


def _watch(worker: DeliveryWorker) -> Timed:
    outbox = worker._outbox
    assert isinstance(outbox, Timed)
    return outbox


def _peak_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _rows(
    agents: int, began: float, told: list[Told], cpu: float, peak: float, account: Account
) -> Iterator[tuple[str, str]]:
    reports = agents * REPORTS
    drained = sorted(at - began for one in told for at in one.drained_at)
    delays = sorted(delay for one in told for delay in one.delays)
    seconds, theirs = drained[-1], sum(one.cpu_seconds for one in told)
    yield "agents", f"{agents} in {PROCESSES} processes, each {REPORTS} reports × {MEASUREMENTS} measurements"
    half = drained[agents // 2]
    yield "drained", f"{seconds:.0f} s, half of the agents in {half:.0f} s; {reports / seconds:.0f} reports/s"
    p50, p99 = (delays[int(len(delays) * part)] for part in (0.5, 0.99))
    yield "live delay meanwhile", f"p50 {p50:.2f} s, p99 {p99:.2f} s, max {delays[-1]:.2f} s (budget < 10 s)"
    yield "taken, stored, lost or doubled", f"{account.taken}, {account.stored}, {len(account.wrong)}"
    yield "came again", f"{account.answered_again / account.taken:.2%} of the measurements"
    yield "collector", f"{peak:.0f} MiB at most, {cpu:.0f} CPU-s, {cpu / reports * 1e6:.0f} µs a report"
    yield "agents' CPU", f"{theirs:.0f} CPU-s, {theirs / reports * 1e6:.0f} µs a report"
    yield from (("WRONG", complaint) for complaint in account.wrong[:5])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.bench.backlog", description=__doc__)
    parser.add_argument("--agents", type=int, default=100)
    for name, value in run(parser.parse_args(sys.argv[1:]).agents):
        print(f"{name:24} {value}")
