"""Closed, filtered, silent and unreachable: the same reason from every kind that connects."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import failure_of, open_sockets
from tests.free_ports import free_port
from tests.netns import Host, lab, needs_namespaces
from wire.probes import Dns, Http, Probe, Snmp, Tcp

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP engine

KINDS = ["tcp", "dns", "http", "https", "snmp"]


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public\n")


def probe(kind: str, address: str, port: int, timeout_seconds: float = 3.0) -> Probe:
    match kind:
        case "tcp":
            return Tcp("far", address, port, timeout_seconds=timeout_seconds)
        case "dns":
            return Dns("far", address, "app.example", port=port, timeout_seconds=timeout_seconds)
        case "snmp":
            return device(address, port, timeout_seconds)
    host = f"[{address}]" if ":" in address else address
    return Http("far", f"{kind}://{host}:{port}/", timeout_seconds=timeout_seconds)


def device(address: str, port: int = 161, timeout_seconds: float = 3.0) -> Snmp:
    return Snmp("far", address, ["system"], "community", port=port, timeout_seconds=timeout_seconds)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_closed_port_is_refused_at_once(kind: str, address: str) -> None:
    port = free_port()
    failed = await failure_of(probe(kind, address, port))
    assert (failed.reason, failed.detail) == ("refused", f"{address} port {port}: Connection refused")
    assert failed.values == {}


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Host, Host]]:
    """Two hosts on one cable: 10.61.4.2 here, 10.61.4.1 there."""
    with lab() as built:
        here, there = built.host("here"), built.host("there")
        built.cable(here, "10.61.4.2/24 fd61:4::2/64", there, "10.61.4.1/24 fd61:4::1/64")
        for version in ("ipv4.icmp_ratelimit", "ipv6.icmp.ratelimit"):
            there.sysctl(f"net.{version}", "0")
        yield here, there


@needs_namespaces
@pytest.mark.parametrize("address", ["10.61.9.1", "fd61:9::1"])
@pytest.mark.parametrize("kind", KINDS)
async def test_no_route_is_unreachable_at_once(wired: tuple[Host, Host], kind: str, address: str) -> None:
    here, _ = wired
    with here.entered():
        failed = await failure_of(probe(kind, address, 443))
    assert (failed.reason, failed.detail) == ("unreachable", f"{address} port 443: Network is unreachable")


@needs_namespaces
@pytest.mark.parametrize("kind", ["tcp", "dns"])
async def test_a_link_local_address_is_reached_by_its_zone(wired: tuple[Host, Host], kind: str) -> None:
    here, there = wired
    shown = there.run("ip", "-6", "-oneline", "address", "show", "dev", "here", "scope", "link")
    address = next(word for word in shown.split() if word.startswith("fe80:")).partition("/")[0]
    with here.entered():
        failed = await failure_of(probe(kind, f"{address}%there", 443))
    assert failed.reason == "refused"


@pytest.mark.parametrize("kind", ["tcp", "dns", "snmp"])
async def test_a_zone_that_is_no_interface_is_no_finding(kind: str) -> None:
    assert (await failure_of(probe(kind, "fe80::1%nowhere0", 443))).reason == "setting"


@needs_namespaces
@pytest.mark.parametrize("address", ["10.61.4.1", "fd61:4::1"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_black_hole_is_a_timeout(wired: tuple[Host, Host], kind: str, address: str) -> None:
    here, there = wired
    there.firewall("input", "meta l4proto { tcp, udp } drop")
    with here.entered():
        started = time.monotonic()
        failed = await failure_of(probe(kind, address, 443, timeout_seconds=0.3))
        assert time.monotonic() - started < 1
    assert (failed.reason, failed.values) == ("timeout", {})
    assert failed.detail == (
        f"{address} port 443: no answer; check community or user, whom it allows, and its version of SNMP;"
        " or it answers from another of its addresses: ask that one"
        if kind == "snmp"
        else "no answer within 0.3 s"
    )


@needs_namespaces
@pytest.mark.parametrize("kind", KINDS)
async def test_a_probe_that_is_cancelled_leaves_no_socket_open(wired: tuple[Host, Host], kind: str) -> None:
    here, there = wired
    there.firewall("input", "meta l4proto { tcp, udp } drop")
    with here.entered():
        before = open_sockets()
        running = asyncio.create_task(measure(probe(kind, "10.61.4.1", 443)))
        async with asyncio.timeout(10):
            while open_sockets() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.sleep(0)  # asyncio closes a datagram socket in its next turn
        assert open_sockets() == before


@needs_namespaces
@pytest.mark.parametrize(
    ("address", "icmp", "words"),
    [
        ("10.61.4.1", "icmp type host-unreachable", "No route to host"),
        ("10.61.4.1", "icmp type admin-prohibited", "No route to host"),
        ("fd61:4::1", "icmpv6 type addr-unreachable", "No route to host"),
        ("fd61:4::1", "icmpv6 type admin-prohibited", "Permission denied"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_firewall_that_says_so_is_unreachable_at_once(
    wired: tuple[Host, Host], kind: str, address: str, icmp: str, words: str
) -> None:
    here, there = wired
    there.firewall("input", f"meta l4proto {{ tcp, udp }} reject with {icmp}")
    with here.entered():
        failed = await failure_of(probe(kind, address, 443))
    assert (failed.reason, failed.detail) == ("unreachable", f"{address} port 443: {words}")


@pytest.mark.parametrize("kind", ["tcp", "https"])
async def test_a_server_too_busy_to_accept_is_a_timeout(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port: int = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            failed = await failure_of(probe(kind, "127.0.0.1", port, timeout_seconds=0.3))
    assert failed.reason == "timeout"
    assert failed.values == {}


@needs_namespaces
@pytest.mark.parametrize(
    ("host", "detail"),
    [
        ("nowhere.invalid", "nowhere.invalid: name server 127.0.0.1 port 53: Connection refused"),
        ("a..b", "a..b has no address"),
    ],
)
async def test_a_name_without_an_address_is_told(
    wired: tuple[Host, Host], host: str, detail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = wired
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    monkeypatch.setattr("agent.net.names.RESOLVERS", tmp_path / "resolv.conf")
    with here.entered():
        for asked in (
            Tcp("far", host, 443),
            Dns("far", host, "a"),
            Http("far", f"http://{host}/"),
            device(host),
        ):
            failed = await failure_of(asked)
            assert (failed.reason, failed.detail) == ("resolve", detail)
