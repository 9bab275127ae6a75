"""`make run` on a machine of its own: a namespace whose gateway is name server and internet as well."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.netns import Host, Lab, lab, needs_namespaces
from tests.system.programs import Program, collector, eventually, get, one, running

pytestmark = [
    needs_namespaces,
    pytest.mark.skipif(shutil.which("dnsmasq") is None, reason="dnsmasq is not installed"),
]

INTERNET = "1.1.1.1"
GATEWAY = "10.99.0.1"
PAGE = "http://127.0.0.1:8470"


@pytest.fixture
def network() -> Iterator[Lab]:
    with lab() as built:
        yield built


@pytest.fixture
def gateway(network: Lab) -> Host:
    return network.host("gw")


@pytest.fixture
def machine(network: Lab, gateway: Host, tmp_path: Path) -> Iterator[Host]:
    here = network.host("here")
    network.cable(here, "10.99.0.2/24", gateway, f"{GATEWAY}/24")
    network.settle()
    here.run("ip", "route", "add", "default", "via", GATEWAY)
    gateway.run("ip", "address", "add", f"{INTERNET}/32", "dev", "lo")
    with _name_server(gateway, tmp_path), _resolv_conf(here):
        yield here


@contextmanager
def _name_server(host: Host, folder: Path) -> Iterator[None]:
    command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"]
    command += [f"--pid-file={folder / 'dnsmasq.pid'}", "--user=root", "--address=/example.com/192.0.2.80"]
    with running(host.command(*command), folder / "dnsmasq.log"):
        yield


@contextmanager
def _resolv_conf(host: Host) -> Iterator[None]:
    """ip-netns(8) puts this file in the place of /etc/resolv.conf."""
    folder = Path("/etc/netns") / host.namespace
    folder.mkdir(parents=True)
    (folder / "resolv.conf").write_text(f"nameserver {GATEWAY}\n")
    try:
        yield
    finally:
        shutil.rmtree(folder)


@contextmanager
def _pantau(machine: Host, folder: Path) -> Iterator[Program]:
    command = machine.command(*collector("run", "--all-in-one", "--directory", str(folder / "var")))
    with running(command, folder / "pantau.log") as program:
        yield program


def shown(verdict: int, target: str, kind: str, program: Program) -> None:
    """Wait until the page for Prometheus says so."""

    def said_so() -> bool:
        sample = one(get(f"{PAGE}/metrics/city"), "pantau_probe_success", target=target, probe=kind)
        return sample is not None and sample.value == verdict

    eventually(said_so, seconds=40, why=program.said)


def test_a_newcomer_sees_this_machines_own_links_and_stops_them_cleanly(
    machine: Host, tmp_path: Path
) -> None:
    with _pantau(machine, tmp_path) as program, machine.entered():
        shown(1, "gateway", "icmp", program)
        shown(1, "internet", "icmp", program)
        shown(1, "resolver", "dns", program)
        shown(1, "pantau", "http", program)
        rtt = eventually(
            lambda: one(get(f"{PAGE}/metrics/city"), "pantau_icmp_rtt_median_seconds", target="internet")
        )
        assert 0 < rtt.value < 0.05
        assert get(f"{PAGE}/healthz") == "ok\n"
        assert get(f"{PAGE}/readyz") == "ready\n"
        assert "This machine" in (get(f"{PAGE}/") or "")
        assert "look at http://127.0.0.1:8470/" in program.said()

        children = psutil.Process(program.process.pid).children(recursive=True)
        assert children, "the agent is a child"
        assert program.stop() == 0, program.said()
        assert not [child for child in children if child.is_running()]
        assert "Traceback" not in program.said()


def test_a_cut_link_is_seen_within_seconds_and_so_is_its_return(
    machine: Host, gateway: Host, tmp_path: Path
) -> None:
    with _pantau(machine, tmp_path) as program, machine.entered():
        shown(1, "internet", "icmp", program)
        gateway.firewall("input", f"ip daddr {INTERNET} drop")
        shown(0, "internet", "icmp", program)
        gateway.open_firewall()
        shown(1, "internet", "icmp", program)


def test_even_a_kill_leaves_no_agent_behind(machine: Host, tmp_path: Path) -> None:
    with _pantau(machine, tmp_path) as program:
        with machine.entered():
            eventually(lambda: get(f"{PAGE}/metrics/city"), why=program.said)
        child = eventually(lambda: psutil.Process(program.process.pid).children(recursive=True))[0]
        os.kill(program.process.pid, signal.SIGKILL)
        program.process.wait()
        eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
