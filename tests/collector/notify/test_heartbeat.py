"""The heartbeat beats while the collector is well, and only then."""

import asyncio
import logging

import pytest

from collector.notify import heartbeat
from tests.collector.waiting import until
from tests.fakes.answering import answering, status

SECRET = "/ping/s3cr3t"


class Beats:
    """Pauses that take no time, until so many."""

    def __init__(self, at_most: int) -> None:
        self.seconds: list[float] = []
        self._at_most = at_most

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) >= self._at_most:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


async def beating(url: str, ailments: list[str], count: int) -> list[float]:
    """Let it run for so many beats; the last of `ailments` lasts."""
    pauses = Beats(count)
    task = asyncio.create_task(
        heartbeat.run(url, 60.0, lambda: ailments.pop(0) if len(ailments) > 1 else ailments[0], pauses)
    )
    await until(lambda: len(pauses.seconds) == count)
    task.cancel()
    await asyncio.wait({task})
    return pauses.seconds


async def test_it_asks_for_its_url_once_a_period() -> None:
    async with answering(status(200)) as server:
        assert await beating(server.url + SECRET, [""], 3) == [60.0] * 3
    assert len(server.requests) == 3
    assert server.requests[0].head.startswith(f"GET {SECRET} HTTP/1.1")


async def test_it_is_silent_while_the_collector_is_not_well_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with answering(status(200)) as server:
        await beating(server.url, ["", "the broker is not connected", "the broker is not connected", ""], 4)
    assert len(server.requests) == 2
    assert [one.getMessage() for one in caplog.records] == [
        "heartbeat: none while the broker is not connected"
    ]


async def test_a_service_that_refuses_it_is_named_once_without_the_url(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with answering(status(500), status(500), status(200)) as server:
        await beating(server.url + SECRET, [""], 3)
    assert [one.getMessage() for one in caplog.records] == [
        "heartbeat: HTTP 500; see heartbeat.url",
        "heartbeat: it is taken again",
    ]
    assert "s3cr3t" not in caplog.text


async def test_without_a_url_there_is_none() -> None:
    await asyncio.wait_for(heartbeat.run("", 60.0, lambda: ""), 5)
