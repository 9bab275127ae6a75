"""The scripted cuts of the lab, in the order in which they happen."""

from collections.abc import Iterator
from itertools import chain, zip_longest

from tests.lab.causes.script import Script, cut, hang, mains, pulled


def scripts() -> Iterator[Script]:
    """A cut with no site down fits into the pause between two outages of sites."""
    pairs = zip_longest(_of_sites(), _others())
    yield from (script for script in chain.from_iterable(pairs) if script is not None)


def _of_sites() -> Iterator[Script]:
    """A site is cut again only after more than five minutes: a machine that starts then is another one."""
    yield cut("site-a1")
    yield mains({"site-a5": 0.0})
    yield hang("site-b2", switched_off=True)
    yield pulled("site-a4")


def _others() -> Iterator[Script]:
    return iter(())
