"""The pauses of an agent that comes back to its broker, and their bound. Pure.

Both ends use it: the agent pauses so, and the collector misses no agent that may still be on its way back.
"""

PAUSE_AT_MOST_SECONDS = 60.0
SPREAD = (0.25, 0.75)
"""The random share of a pause: agents that lost the same broker don't all come back at once."""
CONNECT_SECONDS = 10.0
"""An attempt that takes longer has failed."""
RESUME_SPREAD_SECONDS = 10.0
"""Within this time the agents speak when the collector is back."""


def pause_seconds(attempts: int, chance: float) -> float:
    """The pause after so many failed attempts; `chance` is in [0, 1)."""
    low, high = SPREAD
    return min(PAUSE_AT_MOST_SECONDS, 2.0 ** min(attempts, 8)) * (low + (high - low) * chance)


BACK_SECONDS = CONNECT_SECONDS + PAUSE_AT_MOST_SECONDS * SPREAD[1] + RESUME_SPREAD_SECONDS
"""The longest time from a broker's return to its last agent's word: one attempt that hangs, and one pause."""
