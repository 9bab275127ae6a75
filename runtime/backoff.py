"""How long to wait before the next attempt. Sans-IO: chance is a parameter.

The pause of an agent whose broker is away is wire.reconnect's: the collector reckons with it too.
"""

DOUBLINGS_AT_MOST = 8
SPREAD = (0.75, 1.25)


def spread(seconds: float, chance: float) -> float:
    """A quarter less to a quarter more, so that programs that began together part; `chance` is of [0, 1)."""
    low, high = SPREAD
    return seconds * (low + (high - low) * chance)


def backoff_seconds(failures: int, chance: float, *, at_most: float, first: float = 1.0) -> float:
    """After so many failures in a row, from 1: `first` seconds, doubled each time up to `at_most`, spread."""
    return spread(min(at_most, first * 2.0 ** min(failures - 1, DOUBLINGS_AT_MOST)), chance)
