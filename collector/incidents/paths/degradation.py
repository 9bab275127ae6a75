"""Which paths have values over their limits now.

Only a path with two values beyond a limit is followed, until its values are calm again. So the values of all
other paths cost no more than a look at the worst of each column.
"""

from collections.abc import Iterator, Mapping

from collector.incidents.evidence import ReportedValues
from collector.incidents.incident import Excess
from collector.incidents.network import Network
from collector.incidents.paths.bad import BadPath, times_limit
from collector.incidents.paths.course import Path
from collector.incidents.paths.limits import Limits
from collector.incidents.paths.rates import SPEED, Rates
from collector.incidents.paths.window import PARTS, Window
from collector.inventory.limits import LIMITABLE, UTILIZATION, is_beyond, times
from wire.report import Table

ROWS_AT_MOST = 500
"""A device has no more rows that count, as in the state."""
TWICE_PARTS = 2
"""A path is followed if two values beyond a limit come within so many parts of the limit's time."""
USUAL_ECHOES = 600
"""A mean over fewer echoes is no usual value."""

Series = tuple[str, str]
"""Metric and row."""


class FollowedPath:
    """A path whose values are near a limit. `over` are the series beyond their limits.

    A path that was over before a restart, or before a longer time without values, is `kept`: it stays over
    until its values say that it is well, but it begins no incident.
    `above_at` is the time of the value beyond a limit that came before the first one of the windows.
    """

    def __init__(self, limits: Limits, usual: Mapping[str, float], kept: bool = False) -> None:
        self.limits = limits
        self.windows: dict[Series, Window] = {}
        self.over: set[Series] = set()
        self.kept = kept
        self.since = 0.0
        self.above_at = 0.0
        self._usual = usual

    def take(self, at: float, table: Table, line: int) -> bool:
        """Return whether a part of a window is complete, so that the path must be judged."""
        complete, row = False, table.row[line] if table.row else ""
        for metric, limit in self.limits.items():
            column = table.values.get(metric)
            value = column[line] if column is not None else None
            if value is None:
                continue
            window = self.windows.get((metric, row))
            if window is None:
                if len(self.windows) >= ROWS_AT_MOST * len(self.limits):
                    continue
                window = self.windows[metric, row] = Window(limit.for_period(table.period_seconds))
            known = window.last_at > 0
            if window.add(at, value):
                complete = True
                if known and window.began_at == at:
                    self._keep_from_before((metric, row))
        return complete

    def judge(self) -> None:
        was_over = bool(self.over)
        full = False
        for series, window in self.windows.items():
            verdict = window.verdict()
            full |= window.full and verdict != "undecided"
            if verdict == "over":
                self.over.add(series)
            elif verdict == "well":
                self.over.discard(series)
        if self.kept and full:
            self.kept = False
            was_over = False
        if self.over and not was_over:
            over_since = min(self.windows[series].over_since for series in self.over)
            began_at = min(window.began_at for window in self.windows.values())
            self.since = self.above_at if self.above_at and over_since <= began_at else over_since

    def _keep_from_before(self, series: Series) -> None:
        """There were no values for a longer time: the verdict of before says nothing about the present."""
        self.above_at = 0.0
        if series in self.over:
            self.over.discard(series)
            self.kept = not self.over

    @property
    def is_over(self) -> bool:
        return self.kept or bool(self.over)

    @property
    def is_calm(self) -> bool:
        return not self.is_over and all(window.calm() for window in self.windows.values())

    @property
    def last_at(self) -> float:
        return max((window.last_at for window in self.windows.values()), default=0.0)

    @property
    def above_lately(self) -> bool:
        return any(self.windows[series].above_lately for series in self.over)

    def excess(self, path: Path) -> Excess | None:
        """The value that is the most times its limit."""
        means = {series: self.windows[series].mean or 0.0 for series in self.over}
        if not means:
            return None
        worst = max(
            sorted(means), key=lambda series: times(series[0], means[series], self.limits[series[0]].value)
        )
        metric, row = worst
        limit = self.limits[metric].value
        return Excess(metric, means[worst], limit, self._usual.get(metric), (path.agent, path.target), row)


class Degradation:
    """`bad` are the paths over their limits. `columns` are the values that a limit of any path needs."""

    def __init__(self, network: Network) -> None:
        self.bad: dict[Path, BadPath] = {}
        self._followed: dict[str, dict[str, dict[str, FollowedPath]]] = {}  # by agent, kind and target
        self._above_at: dict[Path, float] = {}
        self._rates = Rates()
        self.rearrange(network)

    def rearrange(self, network: Network) -> None:
        """The inventory changed. A path with other limits begins anew."""
        self._limits = network.limits
        self._least = {agent: _least(by_probe) for agent, by_probe in network.limits.items()}
        limited = {name for kinds in self._least.values() for metrics in kinds.values() for name in metrics}
        self.columns = frozenset(SPEED if name == UTILIZATION else name for name in limited)
        self._above_at = {path: at for path, at in self._above_at.items() if self._limits_of(path)}
        for path, followed in list(self._all_followed()):
            limits = self._limits_of(path)
            if limits is None:
                self.forget(path)
            elif limits != followed.limits:
                self._follow(path.agent, (path.kind, path.target), limits, {}, kept=followed.is_over)

    def keep(self, path: Path, now: float) -> None:
        """The path was over before a restart."""
        limits = self._limits_of(path)
        if limits is not None:
            self._follow(path.agent, (path.kind, path.target), limits, {}, kept=True)
            self.bad[path] = BadPath(now, now, fresh=False)

    def forget(self, path: Path) -> None:
        """The path is worse than degraded, or left the inventory."""
        self.bad.pop(path, None)
        self._followed.get(path.agent, {}).get(path.kind, {}).pop(path.target, None)

    def take(self, quality: ReportedValues) -> bool:
        """Take in the values of a report. Return whether `bad` changed."""
        agent, table = quality.agent, quality.table
        least = self._least.get(agent, {}).get(table.kind)
        if least is None:
            return False
        table = self._rates.with_rates(agent, quality.measured_at, table, least)
        followed = self._followed.get(agent, {}).get(table.kind)
        lines = [line for line, target in enumerate(table.target) if target in followed] if followed else []
        for metric, limit in least.items():
            column = table.values.get(metric)
            if column is not None and is_beyond(metric, _worst(metric, column), limit):
                lines += self._new_lines(quality, table, metric, limit)
        changed = False
        for line in sorted(set(lines), key=lambda line: -table.age_ms[line]) if lines else ():
            changed |= self._take_line(quality, table, line)
        return changed

    def _new_lines(self, quality: ReportedValues, table: Table, metric: str, least: float) -> Iterator[int]:
        """The lines beyond their limits. A path is followed from the second such value shortly after."""
        agent, kind = quality.agent, table.kind
        for line, value in enumerate(table.values[metric]):
            if value is None or not is_beyond(metric, value, least):
                continue
            probe = (kind, table.target[line])
            limit = self._limits[agent].get(probe, {}).get(metric)
            if limit is None or not limit.is_broken_by(value):
                continue
            path = Path(agent, *probe)
            before = self._above_at.get(path)
            seconds = limit.for_period(table.period_seconds).seconds
            if before is not None and quality.measured_at - before <= TWICE_PARTS * seconds / PARTS:
                yield line
            else:
                self._above_at[path] = quality.measured_at

    def _take_line(self, quality: ReportedValues, table: Table, line: int) -> bool:
        agent, target = quality.agent, table.target[line]
        probe = (table.kind, target)
        limits = self._limits[agent].get(probe)
        if limits is None or (table.reason and table.reason[line]):
            return False  # a path that is down is not degraded
        followed = self._followed.get(agent, {}).get(table.kind, {}).get(target)
        if followed is None:
            followed = self._follow(agent, probe, limits, _usual(table, line))
            followed.above_at = self._above_at.pop(Path(agent, *probe), 0.0)
        if not followed.take(quality.measured_at - table.age_ms[line] / 1000, table, line):
            return False
        return self._judge(Path(agent, *probe), followed)

    def _judge(self, path: Path, followed: FollowedPath) -> bool:
        followed.judge()
        before = self.bad.get(path)
        if followed.is_over:
            since = before.since if followed.kept and before else followed.since
            fresh = not followed.kept
            known = before.excess if before and before.fresh == fresh else None
            found = (known, followed.excess(path))
            excess = max((one for one in found if one is not None), key=times_limit, default=None)
            lately = followed.above_lately
            self.bad[path] = BadPath(since, followed.last_at, fresh, excess, lately=lately)
            return before is None or (before.fresh, before.lately) != (fresh, lately)
        self.bad.pop(path, None)
        if followed.is_calm:
            self.forget(path)
        return before is not None

    def _follow(
        self,
        agent: str,
        probe: tuple[str, str],
        limits: Limits,
        usual: Mapping[str, float],
        kept: bool = False,
    ) -> FollowedPath:
        followed = FollowedPath(limits, usual, kept)
        self._followed.setdefault(agent, {}).setdefault(probe[0], {})[probe[1]] = followed
        return followed

    def _limits_of(self, path: Path) -> Limits | None:
        return self._limits.get(path.agent, {}).get((path.kind, path.target))

    def _all_followed(self) -> Iterator[tuple[Path, FollowedPath]]:
        for agent, kinds in self._followed.items():
            for kind, by_target in kinds.items():
                for target, followed in by_target.items():
                    yield Path(agent, kind, target), followed


def _least(by_probe: Mapping[tuple[str, str], Limits]) -> dict[str, dict[str, float]]:
    """By kind, the limit of each metric that is broken first."""
    least: dict[str, dict[str, float]] = {}
    for (kind, _), limits in by_probe.items():
        of_kind = least.setdefault(kind, {})
        for metric, limit in limits.items():
            first = max if LIMITABLE[metric] == "below" else min
            of_kind[metric] = first(limit.value, of_kind.get(metric, limit.value))
    return least


def _worst(metric: str, column: list[float | None]) -> float:
    below = LIMITABLE[metric] == "below"
    worst = min if below else max
    try:
        return worst(column)  # type: ignore[type-var,return-value]
    except TypeError:  # an undefined value
        none = float("inf") if below else float("-inf")
        return worst((value for value in column if value is not None), default=none)


def _usual(table: Table, line: int) -> dict[str, float]:
    """The means over the agent's run until now, from the counters of an echo stream."""

    def value(name: str) -> float:
        column = table.values.get(name)
        return (column[line] if column else None) or 0.0

    requests, replies = value("icmp_echo_requests_total"), value("icmp_echo_replies_total")
    if requests < USUAL_ECHOES or replies <= 0:
        return {}
    return {
        "icmp_loss_ratio": max(0.0, 1 - replies / requests),
        "icmp_rtt_median_seconds": value("icmp_rtt_seconds_total") / replies,
    }
