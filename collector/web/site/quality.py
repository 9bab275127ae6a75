"""The paths from and to the site: their values now against their limits, the worst path first. Pure.

An incident looks at the mean over the limit's time; a single value over the limit opens none.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from collector.incidents.paths.limits import Limit, Limits
from collector.inventory.limits import UTILIZATION
from collector.notices.excess import limit_words, metric_words, quantity_words
from collector.web.lists.named import Named, site_named
from collector.web.site.judged import JudgedProbe, JudgedProbes
from collector.web.site.measured import target_named
from collector.web.site.sight import Sight
from collector.web.words import Speaker

PATHS_SHOWN = 12
UNKNOWN_PATHS_SHOWN = 4
"""Of a site whose agent is cut off all are unknown."""
NO_LIMITS: Limits = {}
QualityState = Literal["over", "down", "unknown", "within"]
WORST_FIRST: tuple[QualityState, ...] = ("over", "down", "within", "unknown")
OVER, UNKNOWN, WITHIN = (WORST_FIRST.index(one) for one in ("over", "unknown", "within"))


class LimitedValue(NamedTuple):
    """A value in words, "" where there is none now, and its limit in words."""

    metric: str
    value: str
    limit: str
    over: bool


class QualityRow(NamedTuple):
    """`inward`: another site measures towards this one, and `path` is that site; else it is the target.

    `lasts` says for how long values must be over the limit.
    """

    path: Named
    inward: bool
    state: QualityState
    values: Sequence[LimitedValue]
    lasts: str


class QualityAgainstLimits(NamedTuple):
    """`counts` are those of all paths with a limit; so many are `left_out`."""

    counts: Mapping[QualityState, int]
    rows: Sequence[QualityRow]
    left_out: int


class LimitedPath(NamedTuple):
    """`times` is how many times its limit the worst value is."""

    rank: int
    times: float
    probe: JudgedProbe
    limits: Limits


def quality(site: str, probes: JudgedProbes, sight: Sight, say: Speaker) -> QualityAgainstLimits:
    found = list(_limited((*probes.own, *probes.others), sight.incidents.limits))
    found.sort(key=lambda one: (one.rank, -one.times))
    ranks = [one.rank for one in found]
    shown = min(PATHS_SHOWN, len(found) - ranks.count(UNKNOWN) + UNKNOWN_PATHS_SHOWN)
    return QualityAgainstLimits(
        counts={state: ranks.count(rank) for rank, state in enumerate(WORST_FIRST) if rank in ranks},
        rows=[_row(one, site, sight, say) for one in found[:shown]],
        left_out=max(0, len(found) - shown),
    )


def _limited(
    probes: Sequence[JudgedProbe], limits: Mapping[str, Mapping[tuple[str, str], Limits]]
) -> Iterator[LimitedPath]:
    nothing: Mapping[tuple[str, str], Limits] = {}
    for probe in probes:
        latest = probe.latest
        its = limits.get(probe.agent, nothing).get((latest.kind, latest.target), NO_LIMITS)
        if not its:
            continue
        if probe.state != "up":
            yield LimitedPath(WORST_FIRST.index(probe.state), 0.0, probe, its)
            continue
        times = _worst_times(probe, its)
        if times is None:
            yield LimitedPath(UNKNOWN, 0.0, probe, its)
        else:
            yield LimitedPath(OVER if times > 1 else WITHIN, times, probe, its)


def _worst_times(probe: JudgedProbe, limits: Limits) -> float | None:
    """How many times its limit a value is, at most; None without any value."""
    table, line = probe.latest.table, probe.latest.line
    if table is None:
        return None
    columns = table.values
    known = [
        _times(value, limit)
        for metric, limit in limits.items()
        if metric in columns and (value := columns[metric][line]) is not None and not _is_rate(metric)
    ]
    return max(known) if known else None


def _times(value: float, limit: Limit) -> float:
    if limit.above:
        return value / limit.above
    return 0.0 if value <= 0 else 1.0 + value


@cache
def _is_rate(metric: str) -> bool:
    """Its value now needs two measurements."""
    return metric == UTILIZATION or metric.endswith("_total")


def _row(one: LimitedPath, site: str, sight: Sight, say: Speaker) -> QualityRow:
    probe, inward = one.probe, one.probe.agent != site
    metrics = [metric for metric in one.limits if not _is_rate(metric)]
    there = site_named(probe.agent, sight.state.city) if inward else None
    return QualityRow(
        path=there or target_named(probe.latest.target, site, sight, say),
        inward=inward,
        state=WORST_FIRST[one.rank],
        values=[_value(metric, one.limits[metric], probe, say) for metric in metrics],
        lasts=say.duration(max(limit.seconds for limit in one.limits.values())),
    )


def _value(metric: str, limit: Limit, probe: JudgedProbe, say: Speaker) -> LimitedValue:
    value = probe.latest.value(metric) if probe.state == "up" else None
    return LimitedValue(
        metric=metric_words(metric, say.language),
        value="" if value is None else quantity_words(metric, value, say.language),
        limit=limit_words(metric, limit.above, say.language),
        over=value is not None and value > limit.above,
    )
