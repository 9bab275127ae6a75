"""The collector as a whole: half of it never lives on."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from collector.allinone import machine
from collector.config import CollectorConfig
from collector.program import Collector, listener, run
from tests.free_ports import free_port


@pytest.fixture
def config(tmp_path: Path) -> CollectorConfig:
    """Its broker does not run."""
    return machine.prepare(tmp_path, free_port(), free_port())


async def broken(*_: object, **__: object) -> None:
    raise OSError("broke")


async def running(config: CollectorConfig) -> None:
    async with asyncio.timeout(20):
        with contextlib.closing(listener(config.web)) as bound:
            await run(Collector(config), bound)


@pytest.mark.parametrize(
    "part",
    [
        "collector.program.Collector._tick",
        "collector.notify.sender.Sender.run",
        "collector.backfill.backfill.Backfill.run",
        "collector.program.WebServer.serve",
    ],
)
async def test_a_collector_ends_with_the_error_of_a_part(
    config: CollectorConfig, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, broken)
    with pytest.raises(OSError, match="broke"):
        await running(config)


async def test_a_collector_ends_when_its_web_server_does(
    config: CollectorConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends(*_: object, **__: object) -> None:
        return

    monkeypatch.setattr("collector.program.WebServer.serve", ends)
    await running(config)
