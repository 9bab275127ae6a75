"""Tasks beside each other, so that half a program never lives on.

`alongside` is for a body that may be cancelled at any await, `run_with` for one that ends in its own time.
For tasks that come and go there is asyncio.TaskGroup.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")
Work = Coroutine[Any, Any, None]


@asynccontextmanager
async def alongside(*works: Work) -> AsyncIterator[None]:
    """The works run while the context is open; at its end they are cancelled, and have ended when it returns.

    A work that fails cancels the body, and its error comes out of the context. So does the body's own.
    """
    failed: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
            try:
                yield
            except BaseException as error:
                failed = error
                raise
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
        raise (failed if failed and failed in errors.exceptions else first) from None


async def run_with(main: Coroutine[Any, Any, T], *works: Work, stop: Callable[[], object]) -> T:
    """`main` until it ends by itself; the works run beside it, and are cancelled then.

    A work that fails calls `stop`, which asks `main` to end; then its error is raised. An error of `main`
    goes before it.
    """

    def stop_if_failed(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            stop()

    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(stop_if_failed)
    try:
        result = await main
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return result
