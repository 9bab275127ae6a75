"""One box floods the broker beside twenty that report each second: how late are the others' live reports?

Broker and collector are the real ones, with TLS. `python -m tests.bench.flood --seconds 30` measures small
and large messages, at QoS 0 and 1. Needs root, for a network that leads nowhere.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import patch

from msgspec.structs import replace

from agent.clock import boot_now
from agent.delivery.mqtt import BrokerSession
from agent.delivery.worker import DeliveryWorker
from runtime.broker.settings import Broker
from tests.alone import alone
from tests.bench.backlog import Timed
from tests.system.enrolling_room import EnrollingRoom, enrolling_room
from tests.system.intruder import certificate
from tests.system.load import LIMITS, realistic
from tests.system.programs import REPOSITORY, get, samples

AGENTS = tuple(f"site-{number:02}" for number in range(20))
FLOODER = "loud"
KINDS = ((0, 100), (1, 100), (0, 100_000), (1, 100_000))
"""QoS and bytes of a message."""
SETTLED_SECONDS = 5.0
AFTERWARDS_SECONDS = 15.0


def run(seconds: float, kinds: Sequence[tuple[int, int]] = KINDS) -> Iterator[tuple[str, str]]:
    for qos, size in kinds:
        with (
            tempfile.TemporaryDirectory() as directory,
            alone(),
            enrolling_room(Path(directory), sites=(*AGENTS, FLOODER), verbose=False) as room,
            patch("agent.delivery.worker.ReportOutbox", Timed),
        ):
            yield f"QoS {qos}, {size} bytes", asyncio.run(_measure(room, qos, size, seconds))


async def _measure(room: EnrollingRoom, qos: int, size: int, seconds: float) -> str:
    async with AsyncExitStack() as stack:
        workers = []
        for seed, agent in enumerate(AGENTS):
            worker = await stack.enter_async_context(DeliveryWorker(room.folder / agent, LIMITS))
            await stack.enter_async_context(BrokerSession(agent, _broker(room, agent), worker, _ignore))
            workers.append((worker, realistic(seed)))
        reporting = asyncio.create_task(_report(workers))
        await asyncio.sleep(SETTLED_SECONDS)
        began = [len(_delays(worker)) for worker, _ in workers]
        sent = await asyncio.to_thread(_flood, room, qos, size, seconds)
        await asyncio.sleep(AFTERWARDS_SECONDS)
        reporting.cancel()
        delays = sorted(
            delay for (worker, _), at in zip(workers, began, strict=True) for delay in _delays(worker)[at:]
        )
        expected = len(AGENTS) * (seconds + AFTERWARDS_SECONDS)
        middle, late = delays[len(delays) // 2], delays[len(delays) * 99 // 100]
        return (
            f"{sent / seconds:.0f} messages/s; of {expected:.0f} live reports {len(delays)} acknowledged, p50"
            f" {middle:.2f}, p99 {late:.2f}, at most {delays[-1]:.2f} s; {_counts(room)}"
        )


async def _report(workers: Sequence[tuple[DeliveryWorker, list]]) -> None:  # type: ignore[type-arg]
    due, number = boot_now(), 0
    while True:
        for worker, bodies in workers:
            await worker.put(replace(bodies[number % len(bodies)], at=round(boot_now(), 3)))
        number, due = number + 1, due + 1.0
        await asyncio.sleep(max(0.0, due - boot_now()))


def _delays(worker: DeliveryWorker) -> list[float]:
    outbox = worker._outbox
    assert isinstance(outbox, Timed)
    return outbox.delays


def _flood(room: EnrollingRoom, qos: int, size: int, seconds: float) -> int:
    trust = room.folder / "authority" / "trust.pem"
    shown = (str(room.broker.port), str(trust), str(certificate(room, FLOODER)), FLOODER)
    command = [sys.executable, "-m", "tests.system.flooder", *shown, str(qos), str(size), str(seconds)]
    return int(subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout)


def _broker(room: EnrollingRoom, agent: str) -> Broker:
    own = str(certificate(room, agent))
    trust = str(room.folder / "authority" / "trust.pem")
    return Broker(port=room.broker.port, ca_file=trust, certificate_file=own, key_file=own)


def _counts(room: EnrollingRoom) -> str:
    text = get(f"{room.page}/metrics") or ""
    found = samples(text)
    names = ("queue_dropped_messages_total", "refused_messages_total", "over_rate_messages_total")
    values = {name: sum(one.value for one in found.get(f"pantau_collector_{name}", [])) for name in names}
    return ", ".join(f"{name} {value:.0f}" for name, value in values.items())


async def _ignore(_: bytes) -> None:
    """These agents do as they like."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    for name, value in run(parser.parse_args().seconds):
        print(f"| {name} | {value} |", flush=True)
