"""SNMP: the CPU of a poll, and how long the event loop is held up while 30 switches are polled at once.

The switches are one snmpd with 50 ports. Beside a poll stands snmpbulkwalk of the same columns. Lag is what
a sleep of 10 ms takes beyond it.
"""

import asyncio
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path

import msgspec

import agent.probes.snmp.secrets
from agent.net.allow import UNRESTRICTED
from agent.probes.snmp.manager import Manager
from tests.agent.probes.unrestricted import measure
from tests.bench import bulkwalk
from tests.bench.bulkwalk import walked
from tests.free_ports import free_port
from tests.servers.snmpd import COMMUNITY, snmpd, user
from wire.probes import Snmp
from wire.profile import SnmpTable, numbers
from wire.profiles import builtin, known

PORTS = range(1001, 1051)
SWITCHES = 30
A_CELL = f"{bulkwalk.TREE}.31.1.1.1.6.{PORTS[0]}"
ROUNDS = 5
TICK_SECONDS = 0.01


def run() -> list[tuple[str, str]]:
    port = free_port()
    everywhere = ",".join(f"udp:127.0.0.{number}:{port}" for number in range(2, 31))
    lines = [f"agentaddress {everywhere}", *_switch()]
    with tempfile.TemporaryDirectory() as name, snmpd(Path(name), lines, port):
        secrets = {"community": COMMUNITY, "auth": bulkwalk.AUTH_KEY, "priv": bulkwalk.PRIV_KEY}
        for secret, text in secrets.items():
            (Path(name) / secret).write_text(text)
        agent.probes.snmp.secrets.DIRECTORY = Path(name)
        gc.freeze()  # as the agent's program does with all that it loads
        return asyncio.run(_measured(port))


def _switch() -> list[str]:
    """IF-MIB's columns of each port, in words of snmpd.conf(5)."""
    lines = user("reader", "SHA-256", bulkwalk.AUTH_KEY, bulkwalk.PRIV_KEY) + bulkwalk.access(_columns())
    for port in PORTS:
        lines += [f"override .1.3.6.1.2.1.31.1.1.1.1.{port} octet_str GigabitEthernet0/0/{port}"]
        lines += [f"override .1.3.6.1.2.1.31.1.1.1.18.{port} octet_str ke-Dinas-{port}"]
        lines += [f"override .1.3.6.1.2.1.31.1.1.1.15.{port} uinteger 1000"]
        for column in (".31.1.1.1.6", ".31.1.1.1.10", ".2.2.1.13", ".2.2.1.14", ".2.2.1.19", ".2.2.1.20"):
            lines += [f"override .1.3.6.1.2.1{column}.{port} counter {port * 1234567}"]
        lines += [f"override .1.3.6.1.2.1.2.2.1.{column}.{port} integer 1" for column in (7, 8)]
    return lines


def _columns() -> list[str]:
    """The columns that a poll reads of a device that has them all."""
    table = _table()
    texts = table.info.texts.values() if table.info else ()
    where = [table.where.oid] if table.where else []
    return [*table.row[:2], *where, *(readings[0].oid for readings in table.values.values()), *texts]


async def _measured(port: int) -> list[tuple[str, str]]:
    v2c = Snmp("switch", "127.0.0.1", ["interfaces"], community_file="community", port=port)
    v3 = Snmp(
        "switch", "127.0.0.1", v2c.profiles, user="reader", auth_file="auth", priv_file="priv", port=port
    )
    started = time.process_time()
    await measure(v2c)
    first = time.process_time() - started
    await measure(v3)
    cells, walk = await _walk(v2c)
    by_v2c, by_v3 = (walked(port, security, A_CELL) for security in (bulkwalk.V2C, bulkwalk.V3))
    idle = await _lag(asyncio.sleep(2.0))
    switches = [msgspec.structs.replace(v2c, target=f"switch{n}") for n in range(SWITCHES)]
    busy = [await _lag(_polls(switches)) for _ in range(ROUNDS)]
    quietest = min(busy, key=_p99)
    many = msgspec.structs.replace(v2c, profiles=list(known()))
    return [
        ("CPU of the first poll", f"{first * 1e3:.0f} ms, with what is loaded for it"),
        (f"CPU of a poll of {len(PORTS)} ports, v2c", by_v2c.beside(await _cpu(v2c) * 1e3)),
        ("CPU of a poll, v3 with privacy", by_v3.beside(await _cpu(v3) * 1e3)),
        (f"CPU of a poll, all {len(many.profiles)} profiles", f"{await _cpu(many) * 1e3:.1f} ms"),
        ("CPU of a walk", f"{walk * 1e6 / cells:.0f} µs a cell, {cells} cells"),
        ("event-loop lag, idle", _percentiles(idle)),
        (f"event-loop lag, {SWITCHES} at once", f"{_percentiles(quietest)}, the quietest of {ROUNDS} runs"),
        ("the p99 of each run", ", ".join(f"{_p99(lags) * 1e3:.1f}" for lags in busy) + " ms"),
        ("RSS with 30 of them", _memory(port, v2c.profiles)),
        ("RSS with 30 of them, all profiles", _memory(port, many.profiles)),
    ]


def _memory(port: int, profiles: list[str]) -> str:
    secrets = str(agent.probes.snmp.secrets.DIRECTORY)
    command = [sys.executable, "-m", "tests.bench.snmp_memory", secrets, str(port), *profiles]
    before, after = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return f"{after} MiB, {before} MiB before the first poll"


def _table() -> SnmpTable:
    (table,) = builtin("interfaces").tables
    return table


async def _cpu(probe: Snmp) -> float:
    """The least of some polls: others share this machine."""
    least = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        await measure(probe)
        least = min(least, time.process_time() - started)
    return least


async def _walk(probe: Snmp) -> tuple[int, float]:
    columns = [numbers(readings[0].oid) for readings in _table().values.values()]
    least, cells = float("inf"), 0
    manager = Manager()
    for _ in range(ROUNDS):
        async with manager.session(probe, UNRESTRICTED) as session:
            started = time.process_time()
            walk = await session.walk(dict.fromkeys(columns, 200))
            least = min(least, time.process_time() - started)
        cells = sum(map(len, walk.cells.values()))
    return cells, least


async def _polls(probes: list[Snmp]) -> None:
    for _ in range(ROUNDS):
        await asyncio.gather(*map(measure, probes))


async def _lag(work: Coroutine[None, None, None]) -> list[float]:
    lags: list[float] = []
    running = asyncio.create_task(work)
    while not running.done():
        started = time.monotonic()
        await asyncio.sleep(TICK_SECONDS)
        lags.append(time.monotonic() - started - TICK_SECONDS)
    await running
    return sorted(lags)


def _p99(lags: list[float]) -> float:
    return lags[int(len(lags) * 0.99)]


def _percentiles(lags: list[float]) -> str:
    p50 = lags[len(lags) // 2]
    return f"p50 {p50 * 1e3:.1f} ms, p99 {_p99(lags) * 1e3:.1f} ms, most {lags[-1] * 1e3:.1f} ms"


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:34} {value}", flush=True)
