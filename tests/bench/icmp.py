"""The echo engine beside fping, an echo a second: CPU per ping, round-trip time on loopback, false loss."""

import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass

from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from tests.netns import Host, lab

SECONDS = 6
TARGETS = (10, 200, 1000)
BLOCKED_SECONDS = 0.005
BLOCKED_EVERY_SECONDS = 0.020


@dataclass(frozen=True)
class Pings:
    """What one program did. On loopback the true round-trip time is a few µs, and nothing is lost."""

    count: int
    lost: int
    cpu_seconds: float
    rtts_seconds: list[float]

    @property
    def cpu_us(self) -> float:
        return self.cpu_seconds / self.count * 1e6

    def __str__(self) -> str:
        percentiles = statistics.quantiles(self.rtts_seconds, n=100, method="inclusive")
        rtt = f"RTT p50 {percentiles[49] * 1e6:.0f} p99 {percentiles[98] * 1e6:.0f} µs"
        return f"{self.cpu_us:.0f} µs of CPU a ping, {rtt}, {self.lost} of {self.count} lost"


def run() -> list[tuple[str, str]]:
    if os.geteuid() != 0 or shutil.which("fping") is None:
        return [("icmp", "needs root and fping")]
    rows = [("icmp", f"an echo a second to each loopback target, {SECONDS} s")]
    with lab() as built:
        host = built.host("bench")
        for count in TARGETS:
            addresses = [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(count)]
            ours, theirs = asyncio.run(_ours(host, addresses)), _fping(host, addresses)
            rows.append((f"{count} targets", f"{ours}; CPU to fping {ours.cpu_us / theirs.cpu_us:.2f}"))
            rows.append((f"{count} targets by fping", str(theirs)))
        blocked = asyncio.run(_ours_while_blocked(host, addresses))
        rows.append((f"{count}, blocked 5 of 20 ms", str(blocked)))
    return rows


async def _ours(host: Host, addresses: list[str]) -> Pings:
    engine = EchoEngine(Flips())
    with host.entered():
        await engine.open()
    streams = [engine.watch(address, address) for address in addresses]
    await asyncio.sleep(1.5)
    for stream in streams:
        stream.take()
    cpu_seconds, rtts_seconds = 0.0, list[float]()
    for _ in range(SECONDS):
        before = time.process_time()
        await asyncio.sleep(1)
        cpu_seconds += time.process_time() - before
        # A second holds one echo of a target, or two: the least and the greatest are all there are.
        for values in [stream.take() for stream in streams]:
            if values.rtt_min_seconds is not None and values.rtt_max_seconds is not None:
                rtts_seconds += {values.rtt_min_seconds, values.rtt_max_seconds}
    totals = [stream.take() for stream in streams]
    engine.close()
    lost = sum(total.echo_requests_total - total.echo_replies_total for total in totals)
    return Pings(SECONDS * len(addresses), lost, cpu_seconds, rtts_seconds)


async def _ours_while_blocked(host: Host, addresses: list[str]) -> Pings:
    blocking = asyncio.create_task(_block())
    pings = await _ours(host, addresses)
    blocking.cancel()
    with suppress(asyncio.CancelledError):
        await blocking
    return pings


async def _block() -> None:
    while True:
        time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251
        await asyncio.sleep(BLOCKED_EVERY_SECONDS - BLOCKED_SECONDS)


def _fping(host: Host, addresses: list[str]) -> Pings:
    """Without its start-up: what one round costs is taken off."""
    start_cpu_seconds, _ = _fping_rounds(host, addresses, 1)
    cpu_seconds, said = _fping_rounds(host, addresses, SECONDS + 1)
    results = [result for line in said.splitlines() for result in line.partition(" : ")[2].split()]
    rtts_seconds = [float(result) / 1000 for result in results if result != "-"]
    pings = SECONDS * len(addresses)
    return Pings(pings, results.count("-"), cpu_seconds - start_cpu_seconds, rtts_seconds)


def _fping_rounds(host: Host, addresses: list[str], rounds: int) -> tuple[float, str]:
    """CPU seconds, and a line for each target: `127.0.0.1 : 0.031 0.028 -`, in milliseconds."""
    spacing_ms = min(10, 1000 // len(addresses))
    options = ("-q", "-C", str(rounds), "-p", "1000", "-i", str(spacing_ms))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = host.command("fping", *options, *addresses)
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, said


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
