"""The whole collector: a measurement that it took is on its strip after a restart."""

import asyncio
import contextlib
import time
from pathlib import Path

from collector.allinone import machine
from collector.config import CollectorConfig
from collector.past import Cell, MeasuredPath
from collector.program import Collector, listener, run
from collector.streams.ingestion import Message
from tests.collector.waiting import until
from tests.free_ports import free_port
from wire.report import Body, Table, encode_body, seal
from wire.topics import topic

BOOT_SECONDS = 5000.0


def report(agent: str, target: str) -> Message:
    table = Table("icmp", [target], [0], {"icmp_loss_ratio": [0.25], "icmp_rtt_median_seconds": [0.004]})
    payload = seal(
        encode_body(Body(BOOT_SECONDS, tables=[table])),
        stream="00c0ffee00c0ffee",
        seq=1,
        base=1,
        boot="b1",
        sent=BOOT_SECONDS,
        offset=time.time() - BOOT_SECONDS,
        clock="ntp",
    )
    return Message(topic(agent, "report"), payload, time.clock_gettime(time.CLOCK_BOOTTIME))


async def running(config: CollectorConfig, collector: Collector, *messages: Message) -> None:
    """Until it has taken the messages."""
    async with asyncio.timeout(30):
        with contextlib.closing(listener(config.web)) as bound:
            task = asyncio.create_task(run(collector, bound))
            await until(lambda: collector.past.paths.count)
            await collector.pipeline.take(messages)
            collector.intake.stop()
            await task


async def test_a_measurement_is_on_its_strip_after_a_restart(tmp_path: Path) -> None:
    config = machine.prepare(tmp_path, free_port(), free_port())
    first = Collector(config)
    agent = next(iter(first.city.sites))
    await running(config, first, report(agent, "gateway"))
    again = Collector(config)
    await running(config, again)
    cells = [cell for cell in again.past.cells(MeasuredPath(agent, "icmp", "gateway")) if cell.measured]
    assert cells == [Cell(up=1, loss=0.25, typical=0.004, worst=0.004)]
