"""The snmp probe against devices that lie: it ends in time, keeps what is good, and leaves nothing open."""

import asyncio
import random
import socket
import time
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path

import pytest

import agent.probes.snmp  # noqa: F401  # loaded before anything is timed
from agent.net.failed import Failed
from tests.agent.probes.unrestricted import measure, measure_rows
from tests.fakes.scripted import Reply, failure_of, open_sockets, udp_server
from tests.servers import ber
from tests.servers.ber import Oid, Request, message
from wire.probes import Snmp

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP engine

UPTIME = (1, 3, 6, 1, 2, 1, 25, 1, 1, 0)
IF_ENTRY, IF_X_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
Objects = dict[Oid, bytes]
Answer = Callable[[Request], list[bytes]]


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public\n")


def probe(
    port: int, *profiles: str, timeout_seconds: float = 1.0, interfaces: list[str] | None = None
) -> Snmp:
    return Snmp(
        target="device",
        address="127.0.0.1",
        port=port,
        profiles=list(profiles or ("system",)),
        community_file="community",
        timeout_seconds=timeout_seconds,
        interfaces=interfaces or [],
    )


def interfaces(count: int, name: Callable[[int], str] = "ether{}".format) -> Objects:
    objects: Objects = {UPTIME: ber.number(100, ber.TIMETICKS)}
    for index in range(1, count + 1):
        objects[(*IF_X_ENTRY, 1, index)] = ber.text(name(index))
        objects[(*IF_X_ENTRY, 6, index)] = ber.number(index * 1000, ber.COUNTER64)
        objects[(*IF_ENTRY, 8, index)] = ber.number(1)
    return objects


def honest(request: Request, objects: Objects, most: int = 10**9) -> bytes:
    """A device as RFC 3416 has it, that puts at most so many variables into a response."""
    if request.pdu == ber.GET:
        found = [(oid, objects.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
        return message(ber.RESPONSE, request.id, found[:most])
    names, cursors, found = sorted(objects), list(request.oids), []
    for _ in range(request.repetitions):
        for place, cursor in enumerate(cursors):
            where = bisect_right(names, cursor)
            after = names[where] if where < len(names) else None
            found.append((after or cursor, objects[after] if after else ber.END_OF_MIB_VIEW))
            cursors[place] = after or cursor
    return message(ber.RESPONSE, request.id, found[:most])


def device(answer: Answer) -> Reply:
    return lambda datagram: answer(ber.read_request(datagram))


async def until_open_sockets_are(expected: set[str]) -> None:
    for _ in range(100):
        if open_sockets() == expected:
            return
        await asyncio.sleep(0)
    assert open_sockets() == expected


LONG = [(UPTIME, ber.number(1))]

LIES: dict[str, Answer] = {
    "truncated": lambda request: [honest(request, interfaces(1))[:-3]],
    "another request's id": lambda request: [message(ber.RESPONSE, request.id ^ 1, LONG)],
    "another community": lambda request: [message(ber.RESPONSE, request.id, LONG, b"private")],
    "a request instead of a response": lambda request: [message(ber.GET, request.id, LONG)],
    "no SNMP at all": lambda _: [b"HTTP/1.1 400 Bad Request\r\n\r\n"],
    "SNMPv3 out of the blue": lambda _: [b"\x30\x0e\x02\x01\x03\x30\x09\x02\x01\x01\x02\x01\x01\x04\x01\x04"],
    "lists in lists in lists": lambda _: [b"\x30\x80" * 4000],
    "a length without its content": lambda _: [b"\x30\x84\xff\xff\xff\xff" + b"\x30" * 64],
    "more than a datagram should hold": lambda request: [message(ber.RESPONSE, request.id, LONG * 900)],
    "a flood": lambda request: [message(ber.RESPONSE, request.id ^ 1, LONG)] * 2000,
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_answer_that_is_none_is_a_protocol_error_in_time(lie: str) -> None:
    async with udp_server(device(LIES[lie])) as port:
        before, started = open_sockets(), time.monotonic()
        failed = await failure_of(probe(port))
        assert failed.reason == "protocol"
        assert time.monotonic() - started < 1.3
        await until_open_sockets_are(before)


async def test_silence_is_a_timeout_that_the_other_profiles_do_not_repeat() -> None:
    started = time.monotonic()
    async with udp_server(lambda _: []) as port:
        failed = await failure_of(probe(port, "system", "interfaces", "ups", timeout_seconds=3.0))
    assert failed.reason == "timeout"
    assert time.monotonic() - started < 1.3


async def test_a_lost_datagram_is_asked_for_again() -> None:
    lost = iter([True, False])

    def answer(request: Request) -> list[bytes]:
        return [] if next(lost) else [honest(request, interfaces(0))]

    async with udp_server(device(answer)) as port:
        assert (await measure(probe(port, timeout_seconds=5.0)))["device_uptime_seconds"] == 1


@pytest.mark.parametrize("back_to", [1, 3], ids=["the start", "where it was"])
async def test_a_walk_that_loops_is_given_up_and_the_rows_before_are_kept(back_to: int) -> None:
    def answer(request: Request) -> list[bytes]:
        if request.pdu == ber.GET:
            return [honest(request, interfaces(0))]
        column = (*IF_X_ENTRY, 1)
        walked = [(*column, index) for index in (1, 2, 3, back_to)]
        return [message(ber.RESPONSE, request.id, [(oid, ber.text("ether")) for oid in walked])]

    async with udp_server(device(answer)) as port:
        rows = await measure_rows(probe(port, "system", "interfaces", timeout_seconds=5.0))
    assert [row.row for row in rows] == ["", "ether", "ether#2", "ether#3"]
    assert rows[0].values["device_uptime_seconds"] == 1
    assert rows[0].values["snmp_truncated_tables"] == 1


async def test_a_table_that_drips_is_given_up_in_time_for_the_others() -> None:
    async def drip(port: int) -> None:
        rows = await measure_rows(probe(port, "interfaces", "system", timeout_seconds=2.0))
        assert rows[0].values["device_uptime_seconds"] == 1
        assert rows[0].values["snmp_failed_profiles"] == 1

    loop, objects = asyncio.get_running_loop(), interfaces(50)

    class Dripping(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            request = ber.read_request(data)
            slowly = 0.2 if request.pdu == ber.GETBULK else 0.0
            loop.call_later(slowly, self.transport.sendto, honest(request, objects, most=1), addr)

    transport, _ = await loop.create_datagram_endpoint(Dripping, ("127.0.0.1", 0))
    try:
        await drip(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


async def test_a_device_with_one_variable_in_each_response_is_read() -> None:
    async with udp_server(device(lambda request: [honest(request, interfaces(5), most=1)])) as port:
        rows = await measure_rows(probe(port, "interfaces", timeout_seconds=5.0))
    assert [row.row for row in rows] == ["", *(f"ether{index}" for index in range(1, 6))]
    assert [row.values["interface_receive_bytes_total"] for row in rows[1:]] == [1000, 2000, 3000, 4000, 5000]


async def test_more_variables_than_were_asked_for_are_refused() -> None:
    def answer(request: Request) -> list[bytes]:
        many = [((*IF_X_ENTRY, 1, index), ber.text("x")) for index in range(1, 200)]
        return [message(ber.RESPONSE, request.id, many)]

    async with udp_server(device(answer)) as port:
        failed = await failure_of(probe(port, "interfaces"))
    assert (failed.reason, "199 variables" in str(failed)) == ("protocol", True)


@pytest.mark.parametrize(
    ("status", "reason"), [(16, "refused"), (6, "refused"), (5, "answer"), (1, "answer")]
)
async def test_an_error_status_is_told(status: int, reason: str) -> None:
    def answer(request: Request) -> list[bytes]:
        return [message(ber.RESPONSE, request.id, [(UPTIME, ber.NULL)], numbers=(status, 1))]

    async with udp_server(device(answer)) as port:
        assert (await failure_of(probe(port))).reason == reason


async def test_no_other_host_can_answer_for_a_device() -> None:
    forger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    loop = asyncio.get_running_loop()

    class Honest(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            request = ber.read_request(data)
            forged = [(UPTIME, ber.number(99999, ber.TIMETICKS))]
            forger.sendto(message(ber.RESPONSE, request.id, forged), addr)
            self.transport.sendto(honest(request, interfaces(0)), addr)

    with forger:
        transport, _ = await loop.create_datagram_endpoint(Honest, ("127.0.0.1", 0))
        try:
            values = await measure(probe(transport.get_extra_info("sockname")[1]))
        finally:
            transport.close()
    assert values["device_uptime_seconds"] == 1


@pytest.mark.parametrize(("there", "told", "truncated"), [(400, 400, 0), (1010, 1000, 1)])
async def test_a_stack_of_switches_is_read_whole_and_too_many_rows_are_cut(
    there: int, told: int, truncated: int
) -> None:
    objects = interfaces(there)
    async with udp_server(device(lambda request: [honest(request, objects)])) as port:
        rows = await measure_rows(probe(port, "interfaces", timeout_seconds=30.0))
    assert len(rows) == 1 + told
    assert rows[0].values["snmp_truncated_tables"] == truncated


async def test_the_wanted_few_behind_thousands_of_sessions_are_found() -> None:
    objects = interfaces(2500, lambda index: "ether1" if index == 2400 else f"<pppoe-{index}>")
    async with udp_server(device(lambda request: [honest(request, objects)])) as port:
        rows = await measure_rows(probe(port, "interfaces", timeout_seconds=30.0, interfaces=["ether*"]))
    assert [row.row for row in rows] == ["", "ether1"]
    assert rows[1].values["interface_receive_bytes_total"] == 2_400_000
    assert rows[0].values["snmp_truncated_tables"] == 0


async def test_a_cancelled_poll_leaves_no_socket_open() -> None:
    asked = asyncio.Event()

    def answer(_: bytes) -> list[bytes]:
        asked.set()
        return []

    async with udp_server(answer) as port:
        before = open_sockets()
        running = asyncio.create_task(measure(probe(port)))
        await asked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await until_open_sockets_are(before)


async def test_broken_bytes_never_raise_anything_but_a_reason() -> None:
    """A broken answer, then the right one: what comes out is a value or a reason, and nothing is logged."""
    chance, told = random.Random(7), list[dict[str, object]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))

    def answer(request: Request) -> list[bytes]:
        right = honest(request, interfaces(2))
        broken = bytearray(right)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        return [bytes(broken[: chance.randint(1, len(broken))] if chance.random() < 0.3 else broken), right]

    async with udp_server(device(answer)) as port:
        for _ in range(150):
            try:
                rows = await measure_rows(probe(port, "system", "interfaces"))
            except Failed:
                continue
            assert rows[0].row == ""
    assert not told
