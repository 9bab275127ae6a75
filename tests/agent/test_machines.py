"""Several agents of one process, each on a machine of its own: the seam that the demo uses."""

import time
from contextvars import copy_context
from pathlib import Path

from agent.clock import MACHINE, Machine, boot_id, boot_now
from agent.config import SpoolLimits
from agent.delivery.worker import DeliveryWorker


def started_an_hour_ago(boot: str) -> Machine:
    return Machine(boot, time.clock_gettime(time.CLOCK_BOOTTIME) - 3600)


def seen_on(machine: Machine) -> tuple[str, float]:
    MACHINE.set(machine)
    return boot_id(), boot_now()


def test_each_machine_has_its_own_boot_and_boot_clock() -> None:
    boot, now = copy_context().run(seen_on, started_an_hour_ago("first"))
    assert boot == "first"
    assert 3600 <= now < 3660
    assert boot_now() > 0
    assert boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


async def test_the_thread_of_an_agents_delivery_is_on_the_agents_machine(tmp_path: Path) -> None:
    MACHINE.set(started_an_hour_ago("second"))
    async with DeliveryWorker(tmp_path, SpoolLimits()) as worker:
        presence = await worker.offline_presence()
        assert presence.boot == "second"
        assert 3600 <= await worker._run(boot_now) < 3660
