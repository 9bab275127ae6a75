"""Tasks beside each other: one that fails ends them all, and its error is what comes out."""

import asyncio
import traceback
from collections.abc import Coroutine
from typing import Any

import pytest

from runtime.tasks import alongside, run_with


class Forever:
    """A work without end, that shows how it ended."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.cancelled = False

    async def run(self) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def breaks() -> None:
    raise OSError("broke")


async def divide_by_zero(beside: Coroutine[Any, Any, None], after: asyncio.Event) -> None:
    async with alongside(beside):
        await after.wait()
        raise ZeroDivisionError


async def test_works_have_ended_when_the_context_returns() -> None:
    work = Forever()
    async with alongside(work.run()):
        await work.began.wait()
    assert work.cancelled


async def test_a_work_that_fails_cancels_the_body_and_the_others() -> None:
    other = Forever()
    with pytest.raises(OSError, match="broke") as caught:
        async with asyncio.timeout(5), alongside(other.run(), breaks()):
            await asyncio.Event().wait()
    assert other.cancelled
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "breaks"


async def test_an_error_of_the_body_ends_the_works() -> None:
    work = Forever()
    with pytest.raises(ZeroDivisionError):
        await divide_by_zero(work.run(), work.began)
    assert work.cancelled


async def test_the_error_of_the_body_goes_before_that_of_a_work_it_ends() -> None:
    began = asyncio.Event()

    async def breaks_at_its_end() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("at its end")

    with pytest.raises(ZeroDivisionError):
        await divide_by_zero(breaks_at_its_end(), began)


async def test_a_cancel_from_outside_goes_through() -> None:
    work = Forever()

    async def body() -> None:
        async with alongside(work.run()):
            await asyncio.Event().wait()

    task = asyncio.create_task(body())
    await work.began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.cancelled


async def test_a_work_that_is_done_ends_nothing() -> None:
    done = asyncio.Event()

    async def sets() -> None:
        done.set()

    async with asyncio.timeout(5), alongside(sets()):
        await done.wait()
        await asyncio.sleep(0)


async def test_main_gives_its_result_and_ends_the_works() -> None:
    work = Forever()

    async def main() -> int:
        await work.began.wait()
        return 7

    assert await run_with(main(), work.run(), stop=lambda: None) == 7
    assert work.cancelled


async def test_a_work_that_fails_asks_main_to_end_in_its_own_time() -> None:
    stop, finished = asyncio.Event(), False

    async def main() -> None:
        nonlocal finished
        await stop.wait()
        await asyncio.sleep(0)
        finished = True

    other = Forever()
    with pytest.raises(OSError, match="broke"):
        async with asyncio.timeout(5):
            await run_with(main(), other.run(), breaks(), stop=stop.set)
    assert finished
    assert other.cancelled


async def test_the_error_of_main_goes_before_that_of_a_work() -> None:
    stop = asyncio.Event()

    async def main() -> None:
        await stop.wait()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_with(main(), breaks(), stop=stop.set)
