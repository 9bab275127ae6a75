"""Weigh the clues: the causes compete, the margin decides, and "unknown" is an honest answer.

The result is a function of the clues alone. A cause is corrected by weighing again when there are more.
"""

from collections.abc import Collection, Iterable, Mapping
from math import exp

from collector.causes.cause import CauseName, Clue, Confidence, WeighedCause
from collector.causes.weights import DOUBTS, NEARBY_POWER, OWN_POWER, POWER_CAUSES, UNKNOWN_POINTS, WEIGHTS

GUESS_SHARE = 0.5
LIKELY_SHARE = 0.85
CONFIRMED_SHARE = 0.95

Changes = dict[Clue, dict[CauseName, float]]

GROUPS = {
    "power_area": (
        "feeder_staggered",
        "feeder_went_to_battery",
        "feeder_on_battery",
        "feeder_lost",
        "area_lost",
    ),
    "provider": ("provider_lost", "provider_shared", "lost_from_one_provider"),
    "link": ("access_lost", "pop_lost", "medium_lost", "area_lost"),
    "agent": ("version_shared",),
}
"""The clues that name the group which shares a cause, the best first."""


def weigh(clues: Collection[Clue], causes: Mapping[CauseName, float]) -> WeighedCause:
    """Which of the causes it is. `causes` has the points that each of them has before any clue."""
    points: dict[CauseName, float] = dict(causes)
    if any(clue.name == "planned_work" for clue in clues):
        points["planned"] = 0.0
    if not is_power_shown(clues):
        points = {cause: start for cause, start in points.items() if cause not in POWER_CAUSES}
    changes = _changes(clues)
    for change in changes.values():
        for cause in points:
            points[cause] += change.get(cause, 0.0)
    shares = _shares(points | {"unknown": UNKNOWN_POINTS})
    best = max(points, key=lambda cause: (points[cause], cause))
    share = sum(shares[cause] for cause in _family(best) if cause in shares)
    if share < GUESS_SHARE:
        return WeighedCause(share=shares["unknown"])
    return WeighedCause(
        cause=best,
        confidence=_confidence(best, share, changes),
        share=share,
        where=_where(best, clues),
        clues=tuple(_speaking(changes, best, 1.0)),
        against=tuple(_speaking(changes, best, -1.0)),
    )


def is_power_shown(clues: Iterable[Clue]) -> bool:
    """Is there evidence of power: of the site itself, or else of its feeder, if the site does not deny it?"""
    names = {clue.name for clue in clues}
    return bool(names & OWN_POWER) or (bool(names & NEARBY_POWER) and not names & DOUBTS)


def _changes(clues: Iterable[Clue]) -> Changes:
    """The points that each clue changes. A UPS that took over explains why machines ran on."""
    weights = {clue: WEIGHTS[clue.name] for clue in clues}
    excused = any(weight.excuses_power for weight in weights.values())
    changes: Changes = {}
    for clue, weight in weights.items():
        points = dict(weight.points)
        if excused and weight.ran_on:
            points |= dict.fromkeys(POWER_CAUSES, max(points.values()))
        changes[clue] = points
    return changes


def _shares(points: Mapping[CauseName, float]) -> dict[CauseName, float]:
    highest = max(points.values())
    odds = {cause: exp(value - highest) for cause, value in points.items()}
    return {cause: value / sum(odds.values()) for cause, value in odds.items()}


def _family(cause: CauseName) -> frozenset[CauseName]:
    """Power of the site and power of the area are one belief: the clues of power count for both."""
    return POWER_CAUSES if cause in POWER_CAUSES else frozenset([cause])


def _confidence(cause: CauseName, share: float, changes: Changes) -> Confidence:
    if share < LIKELY_SHARE:
        return "guess"
    decisive = any(WEIGHTS[clue.name].decisive for clue in _speaking(changes, cause, 1.0))
    return "confirmed" if decisive and share >= CONFIRMED_SHARE else "likely"


def _speaking(changes: Changes, cause: CauseName, sign: float) -> list[Clue]:
    """The clues that speak for the cause (`sign` 1) or against it (-1), the strongest first."""
    strength = {clue: sign * points.get(cause, 0.0) for clue, points in changes.items()}
    return sorted((clue for clue in strength if strength[clue] > 0), key=lambda clue: -strength[clue])


def _where(cause: CauseName, clues: Iterable[Clue]) -> str:
    about = {clue.name: clue.about for clue in clues}
    return next((about[name] for name in GROUPS.get(cause, ()) if name in about), "")
