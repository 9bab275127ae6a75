"""Names to addresses, against name servers that are slow, silent, wrong or choosy."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from agent.net import names, places
from agent.net.addresses import resolve, resolve_all
from agent.net.allow import UNRESTRICTED, Allow
from agent.net.failed import Failed
from agent.net.names import Names
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import failure_of, tcp_server, udp_server
from tests.free_ports import free_port
from tests.netns import lab, needs_namespaces
from wire.probes import Http, Tcp

Records = dict[tuple[str, str], list[str]]


class Zone:
    """Answers what it has, with NXDOMAIN for other names, and never for `*.dead.example`."""

    def __init__(self, records: Records, ttl: int = 60, rcode: str = "", silent_for: str = "") -> None:
        self.records = records
        self.ttl = ttl
        self.rcode = rcode
        self.silent_for = silent_for
        self.asked: list[tuple[str, str]] = []

    def reply(self, query: bytes) -> list[bytes]:
        message = dns.message.from_wire(query)
        name = message.question[0].name.to_text(omit_final_dot=True)
        type = dns.rdatatype.to_text(message.question[0].rdtype)
        self.asked.append((name, type))
        if name.endswith(".dead.example") or type == self.silent_for:
            return []
        answer = dns.message.make_response(message)
        if self.rcode:
            answer.set_rcode(dns.rcode.from_text(self.rcode))
        elif not any(name == known for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif found := self.records.get((name, type)):
            answer.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", type, *found))
        return [answer.to_wire()]


GOOD: Records = {("good.example", "A"): ["10.61.0.10"], ("good.example", "AAAA"): ["fd61::10"]}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its name server is 127.0.0.1, and its hosts file is empty."""
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    monkeypatch.setattr(names, "HOSTS", tmp_path / "hosts")
    for module in (names, places):
        monkeypatch.setattr(module, "RESOLVERS", tmp_path / "resolv.conf")
    monkeypatch.setattr("agent.net.addresses.has_way", lambda _: True)
    names.names.cache_clear()
    return tmp_path


async def looked_up(
    zone: Zone, monkeypatch: pytest.MonkeyPatch, *asked: str, allow: Allow = UNRESTRICTED
) -> list[list[str] | str]:
    """The addresses of each name in turn, or why there are none."""
    found = list[list[str] | str]()
    async with udp_server(zone.reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        for name in asked:
            try:
                found.append(await resolve_all(name, allow))
            except Failed as failed:
                found.append(f"{failed.reason}: {failed.detail}")
    return found


async def test_a_name_has_the_addresses_of_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looked_up(Zone(GOOD), monkeypatch, "GOOD.example.") == [["10.61.0.10", "fd61::10"]]


@pytest.mark.parametrize(("ttl", "count"), [(60, 2), (0, 6)])
async def test_an_answer_is_kept_as_long_as_its_ttl(
    ttl: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = Zone(GOOD, ttl)
    await looked_up(zone, monkeypatch, *["good.example"] * 3)
    assert len(zone.asked) == count


async def test_one_look_up_serves_all_that_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = Zone(GOOD, ttl=0)
    async with udp_server(zone.reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        await asyncio.gather(*(resolve("good.example", UNRESTRICTED) for _ in range(20)))
    assert sorted(zone.asked) == [("good.example", "A"), ("good.example", "AAAA")]


async def test_a_name_that_does_not_exist_is_resolve_and_not_asked_for_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = Zone(GOOD)
    found = await looked_up(zone, monkeypatch, "gone.example", "gone.example")
    assert found == ["resolve: gone.example has no address"] * 2
    assert len(zone.asked) == 2


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
async def test_a_name_server_that_refuses_is_named(rcode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = await looked_up(Zone(GOOD, rcode=rcode), monkeypatch, "good.example")
    assert found == f"resolve: good.example: name server 127.0.0.1 answers {rcode}"


async def test_a_closed_name_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "PORT", port := free_port())
    with pytest.raises(Failed) as caught:
        await resolve("good.example", UNRESTRICTED)
    assert caught.value.reason == "resolve"
    assert caught.value.detail == f"good.example: name server 127.0.0.1 port {port}: Connection refused"


async def test_a_silent_name_server_is_resolve_for_whatever_is_probed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with udp_server(Zone({}).reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        for probe in (
            Tcp("t", "app.dead.example", 80, timeout_seconds=0.5),
            Http("h", "http://app.dead.example/", timeout_seconds=0.5),
        ):
            failed = await failure_of(probe)
            assert failed.reason == "resolve"
            assert failed.detail == "app.dead.example: no answer from name server 127.0.0.1 within 0.45 s"


async def test_forty_names_of_a_dead_zone_keep_no_good_one_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async with udp_server(Zone(GOOD, ttl=0).reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        dead = [
            asyncio.create_task(resolve(f"app{number}.dead.example", UNRESTRICTED, 60))
            for number in range(40)
        ]
        await asyncio.sleep(0)
        assert await resolve("good.example", UNRESTRICTED) == "10.61.0.10"
        assert not any(task.done() for task in dead)
        for task in dead:
            task.cancel()
        await asyncio.gather(*dead, return_exceptions=True)


async def test_more_look_ups_than_the_bound_are_refused_as_this_machine_s_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(names, "MAX_LOOKUPS", 3)
    async with udp_server(Zone(GOOD).reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        dead = [
            asyncio.create_task(resolve(f"app{number}.dead.example", UNRESTRICTED, 60)) for number in range(3)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Failed) as caught:
            await resolve("good.example", UNRESTRICTED)
        for task in dead:
            task.cancel()
        await asyncio.gather(*dead, return_exceptions=True)
    assert caught.value.reason == "setting"


async def test_no_more_names_are_kept_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MAX_NAMES", 3)
    resolver = Names()
    async with udp_server(Zone(GOOD).reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        for number in range(5):
            with suppress(Failed):
                await resolver.addresses(f"gone{number}.example", 1.0)
    assert list(resolver._known) == [f"gone{number}.example" for number in (2, 3, 4)]


@pytest.mark.parametrize("first", [Zone({("x.dead.example", "A"): []}), Zone(GOOD, rcode="SERVFAIL")])
async def test_the_next_name_server_is_asked_where_one_is_silent_or_refuses(
    first: Zone, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "resolv.conf").write_text("nameserver 127.0.0.1\nnameserver 127.0.0.2\n")
    monkeypatch.setattr(names, "NEXT_ATTEMPT_SECONDS", 0.05)
    first.silent_for = "" if first.rcode else "A"
    second = Zone(GOOD)
    loop = asyncio.get_running_loop()
    async with udp_server(first.reply) as port:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Answering(second.reply), ("127.0.0.2", port)
        )
        monkeypatch.setattr(names, "PORT", port)
        assert await resolve("good.example", UNRESTRICTED) == "10.61.0.10"
        transport.close()


class Answering(asyncio.DatagramProtocol):
    def __init__(self, reply: Callable[[bytes], list[bytes]]) -> None:
        self._reply = reply

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for answer in self._reply(data):
            self._transport.sendto(answer, addr)


@pytest.mark.parametrize(("silent_for", "addresses"), [("AAAA", ["10.61.0.10"]), ("A", ["fd61::10"])])
async def test_one_family_is_enough_where_nobody_answers_for_the_other(
    silent_for: str, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "OTHER_FAMILY_SECONDS", 0.1)
    assert await looked_up(Zone(GOOD, silent_for=silent_for), monkeypatch, "good.example") == [addresses]


async def test_aliases_are_followed_and_the_least_ttl_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(query: bytes) -> list[bytes]:
        answer = dns.message.make_response(dns.message.from_wire(query))
        answer.answer.append(dns.rrset.from_text("app.example.", 0, "IN", "CNAME", "host.example."))
        if answer.question[0].rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text("host.example.", 60, "IN", "A", "10.61.0.7"))
        asked.append(query)
        return [answer.to_wire()]

    asked: list[bytes] = []
    async with udp_server(reply) as port:
        monkeypatch.setattr(names, "PORT", port)
        twice = [await resolve("app.example", UNRESTRICTED) for _ in range(2)]
        assert twice == ["10.61.0.7", "10.61.0.7"]
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("resolv_conf", "name", "asked"),
    [
        ("", "intranet", ["intranet"]),
        (
            "search kota.example kab.example",
            "intranet",
            ["intranet.kota.example", "intranet.kab.example", "intranet"],
        ),
        ("domain kota.example", "web.dinas", ["web.dinas", "web.dinas.kota.example"]),
        ("search kota.example\noptions ndots:2", "web.dinas", ["web.dinas.kota.example", "web.dinas"]),
        ("search kota.example", "web.dinas.", ["web.dinas"]),
    ],
)
async def test_a_short_name_is_looked_for_in_the_site_s_own_domains(
    resolv_conf: str, name: str, asked: list[str], machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "resolv.conf").write_text(f"nameserver 127.0.0.1\n{resolv_conf}\n")
    zone = Zone({})
    await looked_up(zone, monkeypatch, name)
    assert list(dict.fromkeys(name for name, _ in zone.asked)) == asked


async def test_the_hosts_file_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine / "hosts").write_text(
        "fd61::7 Good.Example alias # old\nfoo good.example\n10.61.0.7 x good.example\n"
    )
    zone = Zone(GOOD)
    found = await looked_up(zone, monkeypatch, "good.example", "ALIAS", "localhost.", "app.localhost")
    assert found == [["10.61.0.7", "fd61::7"], ["fd61::7"], ["127.0.0.1", "::1"], ["127.0.0.1", "::1"]]
    assert zone.asked == []


@pytest.mark.parametrize(
    ("written", "address"), [("10.1", "10.0.0.1"), ("0x7f.1", "127.0.0.1"), ("2130706433", "127.0.0.1")]
)
async def test_a_number_is_an_address_as_inet_aton_reads_it(written: str, address: str) -> None:
    assert await resolve(written, UNRESTRICTED) == address
    if address.startswith("127."):
        with pytest.raises(Failed, match="loopback"):
            await resolve(written, Allow())


async def test_no_name_server_is_asked_for_an_impossible_name(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = Zone(GOOD)
    for found in await looked_up(zone, monkeypatch, "a b.example", "a" * 300, "sp!n.example"):
        assert str(found).startswith("setting: ")
    assert zone.asked == []


async def test_of_a_name_s_addresses_only_those_allowed_are_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = Zone({("app.example", "A"): ["169.254.169.254", "10.61.0.7"], ("own.example", "A"): ["127.0.0.1"]})
    found = await looked_up(zone, monkeypatch, "app.example", "own.example", allow=Allow())
    assert found[0] == ["10.61.0.7"]
    assert str(found[1]).startswith("setting: 127.0.0.1 is loopback")


async def test_of_two_addresses_the_one_that_answers_is_enough(machine: Path) -> None:
    (machine / "hosts").write_text("127.0.0.3 app.example\n127.0.0.1 app.example\n")

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with tcp_server(page) as port:
        await measure(Tcp("t", "app.example", port))
        await measure(Http("h", f"http://app.example:{port}/"))


async def test_where_none_answers_each_address_is_named(machine: Path) -> None:
    (machine / "hosts").write_text("127.0.0.3 app.example\n127.0.0.1 app.example\n")
    port = free_port()
    failed = await failure_of(Tcp("t", "app.example", port))
    assert failed.reason == "refused"
    assert failed.detail == "; ".join(
        f"{address} port {port}: Connection refused" for address in ("127.0.0.3", "127.0.0.1")
    )


@needs_namespaces
@pytest.mark.parametrize(
    ("own", "best"),
    [
        ("fd61::2/64", "fd61::10"),
        ("10.61.0.2/24", "10.61.0.10"),
        ("fd61::2/64 10.61.0.2/24", "10.61.0.10"),
    ],
)
async def test_a_box_of_one_family_takes_the_address_of_that_family(
    own: str, best: str, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(names, "HOSTS", machine / "hosts")
    (machine / "hosts").write_text("10.61.0.10 good.example\nfd61::10 good.example\n")
    with lab() as built:
        here, there = built.host("here"), built.host("there")
        built.cable(here, own, there, "10.61.0.10/24 fd61::10/64")
        with here.entered():
            assert await resolve("good.example", UNRESTRICTED) == best
