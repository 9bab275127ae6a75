"""A path in trouble, and the parts that find such paths."""

from typing import NamedTuple, Protocol

from collector.incidents.incident import Excess
from collector.incidents.network import Network
from collector.incidents.paths.course import Path
from collector.inventory.limits import times


class BadPath(NamedTuple):
    """`since` is the begin of the trouble, `last_at` the last evidence of it, both Unix seconds.

    `excess` is the worst value since then. A value may fall a little before the incident is announced.
    `fresh` is false if only an incident from before a restart says so. `lately` is false for a path that is
    about to be well: it begins no incident.
    """

    since: float
    last_at: float
    fresh: bool
    excess: Excess | None = None
    changes: int = 0
    lately: bool = True


def times_limit(excess: Excess) -> float:
    """How many times its limit a value is."""
    return times(excess.metric, excess.value, excess.limit)


class FindsBadPaths(Protocol):
    """`bad` are the paths in trouble now."""

    bad: dict[Path, BadPath]

    def keep(self, path: Path, now: float) -> None:
        """An open incident from before a restart is about the path."""

    def forget(self, path: Path) -> None:
        """The path is in no such trouble any more."""

    def rearrange(self, network: Network) -> None:
        """The inventory changed."""
