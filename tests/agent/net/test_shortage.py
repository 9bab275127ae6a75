"""Out of file descriptors, ports or memory: this machine's own trouble, never a finding about a target."""

import asyncio
import errno
import logging
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.assignment import Work
from agent.net.allow import UNRESTRICTED, Allow
from agent.net.failed import Failed
from agent.net.places import here
from agent.net.shortage import REMEDIES, Shortage
from agent.probes import dns, tcp
from agent.probes.http import measure as http
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.streams import IcmpProbes
from agent.probes.measurement import Row
from agent.probes.snmp import measure as snmp
from agent.schedule import Runner
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import failure_of
from wire.probes import NOT_RUN, Dns, Http, Probe, Snmp, Tcp
from wire.report import Body

assert all((dns, http, snmp, tcp))  # loaded before the descriptors are gone

PROBES = [
    Tcp("t", "127.0.0.1", 9),
    Dns("d", "127.0.0.1", "x.example", port=9),
    Http("h", "http://127.0.0.1:9/"),
    Http("s", "https://127.0.0.1:9/"),
    Snmp("n", "127.0.0.1", ["system"], "community"),
]


@contextmanager
def no_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (held[0] + 1, hard))
    try:
        with suppress(OSError):
            while True:
                held.append(os.dup(0))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for number in held:
            os.close(number)


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public\n")


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.target)
async def test_out_of_descriptors_is_unknown_and_not_down(probe: Probe) -> None:
    with no_descriptors():
        failed = await failure_of(probe)
    assert failed.reason in NOT_RUN


@pytest.mark.parametrize("place", ["@gateway", "@resolver"])
def test_a_file_of_the_system_s_that_can_t_be_opened_does_not_mean_none(place: str) -> None:
    with no_descriptors(), pytest.raises(Shortage, match="Too many open files; raise LimitNOFILE"):
        here(place)


@pytest.mark.parametrize("number", REMEDIES)
async def test_whatever_this_machine_lacks_is_its_own_affair(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lacking(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", lacking)
    failed = await failure_of(Tcp("t", "127.0.0.1", 9))
    assert isinstance(failed, Shortage)
    assert failed.detail.startswith(f"this machine: {os.strerror(number)}; ")


async def test_a_machine_without_the_address_family_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*_: object) -> None:
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))

    monkeypatch.setattr(socket, "socket", without)
    assert (await failure_of(Tcp("t", "::1", 9))).reason == "setting"


async def test_no_memory_is_no_finding_and_a_bug_of_ours_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(error: Exception) -> dict[str, float]:
        monkeypatch.setattr(tcp, "resolve_all", lambda *_: (_ for _ in ()).throw(error))
        return await measure(Tcp("t", "127.0.0.1", 9))

    with pytest.raises(Failed) as caught:
        await fails(MemoryError())
    assert caught.value.reason == "setting"
    with pytest.raises(FileNotFoundError):
        await fails(FileNotFoundError(errno.ENOENT, "gone"))


async def test_a_shortage_is_said_once_for_all_probes(caplog: pytest.LogCaptureFixture) -> None:
    async def short(_: Probe, allow: Allow) -> list[Row]:
        raise Shortage(errno.EMFILE)

    reported = asyncio.Queue[Body]()
    vitals = {"agent_taken_measurements_total": 0.0, "agent_dropped_measurements_total": 0.0}
    runner = Runner(IcmpProbes(UNRESTRICTED), Flips(), UNRESTRICTED, reported.put, vitals.copy, short)
    task = asyncio.create_task(runner.run())
    with caplog.at_level(logging.WARNING):
        runner.assign(Work(1, 2.0, [Tcp(f"t{n}", "127.0.0.1", 9, period_seconds=1.0) for n in range(5)]))
        async with asyncio.timeout(20):
            bodies = [await reported.get() for _ in range(2)]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert any(table.kind == "tcp" for body in bodies for table in body.tables)
    assert [record.getMessage() for record in caplog.records] == [
        "this machine: Too many open files; raise LimitNOFILE of its service; "
        "what this agent can't measure is unknown, not down"
    ]
