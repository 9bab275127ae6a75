"""A month of history for the store of a demo.

The last 24 hours of each path are there before the collector starts. The incidents follow while it runs, made
by other processes, so that the city is alive at once.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from random import Random

from collector.assignments.compile import Compiler
from collector.changes import Changes
from collector.database.store import Store
from collector.intake.transactions import Transactions
from collector.inventory import City
from demo.past import PlayedPast
from demo.story import Story
from demo.workers import workers
from demo.yesterday import yesterday

DAYS = 30
PARTS = 6
"""So many parts are made beside each other, the newest first."""
QUIET_HOUR = 6.25
"""Parts meet at this hour of a day, at which no fault of the usual day acts."""


def write_yesterday(story: Story, city: City, url: str) -> None:
    """Write the cells into a new store. Raises StoreError."""
    store = Store(url)
    try:
        store.begin()
        cells = yesterday(story.truth, Compiler(city).assignments(1), Random(f"{story.seed}/yesterday"))
        store.commit(Changes(past=cells))
    finally:
        store.close()


async def write_month(story: Story, city: City, pipeline: Transactions, days: int = DAYS) -> int:
    """Give the incidents to a running collector; return their number."""
    loop, number = asyncio.get_running_loop(), 0
    with workers(PARTS) as pool:
        parts = [
            loop.run_in_executor(pool, made, story, city, since, until)
            for since, until in reversed(list(pairwise(edges(story, days))))
        ]
        for part in parts:
            changes = await part
            number += len(changes.incidents)
            await pipeline.transact(lambda changes=changes: changes)  # type: ignore[misc]
    return number


def made(story: Story, city: City, since: float, until: float) -> Changes:
    return PlayedPast(story, city, since, until).changes()


def edges(story: Story, days: int) -> Iterator[float]:
    """The times at which parts meet, and the present."""
    at, now = story.days, story.days.pace.began_at
    for part in range(PARTS):
        day = at.day(now) - timedelta(days=days - part * days // PARTS)
        yield at.midnight(day) + QUIET_HOUR * 3600
    yield now
