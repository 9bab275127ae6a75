"""The collector as a whole: half of it never lives on."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from collector.access import Asker, Visitor
from collector.allinone import machine
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.commands.remote import ask
from collector.config import Authority, CollectorConfig
from collector.program import Collector, listener, run
from tests.collector.waiting import until
from tests.free_ports import LOOPBACK, free_port


@pytest.fixture
def config(tmp_path: Path) -> CollectorConfig:
    """Its broker does not run."""
    return machine.prepare(tmp_path, free_port(), free_port())


async def broken(*_: object, **__: object) -> None:
    raise OSError("broke")


def listens(bound: socket.socket) -> bool:
    """Asked of the socket: a connection that ends within its handshake may outlast the loop."""
    return bool(bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


@contextlib.asynccontextmanager
async def collecting(config: CollectorConfig) -> AsyncIterator[Collector]:
    """It runs until the end of the block."""
    async with asyncio.timeout(20):
        with contextlib.closing(listener(config.web)) as bound:
            collector = Collector(config)
            task = asyncio.create_task(run(collector, bound))
            try:
                await until(lambda: listens(bound), seconds=15)
                yield collector
            finally:
                collector.intake.stop()
                await task


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


async def test_a_session_goes_on_after_a_restart_of_the_collector(
    config: CollectorConfig, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret")
    config = replace(config, web=replace(config.web, token_file=str(tmp_path / "token"), reading="signed-in"))
    async with collecting(config) as collector:
        asker = Asker(Visitor("machine", "admin"), "Tuti", "cli")
        await collector.access.add_account("sari", "viewer", "tepi-kapuas", asker)
        secret = await collector.access.sign_in("sari", "tepi-kapuas", "10.0.0.1")
    async with collecting(config) as collector:
        found = collector.access.register.session(secret, time.time())
        assert found is not None
        assert found[1].name == "sari"


async def test_at_the_first_start_over_tls_commands_here_trust_the_certificate(
    config: CollectorConfig, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret")
    folder = str(tmp_path / "authority")
    authority = Authority(["pantau.example"], directory=folder, host=LOOPBACK, port=free_port())
    AuthorityFolder(tmp_path / "authority").save(make_ca("Pontianak", time.time()))
    web = replace(config.web, token_file=str(tmp_path / "token"), tls="authority", reading="signed-in")
    config = replace(config, authority=authority, web=web)
    async with collecting(config):
        assert await asyncio.to_thread(ask, config, "/api/accounts", list[object]) == []
