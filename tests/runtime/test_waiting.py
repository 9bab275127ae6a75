"""An event or a time, whichever comes first."""

import asyncio

import pytest

from runtime.waiting import wait_at_most


async def test_an_event_that_is_set_costs_no_time() -> None:
    event = asyncio.Event()
    event.set()
    async with asyncio.timeout(5):
        assert await wait_at_most(event, float("inf"))


async def test_an_event_ends_the_wait_before_its_time() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    async with asyncio.timeout(5):
        assert await wait_at_most(event, 3600)


@pytest.mark.parametrize("seconds", [0.01, 0.0, -1.0])
async def test_the_time_ends_the_wait_without_the_event(seconds: float) -> None:
    async with asyncio.timeout(5):
        assert not await wait_at_most(asyncio.Event(), seconds)


async def test_a_cancel_is_never_taken_for_the_time() -> None:
    waiting = asyncio.create_task(wait_at_most(asyncio.Event(), 3600))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_cancel_at_the_event_itself_is_not_swallowed() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(wait_at_most(event, 3600))
    await asyncio.sleep(0)
    event.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
