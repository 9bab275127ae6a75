"""The states of one row of a device that people gave the name of a site."""

from typing import Generic, NamedTuple

from collector.causes.runs import Runs, State

GONE_SECONDS = 3600.0
"""A row that was not read for so long is followed no more: the site has another one now."""


class RowKey(NamedTuple):
    agent: str
    device: str
    row: str


class Followed(Generic[State]):
    """The runs of that row. A second row of the same name is left out, else two states would be mixed."""

    __slots__ = ("key", "newest", "pause", "runs")

    def __init__(self) -> None:
        self.key: RowKey | None = None
        self.newest = 0.0
        self.pause = 0.0
        self.runs: Runs[State] = Runs()

    def add(self, key: RowKey, at: float, state: State, pause: float) -> bool:
        """True if it is a change."""
        if key != self.key:
            if self.key is not None and at - self.newest < GONE_SECONDS:
                return False
            self.key, self.runs = key, Runs()
        self.newest, self.pause = max(self.newest, at), pause
        return self.runs.add(at, state, pause)
