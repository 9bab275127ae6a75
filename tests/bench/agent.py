"""The agent's whole cost: 10 ICMP targets at 1 Hz; 4 DNS, 4 HTTP and 2 TCP probes each 10 s; a real broker.

CPU is user + system of the process over the time after its start, scaled to an hour; memory is RSS and Pss at
the end.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.free_ports import free_port
from tests.netns import lab
from tests.servers.dnsmasq import dnsmasq
from tests.servers.mosquitto import mosquitto
from tests.servers.nginx import nginx
from tests.system.programs import Program, agent, collector, eventually, get, samples

SECONDS = 40.0
WARM_UP_SECONDS = 12.0
GATEWAY = "192.0.2.1"

CITY = """
[city]
name = "Bench"
resolvers = ["127.0.0.1"]
lookup_name = "app.example"
[sites.bench]
role = "noc"
name = "Bench"
probes = [
{probes}
]
[links]
up = {{ from = "bench", to = "internet" }}
"""


def run() -> list[tuple[str, str]]:
    if os.geteuid() != 0:
        return [("agent", "needs root, for a machine of its own")]
    with tempfile.TemporaryDirectory() as name, below_a_gateway():
        folder = Path(name)
        with mosquitto(folder / "broker") as broker, dnsmasq(53) as dns, nginx(folder / "nginx", {}) as web:
            (folder / "inventory").mkdir()
            probes = ",\n".join(_probes(dns, web.port))
            (folder / "inventory" / "city.toml").write_text(CITY.format(probes=probes))
            return _measured(folder, broker.port)


@contextmanager
def below_a_gateway() -> Iterator[None]:
    """On a machine of its own whose default gateway answers, and which leads nowhere else."""
    with lab() as built:
        bench, router = built.host("bench"), built.host("router")
        built.cable(bench, "192.0.2.2/24", router, f"{GATEWAY}/24")
        bench.run("ip", "route", "add", "default", "via", GATEWAY)
        with bench.entered():
            yield


def _probes(dns: int, web: int) -> list[str]:
    """With the gateway and the resolver, which every site has, they are 20."""
    icmp = [f'{{ kind = "icmp", target = "host{n}", address = "127.0.0.{n + 2}" }}' for n in range(9)]
    queries = [
        f'{{ kind = "dns", target = "dns{n}", address = "127.0.0.1", port = {dns}, name = "app.example" }}'
        for n in range(3)
    ]
    pages = [
        f'{{ kind = "http", target = "web{n}", url = "http://127.0.0.1:{web}/", period_seconds = 10 }}'
        for n in range(4)
    ]
    ports = [f'{{ kind = "tcp", target = "tcp{n}", address = "127.0.0.1", port = {web} }}' for n in range(2)]
    return icmp + queries + pages + ports


def _measured(folder: Path, broker: int) -> list[tuple[str, str]]:
    page = f"http://127.0.0.1:{(port := free_port())}"
    (folder / "collector.toml").write_text(f"[broker]\nport = {broker}\n[web]\nport = {port}\n")
    (folder / "agent.toml").write_text(
        f'agent = "bench"\ndirectory = "{folder / "agent"}"\n[broker]\nport = {broker}\n'
        '[allow]\nnetworks = ["127.0.0.0/8", "192.0.2.0/24"]\n'
    )
    watching = Program(collector("run", "--config", str(folder / "collector.toml")), folder / "collector.log")
    measuring = Program(agent("run", "--config", str(folder / "agent.toml")), folder / "agent.log")
    try:
        eventually(lambda: 'target="web3"' in (get(f"{page}/metrics/city") or ""), 40, measuring.said)
        time.sleep(WARM_UP_SECONDS)
        process = psutil.Process(measuring.process.pid)
        before = sum(process.cpu_times()[:2])
        time.sleep(SECONDS)
        cpu_seconds = sum(process.cpu_times()[:2]) - before
        memory = process.memory_full_info()
        successes = [one.value for one in samples(get(f"{page}/metrics/city") or "")["pantau_probe_success"]]
    finally:
        measuring.stop()
        watching.stop()
    return [
        ("agent", f"{len(successes)} probes over {SECONDS:g} s; {successes.count(0)} failing"),
        ("CPU seconds per hour", f"{cpu_seconds * 3600 / SECONDS:.1f}   (budget 12)"),
        ("RSS, Pss", f"{memory.rss / 2**20:.1f} MiB, {memory.pss / 2**20:.1f} MiB   (budget 36 RSS)"),
    ]


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
