"""A lab of network namespaces on this machine: hosts, cables, firewalls. Needs root."""

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

CLONE_NEWNET = 0x40000000
_numbers = count(1)

needs_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip") is None,
    reason="network namespaces need root and iproute2",
)


class Host:
    """One namespace. Its loopback is up, it forwards, and it lets everybody send ICMP echoes."""

    def __init__(self, name: str, namespace: str) -> None:
        self.name = name
        self.namespace = namespace
        self.run("ip", "link", "set", "lo", "up")
        self.sysctl("net.ipv4.ip_forward", "1")
        self.sysctl("net.ipv6.conf.all.forwarding", "1")
        self.sysctl("net.ipv4.ping_group_range", "0 2147483647")
        # Duplicate address detection keeps an IPv6 address unusable for a second.
        self.sysctl("net.ipv6.conf.default.accept_dad", "0")

    def command(self, *command: str) -> list[str]:
        """The command line that runs `command` on this host, for what a test starts and ends itself."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def run(self, *command: str, stdin: str | None = None) -> str:
        """Run to the end; its output. Fails the test with what it said."""
        done = subprocess.run(self.command(*command), input=stdin, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, f"{self.name}: {' '.join(command)}: {done.stderr}"
        return done.stdout

    def sysctl(self, name: str, value: str) -> None:
        self.run("sysctl", "-qw", f"{name}={value}")

    def firewall(self, hook: str, rule: str) -> None:
        """Replace this host's rules by one nftables rule at a hook: `input`, `output` or `forward`."""
        chain = f"chain only {{ type filter hook {hook} priority 0; {rule}; }}"
        self.run("nft", "-f", "-", stdin=f"flush ruleset; table inet lab {{ {chain}; }}\n")

    def open_firewall(self) -> None:
        self.run("nft", "flush", "ruleset")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This thread is on the host meanwhile; sockets opened here stay here afterwards."""
        with open("/proc/thread-self/ns/net") as outside, open(f"/run/netns/{self.namespace}") as inside:
            _set_namespace(inside.fileno())
            try:
                yield
            finally:
                _set_namespace(outside.fileno())


class Lab:
    """The hosts of one test and the cables between them."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._hosts: list[Host] = []

    def host(self, name: str) -> Host:
        namespace = f"{self._prefix}-{name}"
        subprocess.run(["ip", "netns", "add", namespace], check=True, timeout=30)
        host = Host(name, namespace)
        self._hosts.append(host)
        return host

    def cable(self, one: Host, one_addresses: str, other: Host, other_addresses: str) -> None:
        """A veth pair, each end named after the host at the other. Addresses are CIDR, space-separated."""
        end = ("name", other.name, "netns", one.namespace)
        other_end = ("name", one.name, "netns", other.namespace)
        command = ["ip", "link", "add", *end, "type", "veth", "peer", *other_end]
        subprocess.run(command, check=True, timeout=30)
        for host, far, addresses in ((one, other, one_addresses), (other, one, other_addresses)):
            for address in addresses.split():
                host.run("ip", "address", "add", address, "dev", far.name)
            host.run("ip", "link", "set", "dev", far.name, "up")

    def settle(self, seconds: float = 5.0) -> None:
        """Wait until the kernel noted that all cables are plugged in, up to a second; IPv6 waits for it."""
        deadline = time.monotonic() + seconds
        for host in self._hosts:
            while "state DOWN" in host.run("ip", "link"):
                assert time.monotonic() < deadline, f"{host.name} has a cable that leads nowhere"
                time.sleep(0.01)

    def remove(self) -> None:
        for host in self._hosts:
            subprocess.run(["ip", "netns", "delete", host.namespace], check=True, timeout=30)


@contextmanager
def lab() -> Iterator[Lab]:
    """All hosts and cables are gone at its end. What a test started on them it ends before."""
    built = Lab(f"lab{os.getpid()}n{next(_numbers)}")
    try:
        yield built
    finally:
        built.remove()


def _set_namespace(descriptor: int) -> None:
    """os.setns is of Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
