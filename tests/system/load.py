"""Agents that report much and fast through the real delivery: a process that may be killed at any time.

Run as `python -m tests.system.load FOLDER PORT PERIOD_SECONDS AGENT…`: each agent has its spool in a folder
of its own in FOLDER, where `taken` grows by a byte with each measurement that is on disk.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from agent.clock import boot_now
from agent.config import SpoolLimits
from agent.delivery.mqtt import BrokerSession
from agent.delivery.worker import DeliveryWorker
from agent.report import bodies
from runtime.broker.settings import Broker
from tests.bench.reports import Site
from tests.collector.waiting import until
from wire.report import Body

MEASUREMENTS = 10
LIMITS = SpoolLimits()
DIFFERENT = 8  # bodies of an agent; after that they come again


async def _ignore(_: bytes) -> None:
    """These agents do as they like."""


@asynccontextmanager
async def uplinks(
    folder: Path, port: int, agents: Iterable[str], limits: SpoolLimits = LIMITS
) -> AsyncIterator[dict[str, DeliveryWorker]]:
    """All open and connecting; the agents' spools are where `folder` says."""
    async with AsyncExitStack() as stack:
        opened = {}
        for agent in agents:
            worker = await stack.enter_async_context(DeliveryWorker(folder / agent, limits))
            await stack.enter_async_context(BrokerSession(agent, Broker(port=port), worker, _ignore))
            opened[agent] = worker
        yield opened


async def drain(
    folder: Path, port: int, agents: Iterable[str], seconds: float, limits: SpoolLimits = LIMITS
) -> None:
    """Until nothing is held at any of these agents."""
    async with uplinks(folder, port, agents, limits) as opened:
        for worker in opened.values():
            await worker.put(Body(boot_now()))  # tells how much is held
        await until(lambda: not any(map(held_reports, opened.values())), seconds)


def held_reports(worker: DeliveryWorker) -> int:
    """As of the last that it put, or was answered."""
    return worker.held_reports


def realistic(seed: int) -> list[Body]:
    site = Site(seed)
    measured = [site.measurements()[-MEASUREMENTS:] for _ in range(DIFFERENT)]
    return [body for each in measured for body in bodies(each, each[0].at)]


async def _report(worker: DeliveryWorker, period_seconds: float, some: Sequence[Body], told: Path) -> None:
    due = boot_now()
    with told.open("ab", buffering=0) as taken:
        while True:
            for body in some:
                await worker.put(replace(body, at=round(boot_now(), 3)))
                taken.write(b"." * body.measurements())
                due = max(due + period_seconds, boot_now())
                await asyncio.sleep(due - boot_now())


async def _run(folder: Path, port: int, period_seconds: float, agents: Sequence[str]) -> None:
    async with uplinks(folder, port, agents) as opened:
        working = [
            asyncio.create_task(_report(worker, period_seconds, realistic(seed), folder / agent / "taken"))
            for seed, (agent, worker) in enumerate(opened.items())
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, lambda: [one.cancel() for one in working])
        await asyncio.wait(working)


if __name__ == "__main__":
    folder, port, period_seconds, *agents = sys.argv[1:]
    asyncio.run(_run(Path(folder), int(port), float(period_seconds), agents))
