"""Waiting for an event or a time, whichever comes first."""

import asyncio
from contextlib import suppress


async def wait_at_most(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event is set; it returns as soon as it is, and after so many seconds where it is not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):  # wait_for of Python 3.11 may swallow a cancel
            await event.wait()
    return event.is_set()
