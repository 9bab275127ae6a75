"""A relay passes bytes as a cable does, and waits while it is cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from demo.relay import HOST, Relay, relay
from tests.free_ports import free_port

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LONG, SHORT = 20.0, 0.1


class FarEnd:
    """The broker's place: the connections that came, in their order."""

    def __init__(self) -> None:
        self.came = asyncio.Queue[Ends]()
        self.all: list[asyncio.StreamWriter] = []

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.all.append(writer)
        self.came.put_nowait((reader, writer))

    async def next(self) -> Ends:
        async with asyncio.timeout(LONG):
            return await self.came.get()


@asynccontextmanager
async def between() -> AsyncIterator[tuple[Relay, FarEnd, Callable[[], asyncio.Task[Ends]]]]:
    far, opened = FarEnd(), list[asyncio.Task[Ends]]()
    server = await asyncio.start_server(far.take, HOST, 0)
    port: int = server.sockets[0].getsockname()[1]
    async with relay(port) as made:

        def dial() -> asyncio.Task[Ends]:
            opened.append(asyncio.create_task(asyncio.open_connection(HOST, made.port)))
            return opened[-1]

        yield made, far, dial
        ends = [(await task)[1] for task in opened]
    server.close()
    for end in (*ends, *far.all):
        end.close()
        with suppress(OSError):
            await end.wait_closed()


async def reads(end: Ends, wanted: bytes) -> bool:
    async with asyncio.timeout(LONG):
        return await end[0].readexactly(len(wanted)) == wanted


async def is_silent(end: Ends) -> bool:
    """Nothing comes, and no end."""
    try:
        async with asyncio.timeout(SHORT):
            await end[0].read(1)
    except TimeoutError:
        return True
    return False


async def test_bytes_go_both_ways_and_so_does_an_end() -> None:
    async with between() as (_, broker, dial):
        agent = await dial()
        agent[1].write(b"connect")
        far = await broker.next()
        assert await reads(far, b"connect")
        far[1].write(b"accepted")
        assert await reads(agent, b"accepted")
        agent[1].write(b"goodbye")
        agent[1].close()
        assert await reads(far, b"goodbye")
        assert await far[0].read() == b""


async def test_a_broker_that_closes_ends_the_agents_connection() -> None:
    async with between() as (_, broker, dial):
        agent = await dial()
        (await broker.next())[1].close()
        async with asyncio.timeout(LONG):
            assert await agent[0].read() == b""


async def test_bytes_wait_in_a_cut_way_and_all_arrive_when_it_is_mended() -> None:
    async with between() as (made, broker, dial):
        agent = await dial()
        far = await broker.next()
        made.set_cut(True)
        agent[1].write(b"report 1, ")
        agent[1].write(b"report 2")
        far[1].write(b"an ack")
        assert await is_silent(far)
        assert await is_silent(agent)
        made.set_cut(False)
        assert await reads(far, b"report 1, report 2")
        assert await reads(agent, b"an ack")


async def test_a_connection_that_begins_while_the_way_is_cut_gets_its_answer_later() -> None:
    async with between() as (made, broker, dial):
        made.set_cut(True)
        agent = await dial()
        agent[1].write(b"connect")
        assert await is_silent(agent)
        assert broker.came.empty()
        made.set_cut(False)
        assert await reads(await broker.next(), b"connect")


async def test_an_agent_that_gave_up_meanwhile_is_seen_to_end_afterwards() -> None:
    async with between() as (made, broker, dial):
        agent = await dial()
        far = await broker.next()
        made.set_cut(True)
        agent[1].close()
        assert await is_silent(far)
        made.set_cut(False)
        async with asyncio.timeout(LONG):
            assert await far[0].read() == b""


async def test_an_agent_without_power_says_no_goodbye() -> None:
    async with between() as (made, broker, dial):
        agent = await dial()
        far = await broker.next()
        made.set_cut(True)
        made.lose_power()
        async with asyncio.timeout(LONG):
            assert await agent[0].read() == b""
        assert await is_silent(far)
        made.set_cut(False)
        assert await is_silent(far)
        far[1].close()


async def test_an_agent_learns_at_once_that_no_broker_listens() -> None:
    async with relay(free_port()) as made:
        reader, writer = await asyncio.open_connection(HOST, made.port)
        async with asyncio.timeout(LONG):
            assert await reader.read() == b""
        writer.close()


async def test_much_data_waits_for_an_end_that_does_not_read() -> None:
    much = bytes(8 * 2**20)
    async with between() as (_, broker, dial):
        agent = await dial()
        far = await broker.next()
        agent[1].write(much)
        async with asyncio.timeout(LONG):
            assert await far[0].readexactly(len(much)) == much
