"""Attempts that begin one after another; a later one may succeed first (RFC 8305, section 5)."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from agent.net.failed import Failed
from wire.probes import NOT_RUN

T = TypeVar("T")


async def first_to_succeed(
    attempts: Sequence[Callable[[], Coroutine[Any, Any, T]]], delay_seconds: float
) -> T:
    """The next attempt begins after the delay, or as soon as one fails. Raises Failed if all fail."""
    if len(attempts) == 1:  # as most targets have it: no task for it
        return await attempts[0]()
    begun: list[asyncio.Task[T]] = []
    running: set[asyncio.Task[T]] = set()
    try:
        while running or len(begun) < len(attempts):
            if len(begun) < len(attempts):
                begun.append(asyncio.create_task(attempts[len(begun)]()))
                running.add(begun[-1])
            delay = delay_seconds if len(begun) < len(attempts) else None
            done, running = await asyncio.wait(running, timeout=delay, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not isinstance(task.exception(), Failed):
                    return task.result()
        raise _of_all([task.exception() for task in begun])
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _of_all(failures: Sequence[BaseException | None]) -> Failed:
    """A failure of the target goes before one of this machine; it gets the details of all, each once."""
    failed = [failure for failure in failures if isinstance(failure, Failed)]
    first = next((failure for failure in failed if failure.reason not in NOT_RUN), failed[0])
    if first.reason not in NOT_RUN:
        first.detail = "; ".join(dict.fromkeys(failure.detail for failure in failed))
    return first
