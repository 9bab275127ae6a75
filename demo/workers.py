"""Processes that make the past of a demo while its city is alive, at low priority."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from demo.children import end_with

NICE = 10
"""The city that is alive comes first."""


@contextmanager
def workers(at_most: int) -> Iterator[ProcessPoolExecutor]:
    """They end with the context, whatever they do: who stops the demo does not wait for its past."""
    context = multiprocessing.get_context("spawn")
    processes = min(at_most, multiprocessing.cpu_count())
    with ProcessPoolExecutor(processes, context, _begin, (os.getpid(),)) as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()


def _begin(parent: int) -> None:
    end_with(parent)
    os.nice(NICE)
