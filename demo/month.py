"""A month of history in the store of a demo, before its collector starts."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import pairwise
from random import Random

from collector.changes import Changes
from collector.database.store import Store
from collector.inventory import City
from demo.past import Past
from demo.story import Story

DAYS = 30
PARTS = 6
"""So many parts are made beside each other, by as many processes as there are processors."""
QUIET_HOUR = 6.25
"""Parts meet at this hour of a day, at which no fault of the usual day acts."""
DELIVERY_SECONDS = (0.4, 2.5)


def write(story: Story, city: City, store: str, days: int = DAYS) -> int:
    """Write the month into a new store; return the number of its incidents. Raises StoreError."""
    whole = made(story, city, days)
    opened = Store(store)
    try:
        opened.begin()
        opened.commit(whole)
        _deliver(opened, Random(f"{story.seed}/delivery"))
    finally:
        opened.close()
    return len(whole.incidents)


def made(story: Story, city: City, days: int) -> Changes:
    edges = list(_edges(story, days))
    spans = list(pairwise(edges))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(spans), multiprocessing.cpu_count()), mp_context=context) as pool:
        parts = [pool.submit(_part, story, city, since, until) for since, until in spans]
        whole = Changes()
        for part in parts:
            whole = whole.then(part.result())
    return whole


def _edges(story: Story, days: int) -> Iterator[float]:
    """The times at which parts meet, and the present."""
    at, now = story.days, story.days.pace.began_at
    for part in range(PARTS):
        day = at.day(now) - timedelta(days=days - part * days // PARTS)
        yield at.midnight(day) + QUIET_HOUR * 3600
    yield now


def _part(story: Story, city: City, since: float, until: float) -> Changes:
    return Past(story, city, since, until).changes()


def _deliver(store: Store, chance: Random) -> None:
    """The receivers of that time took each letter a moment after it was written."""
    outbox = store.outbox
    for receiver in outbox.receivers():
        after = 0
        while waiting := outbox.waiting(receiver, after):
            for letter in waiting:
                outbox.delivered(letter, at=letter.document.at + chance.uniform(*DELIVERY_SECONDS))
            after = waiting[-1].number
