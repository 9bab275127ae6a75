"""Modules are loaded without looks for garbage among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Modules imported within stay: looks through them take a quarter of the CPU of a start and a stop."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
