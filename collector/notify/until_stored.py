"""An operation of the store, repeated until the store works: what is forgotten would be sent again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from collector.database.engine import StoreError
from runtime.backoff import backoff_seconds

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
RETRY_AT_MOST_SECONDS = 60.0


def retry_seconds(failures: int) -> float:
    """The pause after so many failures in a row."""
    return backoff_seconds(failures, random.random(), at_most=RETRY_AT_MOST_SECONDS)


async def until_stored(
    pause: Callable[[float], Awaitable[None]],
    operation: Callable[P, T],
    *arguments: P.args,
    **named: P.kwargs,
) -> T:
    """The result of the operation, which may raise StoreError before."""
    failures = 0
    while True:
        try:
            return await asyncio.to_thread(operation, *arguments, **named)
        except StoreError as error:
            failures += 1
            if failures == 1:
                log.error("%s; notices wait", error)
        await pause(retry_seconds(failures))
