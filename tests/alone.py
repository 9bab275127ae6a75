"""A machine of its own that leads nowhere: every agent pings its gateway, and no test may leave this one."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.netns import lab


@contextmanager
def alone() -> Iterator[None]:
    """This thread, and what it starts, is there meanwhile. Needs root."""
    with lab() as built, built.host("alone").entered():
        yield
