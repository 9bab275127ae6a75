"""The whole collector: the working latency that it counted is there after a restart."""

import asyncio
import contextlib
import time
from pathlib import Path

from msgspec import structs

from agent.probes.measurement import Measurement
from agent.report import bodies
from collector.allinone import machine
from collector.config import CollectorConfig
from collector.program import Collector, listener, run
from collector.streams.ingestion import Message
from tests.collector.latency.loaded_link import CITY, DOWN_OCTETS_A_SECOND, LINK
from tests.collector.waiting import until
from tests.fakes.city import write
from tests.free_ports import free_port
from wire.report import encode_body, seal
from wire.topics import topic

BOOT_SECONDS = 5000.0
MINUTES = 10


def port_at(age: int) -> Measurement:
    """The port of the link, so many minutes ago, as an agent's poll has it."""
    values = {
        "interface_up": 1.0,
        "interface_speed_bits_per_second": 1e9,
        "interface_receive_bytes_total": 0.9 * DOWN_OCTETS_A_SECOND * 60 * (MINUTES - age),
        "interface_transmit_bytes_total": 0.0,
    }
    info = {"alias": LINK, "index": "1"}
    return Measurement("snmp", "router", BOOT_SECONDS - 60 * age, values, row="ether1", info=info)


def busy_minutes() -> Message:
    """The last ten minutes in one report, as an agent makes it: the port carries 90 % of the contract."""
    measured = [*map(port_at, range(MINUTES, -1, -1))]
    measured += [
        Measurement("icmp", "uplink", BOOT_SECONDS - 60 * age, {"icmp_rtt_median_seconds": 0.18})
        for age in range(MINUTES)
    ]
    (body,) = bodies(measured, BOOT_SECONDS)
    payload = seal(
        encode_body(body),
        stream="00c0ffee00c0ffee",
        seq=1,
        base=1,
        boot="b1",
        sent=BOOT_SECONDS,
        offset=time.time() - BOOT_SECONDS,
        clock="ntp",
    )
    return Message(topic("gradasi", "report"), payload, time.clock_gettime(time.CLOCK_BOOTTIME))


async def running(config: CollectorConfig, collector: Collector, *messages: Message) -> None:
    """Until it has taken the messages."""
    async with asyncio.timeout(30):
        with contextlib.closing(listener(config.web)) as bound:
            task = asyncio.create_task(run(collector, bound))
            await until(lambda: collector.past.paths.count)
            await collector.pipeline.take(messages)
            collector.intake.stop()
            await task


async def test_the_minutes_of_a_link_are_there_after_a_restart(tmp_path: Path) -> None:
    prepared = machine.prepare(tmp_path, free_port(), free_port())
    config = structs.replace(prepared, inventory=str(write(tmp_path / "city", CITY)))
    await running(config, Collector(config), busy_minutes())
    again = Collector(config)
    await running(config, again)
    found = again.latency.last_days(LINK, time.time(), 2)
    assert found is not None
    assert found.busy.minutes >= MINUTES - 1
    assert found.busy.rtt.median is not None
    assert abs(found.busy.rtt.median - 0.18) < 0.01
    assert found.idle.minutes == 0
