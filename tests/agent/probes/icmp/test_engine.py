import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from agent.clock import boot_now
from agent.probes.icmp import packet, sockets
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.stream import EchoStream
from tests.agent.probes.icmp.conftest import Path
from tests.netns import Host, lab, needs_namespaces

pytestmark = needs_namespaces

Flip = tuple[EchoStream, str | None, str | None, float]


class SeenFlips(Flips):
    """Each flip as it was put in, with its time."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Flip] = []

    def put(self, stream: EchoStream, now: float) -> None:
        self.seen.append((stream, stream.state, stream.reason, now))
        super().put(stream, now)


@asynccontextmanager
async def running(host: Host) -> AsyncIterator[tuple[EchoEngine, list[Flip]]]:
    """An engine on a host, and the state changes that it told, each with its time."""
    flips = SeenFlips()
    engine = EchoEngine(flips)
    with host.entered():
        await engine.open()
    try:
        yield engine, flips.seen
    finally:
        engine.close()


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def all_up(streams: list[EchoStream]) -> bool:
    return all(stream.state == "up" for stream in streams)


async def test_many_targets_of_both_families_answer_without_a_loss() -> None:
    with lab() as built:
        async with running(built.host("agent")) as (engine, flips):
            streams = [engine.watch(f"t{n}", f"127.0.0.{n}") for n in range(1, 201)]
            streams.append(engine.watch("six", "::1"))
            await until(lambda: all_up(streams))
            await asyncio.sleep(2.2)
            values = [stream.take() for stream in streams]
            assert all(value.loss_ratio == 0 for value in values)
            assert all(value.echo_replies_total >= 2 for value in values)
            assert len(flips) == 201
            assert (engine.dropped, engine.unsent, engine.missed_slots, engine.strangers) == (0, 0, 0, 0)


async def test_a_blocked_event_loop_spoils_neither_loss_nor_round_trip_time() -> None:
    with lab() as built:
        async with running(built.host("agent")) as (engine, _flips):
            streams = [engine.watch(f"t{n}", f"127.0.0.{n}", period_seconds=0.25) for n in range(1, 21)]
            for _ in range(3):
                await asyncio.sleep(0.2)
                time.sleep(0.7)  # noqa: ASYNC251
            await until(lambda: all_up(streams))
            values = [stream.take() for stream in streams]
            assert all(value.loss_ratio == 0 for value in values)
            assert max(value.rtt_max_seconds or 0.0 for value in values) < 0.02
            assert engine.missed_slots > 0


async def test_replies_that_we_were_too_slow_to_read_are_dropped_and_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "RECEIVE_BUFFER_BYTES", 1)
    with lab() as built:
        async with running(built.host("agent")) as (engine, _flips):
            streams = [engine.watch(f"t{n}", f"127.0.0.{n}", period_seconds=0.25) for n in range(1, 41)]
            await until(lambda: engine.dropped > 100)
            values = [stream.take() for stream in streams]
            assert sum(value.echo_replies_total for value in values) > 0
            assert all(value.loss_ratio in (0, None) for value in values)
            assert all(stream.state != "down" for stream in streams)


async def test_two_streams_to_one_address_do_not_take_each_others_replies() -> None:
    with lab() as built:
        async with running(built.host("agent")) as (engine, _flips):
            gateway, uplink = (engine.watch(name, "127.0.0.1", 0.25) for name in ("gateway", "uplink"))
            await until(lambda: uplink.take().echo_replies_total >= 3)
            assert gateway.take().loss_ratio == 0
            assert (gateway.duplicates, uplink.duplicates, engine.strangers) == (0, 0, 0)


async def test_streams_come_and_go_without_touching_the_counters_of_others() -> None:
    with lab() as built:
        async with running(built.host("agent")) as (engine, _flips):
            stays, goes = engine.watch("stays", "127.0.0.1", 0.25), engine.watch("goes", "127.0.0.1", 0.25)
            await until(lambda: all_up([stays, goes]))
            before = stays.take().echo_requests_total
            engine.unwatch(goes)
            gone = goes.take().echo_requests_total
            comes = engine.watch("comes", "127.0.0.2", 0.25)
            await until(lambda: comes.take().echo_replies_total >= 3)
            assert goes.take().echo_requests_total == gone
            assert stays.take().echo_requests_total > before


async def test_streams_of_one_period_are_spread_evenly_over_its_slots() -> None:
    with lab() as built:
        host = built.host("agent")
        async with running(host) as (engine, _flips):
            streams = [engine.watch(f"t{n}", f"127.0.0.{n}") for n in range(1, 41)]
            await until(lambda: all_up(streams))
            first_sent = sorted(stream.since or 0.0 for stream in streams)
            slots = [later - first_sent[0] for later in first_sent[::10]]
            assert slots == pytest.approx([0.0, 0.25, 0.5, 0.75], abs=0.05)


@pytest.mark.parametrize("address", ["10.0.2.2", "fd00:2::2"])
async def test_a_silent_cut_is_told_with_its_beginning_and_so_is_the_recovery(
    path: Path, address: str
) -> None:
    path.lab.settle()
    async with running(path.agent) as (engine, flips):
        server = engine.watch("server", address, period_seconds=0.25)
        await until(lambda: server.take().echo_replies_total >= 8)
        cut_at = boot_now()
        path.router.firewall("forward", "drop")
        await until(lambda: server.state == "down")
        assert server.reason == "timeout"
        assert server.since is not None
        assert cut_at - 0.3 < server.since < cut_at + 0.6
        assert flips[-1][3] - server.since < 1.2
        mended_at = boot_now()
        path.router.open_firewall()
        await until(lambda: server.state == "up")
        assert server.since > mended_at - 0.3
        assert [flip[1] for flip in flips] == ["up", "down", "up"]


@pytest.mark.parametrize(("address", "network"), [("10.0.2.2", "10.0.2.0/24"), ("fd00:2::2", "fd00:2::/64")])
async def test_an_error_from_a_router_shows_an_outage_sooner_than_silence(
    path: Path, address: str, network: str
) -> None:
    path.lab.settle()
    async with running(path.agent) as (engine, flips):
        router = engine.watch("router", "10.0.1.1", period_seconds=0.25)
        server = engine.watch("server", address, period_seconds=0.25)
        await until(lambda: server.take().echo_replies_total >= 8)
        path.router.run("ip", "route", "replace", "unreachable", network, "metric", "1")
        path.router.run("ip", "route", "flush", "dev", "server")
        path.router.run("ip", "-6", "route", "flush", "dev", "server")
        await until(lambda: server.state == "down")
        _stream, _state, reason, told_at = flips[-1]
        assert reason == "unreachable"
        assert server.since is not None
        assert told_at - server.since < 0.25 + 5 * 0.05 + 0.2
        await until(lambda: server.take().echo_requests_total > 16)
        assert router.take().loss_ratio == 0
        assert (router.state, engine.unsent) == ("up", 0)


async def test_echoes_lost_by_chance_are_counted_and_do_not_take_a_target_down(path: Path) -> None:
    path.router.firewall("forward", "icmp type echo-request numgen random mod 100 < 30 drop")
    async with running(path.agent) as (engine, flips):
        servers = [engine.watch(f"s{n}", f"10.0.2.{2 + n % 2}", period_seconds=0.25) for n in range(40)]
        await asyncio.sleep(3)
        values = [server.take() for server in servers]
        requests = sum(value.echo_requests_total for value in values)
        replies = sum(value.echo_replies_total for value in values)
        assert replies / requests == pytest.approx(0.7, abs=0.1)
        assert all(flip[1] == "up" for flip in flips)


async def test_more_targets_lost_at_once_than_bursts_are_all_told(path: Path) -> None:
    async with running(path.agent) as (engine, flips):
        servers = [engine.watch(f"s{n}", "10.0.2.2", period_seconds=0.25) for n in range(150)]
        await until(lambda: servers[-1].take().echo_replies_total >= 8)
        path.router.firewall("forward", "drop")
        await until(lambda: len(flips) >= 300)
        assert [server.state for server in servers] == ["down"] * 150
        assert len(flips) == 300


async def test_without_a_route_a_target_is_unreachable_and_not_unknown(path: Path) -> None:
    path.agent.run("ip", "link", "set", "router", "down")
    async with running(path.agent) as (engine, _flips):
        server = engine.watch("server", "10.0.2.2", period_seconds=0.25)
        await until(lambda: server.state == "down")
        assert server.reason == "unreachable"
        assert server.take().loss_ratio == 1


async def test_targets_are_not_down_if_this_machine_forbids_its_own_echoes(
    path: Path,
) -> None:
    path.agent.firewall("output", "meta l4proto icmp drop")
    async with running(path.agent) as (engine, flips):
        server = engine.watch("server", "10.0.2.2", period_seconds=0.25)
        await until(lambda: engine.unsent >= 3)
        assert (server.state, server.reason) == (None, "permission")
        assert server.take().loss_ratio is None
        path.agent.open_firewall()
        await until(lambda: server.state == "up")
        assert [flip[1] for flip in flips] == [None, "up"]


async def test_the_raw_fallback_serves_as_well(path: Path) -> None:
    path.agent.sysctl("net.ipv4.ping_group_range", "1 0")
    async with running(path.agent) as (engine, _flips):
        streams = [engine.watch("server", "10.0.2.2", 0.25), engine.watch("six", "fd00:2::2", 0.25)]
        nowhere = engine.watch("nowhere", "10.0.9.9", 0.25)
        await until(lambda: all_up(streams) and nowhere.state == "down")
        assert nowhere.reason == "unreachable"


async def test_a_gateway_known_by_its_link_local_address_answers(path: Path) -> None:
    path.lab.settle()
    addresses = path.router.run("ip", "-6", "-oneline", "address", "show", "dev", "agent", "scope", "link")
    gateway = next(word for word in addresses.split() if word.startswith("fe80:")).partition("/")[0]
    async with running(path.agent) as (engine, _flips):
        with path.agent.entered():
            stream = engine.watch("gateway", f"{gateway}%router", 0.25)
        await until(lambda: stream.state == "up")
        assert engine.strangers == 0


async def test_a_text_that_is_no_address_is_refused_in_words() -> None:
    engine = EchoEngine(Flips())
    with pytest.raises(ValueError, match="'gateway' is not an IP address"):
        engine.watch("gateway", "gateway")
    engine.close()


@pytest.mark.parametrize(
    "rewrite", [lambda payload: payload[:4], lambda payload: b"", lambda payload: bytes(len(payload))],
    ids=["cut", "empty", "zeros"],
)  # fmt: skip
async def test_a_reply_counts_though_its_payload_is_cut_or_rewritten(
    path: Path, rewrite: Callable[[bytes], bytes]
) -> None:
    path.server.sysctl("net.ipv4.icmp_echo_ignore_all", "1")
    with path.server.entered():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.setblocking(False)

    def respond() -> None:
        data, peer = raw.recvfrom(2048)
        message = data[(data[0] & 15) * 4 :]
        if message[0] == packet.REQUEST_TYPE[socket.AF_INET]:
            body = message[4:8] + rewrite(message[8:])
            raw.sendto(struct.pack("!BBH", 0, 0, packet.checksum(b"\0\0\0\0" + body)) + body, peer)

    asyncio.get_running_loop().add_reader(raw, respond)
    async with running(path.agent) as (engine, _flips):
        server = engine.watch("server", "10.0.2.2", period_seconds=0.25)
        await until(lambda: server.take().echo_replies_total >= 8)
        assert (server.state, engine.strangers) == ("up", 0)
    asyncio.get_running_loop().remove_reader(raw)
    raw.close()
