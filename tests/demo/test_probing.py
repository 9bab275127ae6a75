"""The simulated network of a site drives the agent's own streams and probes."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest

from agent.net.allow import UNRESTRICTED
from agent.net.failed import Failed
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from demo.probing import PLACES, SimulatedNetwork
from demo.script_time import ScriptTime
from tests.demo.still_city import StillCity
from wire.probes import Http, Tcp

ROUTER = "10.61.4.1"


def network(city: StillCity, speed: float = 1.0) -> SimulatedNetwork:
    return SimulatedNetwork("gradasi", city, ScriptTime(time.time(), speed), Random(1))


@asynccontextmanager
async def engine(city: StillCity) -> AsyncIterator[EchoEngine]:
    made = EchoEngine(Flips(), network(city).for_agent().open_socket)
    await made.open()
    try:
        yield made
    finally:
        made.close()


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not look():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_the_real_stream_of_echoes_follows_the_truth() -> None:
    city = StillCity()
    async with engine(city) as echoes:
        stream = echoes.watch("uplink", ROUTER, period_seconds=0.25)
        await until(lambda: stream.state == "up")
        taken = stream.take()
        assert taken.rtt_median_seconds == pytest.approx(0.01, abs=0.001)
        city.silent.add(ROUTER)
        await until(lambda: stream.state == "down")
        assert stream.reason == "timeout"
        city.silent.clear()
        await until(lambda: stream.state == "up")


async def test_a_place_of_the_site_is_asked_for_by_its_name() -> None:
    city, made = StillCity(), network(StillCity()).for_agent()
    address = await made.resolve("@gateway", UNRESTRICTED)
    assert address == PLACES["@gateway"]
    assert await made.resolve(ROUTER, UNRESTRICTED) == ROUTER
    city.silent.add("@gateway")
    async with engine(city) as echoes:
        stream = echoes.watch("gateway", address, period_seconds=0.25)
        await until(lambda: stream.state == "down")


def test_no_echo_goes_by_ipv6() -> None:
    with pytest.raises(OSError, match="not supported"):
        network(StillCity()).for_agent().open_socket(socket.AF_INET6)


async def test_a_probe_takes_as_long_as_its_values_say() -> None:
    city = StillCity()
    city.values = {"http_connect_seconds": 0.02, "http_processing_seconds": 0.03, "http_status_code": 200.0}
    began = time.monotonic()
    (row,) = await network(city).for_agent().measure(Http("app", "https://app.example/"), UNRESTRICTED)
    assert row.values == city.values
    assert 0.05 <= time.monotonic() - began < 5


async def test_a_probe_that_fails_says_why_and_a_timeout_takes_its_time() -> None:
    city = StillCity()
    city.failing = {"app": "refused", "slow": "timeout"}
    measure = network(city).for_agent().measure
    with pytest.raises(Failed) as refused:
        await measure(Tcp("app", ROUTER, 443), UNRESTRICTED)
    assert refused.value.reason == "refused"
    began = time.monotonic()
    with pytest.raises(Failed) as late:
        await measure(Tcp("slow", ROUTER, 443, timeout_seconds=0.2), UNRESTRICTED)
    assert late.value.reason == "timeout"
    assert time.monotonic() - began >= 0.2


async def test_the_truth_is_asked_at_the_scripts_time() -> None:
    city = StillCity()
    began = time.time()
    port = SimulatedNetwork("gradasi", city, ScriptTime(began - 10, 60.0), Random(1)).for_agent()
    opened = port.open_socket(socket.AF_INET)
    opened.send((ROUTER, 0), 1, b"12345678")
    opened.close()
    assert began - 10 + 600 <= city.asked[0] < began - 10 + 600 + 300
