"""When a certificate is due for renewal. Pure: the times are arguments, in Unix seconds."""

from typing import NamedTuple

LIFE_SHARE = 2 / 3
SPREAD_SECONDS = 600.0
"""After a change of authority a whole city renews: each agent at a time of its own."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60.0, 6 * 3600.0


class Held(NamedTuple):
    """The certificate in use, and the authorities that this agent believes (`authority_id` of each)."""

    begins: float
    ends: float
    authorities: frozenset[str]


def due(held: Held, now: float | None, newest_authority: str, refused: bool) -> bool:
    """`now` is None while nobody says the time. `refused`: the broker takes the certificate no more."""
    if refused or (newest_authority and newest_authority not in held.authorities):
        return True
    return now is not None and now >= held.begins + LIFE_SHARE * (held.ends - held.begins)


def pause_seconds(failures: int, chance: float) -> float:
    """The time to the next attempt after so many that failed in a row; `chance` is in [0, 1)."""
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 12))
    return longest * (0.5 + chance / 2)
