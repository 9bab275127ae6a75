"""The snmp probe over lines that lose datagrams, and with devices that are slow: in virtual time."""

import asyncio
from collections.abc import Iterator
from itertools import islice

import pytest

from agent.net.failed import Failed
from agent.probes.measurement import Row
from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.poll import poll
from tests.agent.probes.snmp.test_odd_devices import Objects, honest, ports, probe
from tests.fakes.jumping_loop import run_jumping
from tests.fakes.snmp_line import SnmpLine
from tests.servers import ber

POLL_SECONDS = 13.5


@pytest.fixture(autouse=True)
def _boot_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.exchange.boot_now", lambda: asyncio.get_running_loop().time())


async def polls(
    objects: Objects, count: int, seconds: float = 0.005, loss: float = 0.0, most: int = 10**9, seed: int = 1
) -> list[tuple[float, int, list[Row]]]:
    """Of each poll its seconds, the requests that reached the device, and its rows."""

    def answer(datagram: bytes) -> bytes | None:
        request = ber.read_request(datagram)
        too_much = len(request.oids) * max(1, request.repetitions) > most
        return None if too_much else honest(request, objects)

    loop, device, line = asyncio.get_running_loop(), SnmpDevice(), SnmpLine(answer, seconds, loss, seed)
    done = []
    for _ in range(count):
        started, before = loop.time(), line.requests
        session = line.session(device)
        asked = probe(161, profiles=["system", "interfaces"])
        try:
            rows = await poll(session, asked, started + POLL_SECONDS)
        except Failed as failed:
            rows = [Row({}, str(failed))]
        done.append((loop.time() - started, line.requests - before, rows))
        await asyncio.sleep(60)
    return done


@pytest.mark.parametrize("seed", range(8))
def test_where_one_datagram_of_five_is_lost_each_poll_has_all_rows(seed: int) -> None:
    """Both ways. The patience for one request bounds it: one poll of some hundred may lack rows."""
    clean = run_jumping(polls(ports(50), 1))[0][2]
    done = run_jumping(polls(ports(50), 5, loss=0.2, seed=seed))
    whole = [rows for _, _, rows in done if rows == clean]
    assert len(whole) == 5


def test_a_slow_device_gets_each_request_once() -> None:
    """It works at each copy, so that copies would make it slower."""
    first, *others = run_jumping(polls(ports(4), 4, seconds=1.8))
    assert first[1] <= 8
    for taken, requests, rows in others:
        assert (requests, rows[0].values["snmp_failed_profiles"]) == (5, 0)
        assert taken == pytest.approx(5 * 1.8)


def test_a_device_of_two_seconds_an_answer_gives_whole_rows(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    for _, _, rows in run_jumping(polls(ports(50), 3, seconds=2.0))[1:]:
        device, *parts = rows
        assert 4 <= len(parts) < 50
        assert all(row.values["interface_receive_bytes_total"] for row in parts)
        assert device.values["snmp_failed_profiles"] == device.values["snmp_truncated_tables"] == 1
        assert device.values["device_uptime_seconds"] == 1
    assert "profile interfaces: the device: answers too slowly; raise timeout_seconds" in caplog.text


def test_a_lost_request_says_nothing_about_its_size_for_long() -> None:
    device = SnmpDevice()
    device.polled()
    device.perhaps_too_big(15)
    assert device.variables == 15
    device.polled()
    assert device.variables == 30


def test_a_device_that_is_silent_for_much_at_once_is_asked_for_more_ever_later() -> None:
    done = run_jumping(polls(ports(4), 40, most=12))
    slow = [number for number, (seconds, _, _) in enumerate(done) if seconds > 1]
    assert slow == list(islice(_after_doubts(), len(slow)))
    assert 3 < len(slow) < 8


def _after_doubts() -> Iterator[int]:
    """The polls of new trials: after 1, 2, 4, … polls."""
    poll, pause = 0, 1
    while True:
        yield poll
        poll, pause = poll + pause, pause * 2
