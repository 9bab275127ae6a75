"""Open, merge and close the incidents of one kind about bad paths."""

from collections.abc import Callable, Iterable, Mapping

from collector.incidents.facts import Facts
from collector.incidents.incident import Excess, Incident, Kind, Subject, affecting
from collector.incidents.network import Network
from collector.incidents.paths.bad import BadPath, FindsBadPaths, times_limit
from collector.incidents.paths.course import Courses, Path
from collector.incidents.paths.folding import Root, affected_sites, fold, is_wider, paths_of
from collector.incidents.register import Register
from collector.incidents.review import Review

FOLD_SECONDS = 10.0
"""The paths that are well may change the root of bad ones, but not at each look."""
WORSE_BY = 1.25
"""The worst value of an incident changes when a value is so many times worse."""

Covering = Callable[[Path], Incident | None]


class Troubles:
    """Each bad path is a member of one incident at most.

    An incident waits for `patience_seconds` for other paths in the same trouble. `alone`: one ping to a
    site's router says enough about the site.
    """

    def __init__(
        self,
        kind: Kind,
        facts: Facts,
        register: Register,
        found: FindsBadPaths,
        now: float,
        patience_seconds: float,
        alone: bool = False,
    ) -> None:
        self._kind = kind
        self._facts = facts
        self._register = register
        self._found = found
        self._patience_seconds = patience_seconds
        self._alone = alone
        self._courses = Courses(facts.network)
        self._members: dict[Subject, set[Path]] = {}
        self._held_since: dict[Root, float] = {}
        self._last_at: dict[Subject, float] = {}
        self._roots: Mapping[Path, Root] = {}
        self._folded_of: tuple[frozenset[object], ...] = ()
        self._fold_at = now
        for subject in self._open():
            self._members[subject] = set(paths_of(self._courses, _root(subject)))
            for path in self._members[subject]:
                self._found.keep(path, now)

    def rearrange(self, network: Network) -> None:
        self._courses = Courses(network)
        self._folded_of = ()
        self._found.rearrange(network)

    def review(self, review: Review, covering: Covering | None = None) -> None:
        """`covering` gives the outage that explains a path's trouble: the incident becomes a part of it."""
        self._members = {
            subject: its for subject, its in self._members.items() if subject in self._register.open
        }
        if not self._found.bad and not self._members:
            return
        if covering is not None:
            self._merge_covered(covering, review.now)
        roots = self._folded(review.now)
        members: dict[Root, set[Path]] = {}
        for path, root in roots.items():
            members.setdefault(root, set()).add(path)
        held_before, self._held_since = self._held_since, {}
        for root, paths in sorted(members.items()):
            self._follow_or_open(root, paths, held_before, review)
        self._end_those_without(roots, members, review.now)
        for subject in self._members:
            if any(self._is_fresh(path) for path in self._members[subject]):
                review.confirmed.add(subject)

    def root_of(self, path: Path) -> str:
        """The root of the incident that the path is a member of; "" for none."""
        return next((subject.root for subject, paths in self._members.items() if path in paths), "")

    def _folded(self, now: float) -> Mapping[Path, Root]:
        """The root of each bad path, found anew when the bad paths change, and after some seconds."""
        fresh = frozenset(path for path, bad in self._found.bad.items() if bad.fresh)
        open_roots = frozenset(map(_root, self._members))
        of = (frozenset(self._found.bad), fresh, open_roots)
        if of != self._folded_of or now >= self._fold_at:
            self._roots = fold(self._courses, of[0], fresh, self._is_well, open_roots, self._alone)
            self._folded_of, self._fold_at = of, now + FOLD_SECONDS
        return self._roots

    def _open(self) -> dict[Subject, Incident]:
        return {subject: one for subject, one in self._register.open.items() if subject.kind == self._kind}

    def _merge_covered(self, covering: Covering, now: float) -> None:
        """A path that an outage explains is bad no more. An incident without other paths merges into it."""
        outages = {path: outage for path in self._found.bad if (outage := covering(path)) is not None}
        for path in outages:
            self._found.forget(path)
        for subject, paths in list(self._members.items()):
            covered = sorted(paths & outages.keys())
            if covered and not (paths - outages.keys()) & self._found.bad.keys():
                outage = self._register.open[outages[covered[0]].subject]
                self._register.merged(self._register.open[subject], outage, now)
                del self._members[subject]

    def _follow_or_open(
        self, root: Root, paths: set[Path], held_before: Mapping[Root, float], review: Review
    ) -> None:
        subject = Subject(self._kind, *root)
        incident = self._register.open.get(subject)
        if incident is None:
            fresh = {path for path in paths if self._is_fresh(path) and self._found.bad[path].lately}
            if not fresh:
                return
            since = held_before.get(root, review.now)
            if review.now < since + self._patience_seconds:
                self._held_since[root] = since
                review.again(since + self._patience_seconds)
                return
            incident = self._opened(subject, fresh, review.now)
        self._members[subject] = paths
        self._update(incident, paths, review.now)

    def _opened(self, subject: Subject, paths: set[Path], now: float) -> Incident:
        bad = [self._found.bad[path] for path in paths]
        return self._register.opened(
            subject,
            "warning",
            min(now, *(one.since for one in bad)),
            now,
            reason=self._kind,
            seen_by=tuple(sorted({path.agent for path in paths} - {""})),
        )

    def _update(self, incident: Incident, paths: set[Path], now: float) -> None:
        bad = [self._found.bad[path] for path in sorted(paths)]
        sites = affected_sites(self._courses, _root(incident.subject), paths)
        first = not incident.affected
        self._last_at[incident.subject] = max(one.last_at for one in bad)
        self._register.updated(
            incident,
            now,
            affected=affecting(
                incident.affected, sites, lambda _: incident.began_at if first else now, lambda _: now
            ),
            excess=_worse(incident.excess, bad),
            changes=max(incident.changes, *(one.changes for one in bad)),
        )

    def _end_those_without(
        self, roots: Mapping[Path, Root], members: Mapping[Root, set[Path]], now: float
    ) -> None:
        """End the incidents that have no bad path any more, or whose paths are a part of something wider."""
        for subject, incident in self._open().items():
            if members.get(_root(subject)):
                continue
            wider = self._wider(subject, roots)
            into = None if wider is None else self._register.open.get(Subject(self._kind, *wider))
            if into is not None:
                self._register.merged(incident, into, now)
            elif wider is not None:
                continue  # the wider one waits for its patience
            else:
                self._register.closed(incident, self._last_at.pop(subject, now), now)
            self._members.pop(subject, None)

    def _wider(self, subject: Subject, roots: Mapping[Path, Root]) -> Root | None:
        """The wider root that has all paths of the incident now that are still bad."""
        now = {roots[path] for path in self._members.get(subject, ()) if path in roots}
        if len(now) != 1:
            return None
        (root,) = now
        return root if is_wider(self._courses.network, root, _root(subject)) else None

    def _is_fresh(self, path: Path) -> bool:
        """Is the path bad by what the collector hears at present?"""
        bad = self._found.bad.get(path)
        return bad is not None and bad.fresh and (not path.agent or self._facts.hears(path.agent))

    def _is_well(self, path: Path) -> bool:
        return self._facts.hears(path.agent) and self._facts.state_of(*path) == "up"


def _root(subject: Subject) -> Root:
    return Root(subject.root, subject.probe, subject.agent)


def _worse(known: Excess | None, bad: Iterable[BadPath]) -> Excess | None:
    """The worst value, unless the known one is about as bad."""
    worst = max((one.excess for one in bad if one.excess is not None), key=times_limit, default=None)
    if worst is None or (known is not None and times_limit(worst) <= WORSE_BY * times_limit(known)):
        return known
    return worst
