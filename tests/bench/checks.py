"""CPU time of a tcp, dns, http and https check on this machine alone, beside blackbox_exporter's."""

import asyncio
import http.client
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from tests.agent.probes.unrestricted import measure
from tests.free_ports import free_port, wait_until_listening
from tests.servers.dnsmasq import dnsmasq
from tests.servers.nginx import nginx
from tests.servers.openssl import Authority
from wire.probes import Dns, Http, Probe, Tcp

WARM_UP, CHECKS = 20, 500
PEER = "prometheus-blackbox-exporter"
PEER_MODULES = """
modules:
  tcp: {{prober: tcp, tcp: {{preferred_ip_protocol: ip4}}}}
  dns: {{prober: dns, dns: {{query_name: app.example, query_type: A, preferred_ip_protocol: ip4}}}}
  http: {{prober: http, http: {{preferred_ip_protocol: ip4}}}}
  https: {{prober: http, http: {{preferred_ip_protocol: ip4, tls_config: {{ca_file: {ca_file}}}}}}}
"""


def run() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        authority = Authority(directory / "authority")
        names = "DNS:localhost,IP:127.0.0.1"
        certificate = authority.issue("good", names, datetime.now(UTC) + timedelta(days=90))
        with dnsmasq() as dns_port, nginx(directory / "nginx", {"good": certificate}) as web:
            url, tls_url = f"http://127.0.0.1:{web.port}/", f"https://127.0.0.1:{web.tls_ports['good']}/"
            probes: dict[str, tuple[Probe, str]] = {
                "tcp": (Tcp("app", "127.0.0.1", web.port), f"127.0.0.1:{web.port}"),
                "dns": (Dns("app", "127.0.0.1", "app.example", port=dns_port), f"127.0.0.1:{dns_port}"),
                "http": (Http("app", url), url),
                "https": (Http("app", tls_url, ca_file=str(authority.ca_file)), tls_url),
            }
            ours = {kind: asyncio.run(_ours(probe)) for kind, (probe, _) in probes.items()}
            theirs = _peer({kind: target for kind, (_, target) in probes.items()}, directory, authority)
    rows = [(f"{kind} check", _row(ours[kind], theirs.get(kind))) for kind in probes]
    return [("checks", f"{CHECKS} of each kind, one after another"), *rows]


def _row(ours: float, theirs: float | None) -> str:
    said = f"{ours * 1e6:.0f} µs of CPU"
    if theirs is None:
        return f"{said}; {PEER} is not installed"
    return f"{said}; blackbox_exporter {theirs * 1e6:.0f} µs; ratio {ours / theirs:.2f}"


async def _ours(probe: Probe) -> float:
    for _ in range(WARM_UP):
        await measure(probe)
    started = time.process_time()
    for _ in range(CHECKS):
        await measure(probe)
    return (time.process_time() - started) / CHECKS


def _peer(targets: dict[str, str], directory: Path, authority: Authority) -> dict[str, float]:
    if not shutil.which(PEER):
        return {}
    config = directory / "blackbox.yml"
    config.write_text(PEER_MODULES.format(ca_file=authority.ca_file))
    with _blackbox_exporter(config) as (process, port):
        scraper = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        spent = {kind: _peer_check(scraper, process, kind, target) for kind, target in targets.items()}
        scraper.close()
    return spent


@contextmanager
def _blackbox_exporter(config: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    arguments = [f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    process = subprocess.Popen([PEER, *arguments], stderr=subprocess.DEVNULL)
    try:
        wait_until_listening(port, process)
        yield process, port
    finally:
        process.terminate()
        process.wait(10)


def _peer_check(
    scraper: http.client.HTTPConnection, process: subprocess.Popen[bytes], module: str, target: str
) -> float:
    """A check of theirs is a scrape, over a connection that is kept open as Prometheus does."""

    def check() -> None:
        scraper.request("GET", f"/probe?{urlencode({'module': module, 'target': target})}")
        body = scraper.getresponse().read()
        if b"\nprobe_success 1\n" not in body:
            raise RuntimeError(f"{PEER} did not succeed in its {module} check of {target}")

    for _ in range(WARM_UP):
        check()
    started = _cpu_seconds(process.pid)
    for _ in range(CHECKS):
        check()
    return (_cpu_seconds(process.pid) - started) / CHECKS


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
