"""The local list: what an assignment may not have this box probe."""

import asyncio
import ipaddress
from collections.abc import Callable
from inspect import Parameter, signature

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.assignment import accept
from agent.clock import boot_now
from agent.net.addresses import resolve, resolve_all
from agent.net.allow import UNRESTRICTED, Allow, is_special
from agent.net.failed import Failed
from agent.probes import measure_rows
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.streams import IcmpProbes
from agent.schedule import Runner
from tests.fakes.scripted import failure_of, tcp_server
from wire.messages import Assignment, encode
from wire.probes import Dns, Http, Icmp, Probe, Snmp, Tcp, kind

ROUTER = Icmp(target="router", address="10.61.4.1")


def test_without_a_list_any_unicast_address_may_be_probed() -> None:
    assert Allow().refusal(ROUTER) == ""


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0"]
)
def test_special_addresses_want_a_network_of_their_own(address: str) -> None:
    probe = Icmp(target="x", address=address)
    said = f"{address} is loopback, link-local or multicast, and not in [allow] networks"
    assert Allow().refusal(probe) == said
    assert Allow(networks=("0.0.0.0/0", "::/0")).refusal(probe) == said
    alone = f"{address}/{ipaddress.ip_address(address).max_prefixlen}"
    assert Allow(networks=(alone,)).refusal(probe) == ""


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "10.61.4.1"])
def test_an_ipv4_address_in_the_form_of_ipv6_gets_around_no_list(inside: str) -> None:
    """The kernel sends it as IPv4."""
    said = f"::ffff:{inside} is an IPv4 address in the form of IPv6; write {inside}"
    for allow in (Allow(), Allow(networks=("::/0", "0.0.0.0/0"))):
        assert allow.refusal(Icmp(target="x", address=f"::ffff:{inside}")) == said


def test_kinds_ports_and_networks_outside_of_the_list_are_refused_with_a_reason() -> None:
    assert Allow(kinds=("tcp",)).refusal(ROUTER) == "kind icmp is not in [allow] kinds"
    assert Allow(networks=("10.62.0.0/16",)).refusal(ROUTER) == "10.61.4.1 is not in [allow] networks"
    ssh = Tcp(target="x", address="10.61.4.1", port=22)
    assert Allow(ports=(443,)).refusal(ssh) == "port 22 is not in [allow] ports"
    assert Allow(ports=(443,)).refusal(Http(target="x", url="https://dinkes.example/")) == ""
    assert Allow(ports=(443,)).refusal(Http(target="x", url="http://dinkes.example/")) != ""


def test_the_boxs_own_gateway_is_its_own_affair() -> None:
    assert Allow(networks=("10.61.0.0/16",)).refusal(Icmp(target="gateway", address="@gateway")) == ""


def test_of_an_assignment_only_what_is_refused_is_left_out_and_said() -> None:
    loopback = Tcp(target="self", address="127.0.0.1", port=22)
    work = accept(encode(Assignment(version=7, probes=[ROUTER, loopback])), Allow())
    assert list(work.probes) == [ROUTER]
    said = "127.0.0.1 is loopback, link-local or multicast, and not in [allow] networks"
    assert list(work.refused) == [f"tcp self: {said}"]


@pytest.mark.parametrize("url", ["http://10.61.4.1:70000/", "http://[::zz]/", "http://:80/"])
def test_a_url_that_leads_nowhere_is_left_out_and_the_rest_is_done(url: str) -> None:
    probes = [{"kind": "http", "target": "app", "url": url}, msgspec.to_builtins(ROUTER)]
    work = accept(msgspec.json.encode({"version": 7, "probes": probes}), Allow())
    assert list(work.probes) == [ROUTER]
    assert work.refused[0].startswith("probes[0]: url: ")


def test_an_unknown_kind_is_left_out_and_the_rest_is_done() -> None:
    document = {"version": 7, "probes": [{"kind": "quic"}, msgspec.to_builtins(ROUTER)]}
    work = accept(msgspec.json.encode(document), Allow())
    assert list(work.probes) == [ROUTER]
    assert len(work.refused) == 1


async def test_a_name_that_leads_to_loopback_is_not_probed() -> None:
    with pytest.raises(Failed, match="loopback") as failed:
        await resolve("localhost", Allow())
    assert failed.value.reason == "setting"


async def test_a_redirect_is_not_followed_to_a_port_that_is_not_listed() -> None:
    visits = 0

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1

    async with tcp_server(elsewhere) as other:

        async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n\r\n" % other)

        async with tcp_server(redirect) as port:
            allow = Allow(networks=("127.0.0.0/8",), ports=(port,))
            failed = await failure_of(Http("app", f"http://127.0.0.1:{port}/"), allow)
    assert (failed.reason, failed.detail) == ("setting", f"port {other} is not in [allow] ports")
    assert visits == 0


async def test_a_redirect_is_not_followed_to_an_address_that_is_not_listed() -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\n\r\n")

    async with tcp_server(redirect) as port:
        app = Http("app", f"http://127.0.0.1:{port}/", redirect_hosts=["169.254.169.254"])
        failed = await failure_of(app, Allow(networks=("127.0.0.0/8",)))
    assert failed.reason == "setting"
    assert failed.detail.startswith("169.254.169.254 is loopback, link-local or multicast")


async def test_a_person_at_the_command_line_may_probe_loopback() -> None:
    assert await resolve("127.0.0.1", UNRESTRICTED) == "127.0.0.1"


@pytest.mark.parametrize(
    "probe",
    [
        Tcp("t", "127.0.0.1", 9),
        Dns("d", "127.0.0.1", name="a.example"),
        Http("h", "http://127.0.0.1:9/"),
        Snmp("s", "127.0.0.1", ["system"], "absent"),
    ],
    ids=kind,
)
async def test_a_probe_of_each_kind_obeys_the_list_that_it_is_given(probe: Probe) -> None:
    failed = await failure_of(probe, Allow())
    assert (failed.reason, failed.detail) == (
        "setting",
        "127.0.0.1 is loopback, link-local or multicast, and not in [allow] networks",
    )


async def test_an_icmp_stream_obeys_the_list_that_it_is_given() -> None:
    flips = Flips()
    probes, engine = IcmpProbes(Allow()), EchoEngine(flips)
    probes.assign([Icmp("loopback", "127.0.0.1")])
    running = asyncio.create_task(probes.run(engine))
    while not (said := probes.take(boot_now())):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    engine.close()
    assert [(one.target, one.reason, one.values) for one in said] == [("loopback", "setting", {})]


@pytest.mark.parametrize("function", [resolve, resolve_all, measure_rows, IcmpProbes, Runner])
def test_no_probe_can_forget_the_list(function: Callable[..., object]) -> None:
    assert signature(function).parameters["allow"].default is Parameter.empty


@given(st.ip_addresses(), st.lists(st.ip_addresses(), max_size=3))
def test_only_listed_networks_are_ever_allowed(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address, listed: list[object]
) -> None:
    networks = tuple(str(address) for address in listed)
    allowed = Allow(networks=networks).of_address(str(ip)) == ""
    mapped = isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None
    assert allowed == (not mapped and (str(ip) in networks or (not networks and not is_special(ip))))
