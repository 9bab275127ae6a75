"""The agent's whole cost at a site, and at the NOC of a city of 1,000 sites; a real broker and collector.

At the site: 10 ICMP targets at 1 Hz; 4 DNS, 4 HTTP and 2 TCP probes each 10 s, among them the gateway and the
resolver that every site has. At the NOC beside these two: 1,000 routers at 1 Hz, reported each 10 s. All
answer, so that what is lost is lost falsely. CPU is user and system of the process over the time after its
start, scaled to an hour; memory is RSS and Pss at the end.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.free_ports import free_port
from tests.netns import lab
from tests.servers.dnsmasq import dnsmasq
from tests.servers.mosquitto import mosquitto
from tests.servers.nginx import nginx
from tests.system.programs import Program, agent, collector, eventually, get, one, samples

SECONDS = 40.0
WARM_UP_SECONDS = 12.0
ROUTERS = 1000
GATEWAY = "192.0.2.1"

CITY = """
[city]
name = "Bench"
resolvers = ["127.0.0.1"]
lookup_name = "app.example"
[sites.bench]
role = "noc"
name = "Bench"
"""


def run() -> list[tuple[str, str]]:
    if os.geteuid() != 0:
        return [("agent", "needs root, for a machine of its own")]
    with tempfile.TemporaryDirectory() as name, lab() as built:
        host, router, folder = built.host("bench"), built.host("router"), Path(name)
        built.cable(host, "192.0.2.2/24", router, f"{GATEWAY}/24")
        host.run("ip", "route", "add", "default", "via", GATEWAY)
        host.run("ip", "route", "add", "local", "10.61.0.0/16", "dev", "lo")
        with host.entered(), mosquitto(folder / "broker") as broker, dnsmasq(port=53) as dns:
            with nginx(folder / "nginx", {}) as web:
                city = CITY + _probes(dns, web.port)
                at_a_site = _measured(folder / "site", broker.port, city, probes=20, ready="web3")
            last = f"site-{ROUTERS - 1}"
            at_the_noc = _measured(folder / "noc", broker.port, CITY + _routers(), ROUTERS + 2, ready=last)
    return [
        ("at a site", f"{at_a_site}   (budget 12 CPU-s an hour, 36 MiB RSS)"),
        (f"at the NOC, {ROUTERS:,} routers", str(at_the_noc)),
    ]


def _probes(dns: int, web: int) -> str:
    """All but the gateway and the resolver."""
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
    return "probes = [\n" + ",\n".join(icmp + queries + pages + ports) + "\n]\n"


def _routers() -> str:
    site = '[sites.site-{0}]\nrole = "hotspot"\nname = "{0}"\nrouter = "10.61.{1}.{2}"\n'
    return "".join(site.format(n, n // 250, n % 250 + 1) for n in range(ROUTERS))


class Cost(NamedTuple):
    """`lost` is how many probes failed at the end, and the sum of the loss ratios of the last interval."""

    cpu_seconds_per_hour: float
    rss_mib: float
    pss_mib: float
    lost: float

    def __str__(self) -> str:
        cpu, rss, pss, lost = self
        return f"{cpu:.1f} CPU-s an hour, {rss:.1f} MiB RSS, {pss:.1f} MiB Pss, {lost:g} lost"


def _measured(folder: Path, broker: int, city: str, probes: int, ready: str) -> Cost:
    """`ready` is the last target to wait for."""
    (folder / "inventory").mkdir(parents=True)
    (folder / "inventory" / "city.toml").write_text(city)
    page = f"http://127.0.0.1:{(port := free_port())}"
    (folder / "collector.toml").write_text(f"[broker]\nport = {broker}\n[web]\nport = {port}\n")
    (folder / "agent.toml").write_text(
        f'agent = "bench"\ndirectory = "{folder / "agent"}"\n[broker]\nport = {broker}\n'
        '[allow]\nnetworks = ["127.0.0.0/8", "192.0.2.0/24", "10.61.0.0/16"]\n'
    )
    watching = Program(collector("run", "--config", str(folder / "collector.toml")), folder / "collector.log")
    measuring = Program(agent("run", "--config", str(folder / "agent.toml")), folder / "agent.log")
    try:
        eventually(lambda: one(get(f"{page}/metrics/city"), "pantau_probe_success", target=ready), 60)
        time.sleep(WARM_UP_SECONDS)
        process = psutil.Process(measuring.process.pid)
        before = sum(process.cpu_times()[:2])
        time.sleep(SECONDS)
        cpu_seconds = sum(process.cpu_times()[:2]) - before
        memory = process.memory_full_info()
        shown = samples(get(f"{page}/metrics/city") or "")
    finally:
        measuring.stop()
        watching.stop()
    successes = shown["pantau_probe_success"]
    assert len(successes) == probes, f"{len(successes)} of {probes} probes are shown"
    losses = shown["pantau_icmp_loss_ratio"]
    return Cost(
        cpu_seconds * 3600 / SECONDS,
        memory.rss / 2**20,
        memory.pss / 2**20,
        sum(each.value for each in losses) + sum(each.value == 0 for each in successes),
    )


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
