"""The worker without a network: a report is on disk, and the log has each condition once."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.clock import boot_now
from agent.config import SpoolLimits
from agent.delivery.worker import DeliveryWorker
from agent.spool import SpoolInUse
from tests.agent.spool.bodies import body


async def test_a_report_is_on_disk_without_any_session(tmp_path: Path) -> None:
    async with DeliveryWorker(tmp_path, SpoolLimits()) as worker:
        await worker.put(body(boot_now(), measurements=4))
        assert worker.woken.is_set()
        assert worker.held_reports == 1
    async with DeliveryWorker(tmp_path, SpoolLimits()) as worker:
        await worker.put(body(boot_now(), measurements=4))
        assert worker.held_reports == 2
        assert worker.vitals()["agent_spooled_measurements"] == 8


async def test_two_agents_can_t_use_one_folder(tmp_path: Path) -> None:
    async with DeliveryWorker(tmp_path, SpoolLimits()):
        with pytest.raises(SpoolInUse):
            async with DeliveryWorker(tmp_path, SpoolLimits()):
                pass


async def test_a_refused_probe_is_one_condition_in_the_log_and_one_line_at_its_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "agent.delivery.worker")
    async with DeliveryWorker(tmp_path, SpoolLimits()) as worker:
        await worker.assigned(7, ["tcp bank: refused"], probes=3)
        for _ in range(2):
            await worker.put(body(boot_now()))
        assert "tcp bank" in worker.conditions()["refused"]
        await worker.assigned(8, probes=3)
        await worker.put(body(boot_now()))
    begun, ended = caplog.messages
    assert begun.startswith("refused: not measured: tcp bank: refused")
    assert ended == "refused: over"


def test_the_way_to_the_disk_loads_no_network() -> None:
    loaded = "import sys, agent.delivery.worker; print('aiomqtt' in sys.modules, 'paho' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
