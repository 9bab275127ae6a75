"""The queue between the echo engine and the schedule."""

import asyncio

import pytest

from agent.net.allow import UNRESTRICTED
from agent.probes.icmp import flips as queue
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.stream import EchoStream
from agent.probes.icmp.streams import IcmpProbes
from agent.schedule import Runner
from wire.report import Body


def stream(target: str) -> EchoStream:
    return EchoStream(target, "10.61.4.1", 1.0, 0)


def test_a_full_queue_drops_its_oldest_flip_and_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MAX_FLIPS", 3)
    flips = Flips()
    for number in range(5):
        flips.put(stream(f"t{number}"), float(number))
    assert flips.dropped == 2
    assert [(flip.target, flip.at) for flip in flips.take()] == [("t2", 2.0), ("t3", 3.0), ("t4", 4.0)]
    assert flips.take() == []


async def test_a_flip_is_reported_at_once_and_a_dropped_one_is_counted() -> None:
    flips, reported = Flips(), asyncio.Queue[Body]()
    vitals = {"agent_taken_measurements_total": 0.0, "agent_dropped_measurements_total": 0.0}
    runner = Runner(IcmpProbes(UNRESTRICTED), flips, UNRESTRICTED, reported.put, vitals.copy)
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(20):
        await reported.get()  # the first report of the agent's own values; the next is due in ten seconds
        flips.dropped = 2
        flips.put(stream("router"), 1.0)
        (urgent,) = (await reported.get()).tables
        (own,) = (await reported.get()).tables
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (urgent.kind, urgent.target) == ("icmp", ["router"])
    assert own.values["agent_dropped_measurements_total"] == [2.0]
    assert own.values["agent_taken_measurements_total"] == [2.0]


async def test_a_flip_that_came_last_is_reported_at_a_clean_stop() -> None:
    flips, reported = Flips(), asyncio.Queue[Body]()
    runner = Runner(IcmpProbes(UNRESTRICTED), flips, UNRESTRICTED, reported.put, dict)
    flips.put(stream("router"), 1.0)
    await runner.close()
    assert [table.target for table in reported.get_nowait().tables] == [["router"]]
