"""How an agent comes back to its broker, and how long that takes at most. Pure.

Both ends go by it: the agent pauses so, and the collector misses nobody who may still be on the way back.
"""

PAUSE_AT_MOST_SECONDS = 60.0
SPREAD = (0.25, 0.75)
"""The part of a pause that is kept, by chance: agents that lost one broker don't come back at once."""
CONNECT_SECONDS = 10.0
"""An attempt that takes longer has failed."""
RESUME_SPREAD_SECONDS = 10.0
"""Within so long agents speak when the collector is there again."""


def pause_seconds(attempts: int, chance: float) -> float:
    """The pause after so many attempts that failed; `chance` is of [0, 1)."""
    low, high = SPREAD
    return min(PAUSE_AT_MOST_SECONDS, 2.0 ** min(attempts, 8)) * (low + (high - low) * chance)


BACK_SECONDS = CONNECT_SECONDS + PAUSE_AT_MOST_SECONDS * SPREAD[1] + RESUME_SPREAD_SECONDS
"""So long after a broker can be reached again its last agent speaks: an attempt hung, then came a pause."""
