"""The icmp probes in force, on the shared engine: their addresses, and what is said of them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.clock import boot_now
from agent.net.addresses import resolve
from agent.net.allow import UNRESTRICTED, Allow
from agent.probes.icmp import permission
from agent.probes.icmp import streams as icmp
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.sockets import IcmpNotPermitted
from agent.probes.icmp.streams import IcmpProbes
from agent.probes.measurement import Measurement
from tests.alone import alone
from tests.netns import needs_namespaces
from wire.probes import Icmp

pytestmark = needs_namespaces


@asynccontextmanager
async def running() -> AsyncIterator[IcmpProbes]:
    probes = IcmpProbes(UNRESTRICTED)
    with alone():
        engine = EchoEngine(Flips())
        await engine.open()
        task = asyncio.create_task(probes.run(engine))
        try:
            yield probes
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            engine.close()


async def said_of(probes: IcmpProbes, target: str, reason: str) -> Measurement:
    """The first measurement of it with that reason."""
    async with asyncio.timeout(20):
        while True:
            for measurement in probes.take(boot_now()):
                if (measurement.target, measurement.reason) == (target, reason):
                    return measurement
            await asyncio.sleep(0.05)


async def never(_: str, allow: Allow) -> str:
    await asyncio.sleep(3600)
    raise AssertionError


async def test_a_name_server_that_is_gone_keeps_no_other_target_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icmp, "LOOKUP_TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr(
        icmp, "resolve", lambda address, allow: (never if "example" in address else resolve)(address, allow)
    )
    far, near = Icmp("far", "mail.example", 0.25), Icmp("near", "127.0.0.2", 0.25)
    async with running() as probes:
        probes.assign([far])
        await asyncio.sleep(0)
        probes.assign([far, near])
        assert (await said_of(probes, "near", "")).values["icmp_echo_replies_total"] >= 1
        assert (await said_of(probes, "far", "resolve")).values == {}


async def test_a_place_or_a_zone_that_this_machine_lacks_is_named() -> None:
    async with running() as probes:
        probes.assign([Icmp("gateway", "@gateway"), Icmp("modem", "fe80::1%nowhere0")])
        await said_of(probes, "gateway", "unreachable")
        await said_of(probes, "modem", "setting")


async def test_without_permission_each_target_says_so() -> None:
    probes = IcmpProbes(UNRESTRICTED)
    task = asyncio.create_task(probes.run(None))
    probes.assign([Icmp("near", "127.0.0.2")])
    await said_of(probes, "near", "permission")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_command_that_allows_icmp_takes_effect_without_a_restart(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "agent.probes.icmp.permission")
    monkeypatch.setattr(permission, "TRY_AGAIN_SECONDS", 0.1)
    opened = EchoEngine.open

    async def refused(_: EchoEngine) -> None:
        raise IcmpNotPermitted

    monkeypatch.setattr(EchoEngine, "open", refused)
    probes = IcmpProbes(UNRESTRICTED)
    probes.assign([Icmp("near", "127.0.0.2", 0.25)])
    with alone():
        task = asyncio.create_task(permission.run_icmp(probes, Flips()))
        try:
            await said_of(probes, "near", "permission")
            monkeypatch.setattr(EchoEngine, "open", opened)
            assert (await said_of(probes, "near", "")).values["icmp_echo_replies_total"] >= 1
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    refusal, permitted = caplog.messages
    assert "net.ipv4.ping_group_range" in refusal
    assert refusal.endswith("it takes effect within 0.1 s, without a restart")
    assert permitted == "ICMP is permitted now"
