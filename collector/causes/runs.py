"""Runs of equal measurements, in order of time, whatever order they come in."""

from bisect import bisect_right
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from msgspec import Struct

RUNS_KEPT = 24
State = TypeVar("State", bound=Hashable)


class Run(Struct, Generic[State], gc=False):
    """It measured `value` from `since` to `until`, without a pause. `remaining` is that of a battery."""

    since: float
    until: float
    value: State
    remaining: float | None = None


class Runs(Generic[State]):
    """The newest runs. `dropped` counts those for which there was no room."""

    __slots__ = ("_runs", "dropped")

    def __init__(self) -> None:
        self._runs: list[Run[State]] = []
        self.dropped = 0

    def __iter__(self) -> Iterator[Run[State]]:
        return iter(self._runs)

    def add(self, at: float, value: State, pause: float, remaining: float | None = None) -> bool:
        """A measurement. It continues a run if that is no further away than `pause` seconds; else True."""
        runs = self._runs
        last = runs[-1] if runs else None
        if last is not None and last.value == value and 0 <= at - last.until <= pause:
            last.until = at
            last.remaining = remaining if remaining is not None else last.remaining
            return False
        place = bisect_right(runs, at, key=lambda run: run.since)
        before = runs[place - 1] if place else None
        if before is not None and before.value == value and at - before.until <= pause:
            if at >= before.until:
                before.until = at
                before.remaining = remaining if remaining is not None else before.remaining
            self._join(place, pause)
            return False
        if before is not None and before.until > at:
            self._split(before, place, at)
        runs.insert(place, Run(at, at, value, remaining))
        self._join(place + 1, pause)
        if len(runs) > RUNS_KEPT:
            del runs[0]
            self.dropped += 1
        return True

    def seen(self, since: float, until: float, pause: float) -> dict[State, float]:
        """By value, the seconds of that time for which it was measured. A single measurement counts as 1 s.

        A run that only spans the time has no measurement in it for certain, unless the time is longer than
        the pause between two.
        """
        seconds: dict[State, float] = {}
        for run in self._runs:
            first, last = max(run.since, since), min(run.until, until)
            inside = since <= run.since <= until or since <= run.until <= until
            if first <= last and (inside or until - since >= pause):
                seconds[run.value] = seconds.get(run.value, 0.0) + max(1.0, last - first)
        return seconds

    def mostly(self, since: float, until: float, pause: float) -> State | None:
        """The value that it had for most of the measured part of that time; None if nothing is measured."""
        seconds = self.seen(since, until, pause)
        return max(seconds, key=lambda value: seconds[value]) if seconds else None

    def at(self, time: float, age: float) -> Run[State] | None:
        """The run that had its newest measurement at most `age` seconds before that time, or spans it."""
        found = [run for run in self._runs if run.since <= time and run.until >= time - age]
        return found[-1] if found else None

    def _join(self, place: int, pause: float) -> None:
        """Join the run before this place with the one at it, if nothing else lies between."""
        if not 0 < place < len(self._runs):
            return
        before, after = self._runs[place - 1], self._runs[place]
        if before.value == after.value and after.since - before.until <= pause:
            before.until = max(before.until, after.until)
            before.remaining = after.remaining if after.remaining is not None else before.remaining
            del self._runs[place]

    def _split(self, run: Run[State], place: int, at: float) -> None:
        """Another value lies within the run: a late report came in with it."""
        self._runs.insert(place, Run(at, run.until, run.value, run.remaining))
        run.until = at
