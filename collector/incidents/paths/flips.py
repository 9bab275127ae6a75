"""Which paths and sites flap now, by the changes between up and down that agents report live."""

from collections import deque
from collections.abc import Callable

from collector.incidents.network import Network
from collector.incidents.paths.bad import BadPath
from collector.incidents.paths.course import Path

CHANGES = 5
WITHIN_SECONDS = 1800.0
"""A path flaps if it changes so often in that time."""
QUIET_SECONDS = 900.0
"""It flaps until it has not changed for so long, while the collector could have seen it."""
LATELY_SECONDS = QUIET_SECONDS / 2
"""A path without a change for so long begins no incident: it would be over soon."""
PROVEN_SECONDS = 30.0
"""A wider outage that explains the last change has an incident by then."""
SITE = "site"
"""The kind of a path that is a whole site: its outages show by silence alone."""
APPLICATION = "application"
"""The kind of a path that is an application, seen from all agents that probe it."""


class PathFlips:
    """`bad` are the paths that flap. Paths are as many as the inventory has probes.

    `is_explained`: is the path's change at that time a part of an outage of another place?
    """

    def __init__(self, network: Network, is_explained: Callable[[Path, float], bool]) -> None:
        self.network = network
        self._is_explained = is_explained
        self.bad: dict[Path, BadPath] = {}
        self._changes: dict[Path, deque[float]] = {}

    def count(self, path: Path, at: float) -> bool:
        """Count a change of the path. Return whether it flaps and did not flap before."""
        changes = self._changes.setdefault(path, deque(maxlen=CHANGES))
        if changes and at <= changes[-1]:
            return False
        changes.append(at)
        known = self.bad.get(path)
        if known is not None:
            self.bad[path] = known._replace(last_at=at, fresh=True, lately=True)
        elif self._flaps(path):
            self.bad[path] = BadPath(changes[0], at, fresh=True, changes=CHANGES)
        return known is None and path in self.bad

    def _flaps(self, path: Path) -> bool:
        """Did it change often enough by itself? The incident of a wider outage may open a moment later."""
        changes = self._changes[path]
        if len(changes) < CHANGES or changes[-1] - changes[0] > WITHIN_SECONDS:
            return False
        own = [at for at in changes if not self._is_explained(path, at)]
        if own:
            self._changes[path] = deque(own, maxlen=CHANGES)
        else:
            del self._changes[path]
        return len(own) == CHANGES

    def _is_explained_since(self, path: Path, bad: BadPath) -> bool:
        """Has a wider outage come to explain one of the changes that showed it?"""
        changes = self._changes.get(path)
        return changes is not None and bad.since == changes[0] and not self._flaps(path)

    def keep(self, path: Path, now: float) -> None:
        """The path flapped before a restart. It has its quiet time from now."""
        self.bad[path] = BadPath(now, now, fresh=False)

    def settle(self, now: float, visible_since: Callable[[Path], float | None]) -> float:
        """End the flapping of quiet paths, and return the next time to do this.

        `visible_since` is the time since which the collector could have seen a change; None: it can't.
        """
        next_at = float("inf")
        for path, bad in list(self.bad.items()):
            if now - bad.last_at <= PROVEN_SECONDS and self._is_explained_since(path, bad):
                del self.bad[path]
                continue
            if bad.lately and now - bad.last_at > LATELY_SECONDS:
                self.bad[path] = bad._replace(lately=False)
            since = visible_since(path)
            if since is None:
                continue
            quiet_at = max(bad.last_at, since) + QUIET_SECONDS
            if now >= quiet_at:
                self.forget(path)
            else:
                next_at = min(next_at, quiet_at)
        self._prune(now)
        return next_at

    def forget(self, path: Path) -> None:
        self.bad.pop(path, None)
        self._changes.pop(path, None)

    def rearrange(self, network: Network) -> None:
        """The inventory changed. The paths that left it are forgotten."""
        self.network = network
        for path in [*self._changes, *self.bad]:
            if path.kind == SITE:
                known = path.target in network.sites
            elif path.kind == APPLICATION:
                known = path.target in network.applications
            elif not path.agent:
                known = path.target in network.shared or path.target in network.sites
            else:
                known = (path.kind, path.target) in network.probes.get(path.agent, ())
            if not known:
                self.forget(path)

    def _prune(self, now: float) -> None:
        """Changes of long ago count no more."""
        old = [path for path, changes in self._changes.items() if changes[-1] < now - WITHIN_SECONDS]
        for path in old:
            if path not in self.bad:
                del self._changes[path]
