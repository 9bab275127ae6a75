"""Turns: many polls that begin or go on at once hold up no other task for longer than one piece of work."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial

from agent.probes.snmp.ber import name_of
from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.exchange import SnmpExchange
from agent.probes.snmp.message import GET, Community
from agent.probes.snmp.poll import _make_rows
from agent.probes.snmp.polled import TakenProfile
from agent.probes.snmp.round_trips import RoundTrips
from agent.probes.snmp.table import TakenTable
from agent.probes.snmp.turns import Turns
from tests.agent.probes.snmp.test_odd_devices import honest, ports
from tests.fakes.jumping_loop import run_jumping
from tests.fakes.snmp_line import SnmpLine
from tests.servers import ber
from wire.probes import Snmp
from wire.profile import Oid, numbers
from wire.profiles import builtin


async def test_of_many_polls_that_begin_at_once_one_begins_in_a_turn_of_the_loop() -> None:
    turns, turn, began = Turns(), 0, list[tuple[int, int]]()

    async def poll(number: int) -> None:
        await turns.turn(number)
        began.append((turn, number))

    polls = asyncio.gather(*map(poll, range(30)))
    while not polls.done():
        turn += 1
        await asyncio.sleep(0)
    assert set(Counter(at for at, _ in began).values()) == {1}
    assert [number for _, number in began] == list(range(30))


async def test_the_first_piece_is_done_at_once_and_the_lowest_number_next() -> None:
    turns, done = Turns(), list[int]()
    for number in (7, 5, 1, 3):
        turns.take(number, partial(done.append, number))
    assert done == [7]
    await turns.turn(9)
    assert done == [7, 1, 3, 5]


async def test_a_poll_that_is_cancelled_before_its_turn_stops_no_other() -> None:
    turns = Turns()
    polls = [asyncio.create_task(turns.turn(number)) for number in range(3)]
    await asyncio.sleep(0)
    polls[1].cancel()
    assert [type(end) for end in await asyncio.gather(*polls, return_exceptions=True)] == [
        *(type(None), asyncio.CancelledError, type(None))
    ]


class LateTurns(Turns):
    """Those of a machine that has no time for half a minute."""

    def take(self, number: int, work: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_later(30.0, work)


async def answer_in_late_turns() -> tuple[int, int]:
    """How many variables the answer has, and how many requests the device got."""
    line = SnmpLine(lambda datagram: honest(ber.read_request(datagram), ports(1)), seconds=0.005)
    community, round_trips = Community(1, b"public"), RoundTrips()
    exchange = SnmpExchange(line, community, LateTurns(), 1, "device", round_trips)  # type: ignore[arg-type]
    answer = await exchange.ask(GET, [name_of((1, 3, 6, 1, 2, 1, 1, 3, 0))])
    return len(answer.variables), line.requests


def test_the_wait_for_a_turn_is_no_silence_of_the_device() -> None:
    assert run_jumping(answer_in_late_turns()) == (1, 1)


async def test_while_the_rows_of_a_large_table_are_made_other_tasks_have_turns() -> None:
    table = builtin("interfaces").tables[0]
    up = numbers(table.values["interface_up"][0].oid)
    names: dict[Oid, str] = {(index,): f"port{index}" for index in range(1, 501)}
    read = TakenTable(table, {(*up, *index): 1 for index in names}, names)
    session = SnmpLine(lambda _: None, seconds=0.0).session(SnmpDevice())
    asked, taken = Snmp("t", "127.0.0.1", ["interfaces"], community_file="c"), TakenProfile()
    making = asyncio.ensure_future(_make_rows(session, asked, taken, [read]))
    made = list[int]()
    while not making.done():
        await asyncio.sleep(0)
        made.append(len(taken.parts))
    assert made[:5] == [100, 200, 300, 400, 500]
