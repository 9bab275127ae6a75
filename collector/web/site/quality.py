"""The paths from and to the site: their values now against their limits, the worst path first. Pure.

An incident looks at the mean over the limit's time; a single value beyond the limit opens none.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from collector.incidents.paths.limits import Limit, Limits
from collector.inventory.limits import LIMITABLE, UTILIZATION, Side, times
from collector.notices.excess import limit_words, metric_words, quantity_words
from collector.web.lists.named import Named, site_named
from collector.web.site.judged import JudgedProbe, JudgedProbes
from collector.web.site.measured import target_named
from collector.web.site.sight import Sight
from collector.web.words import Speaker
from wire.metrics import CATALOGUE

PATHS_SHOWN = 12
UNKNOWN_PATHS_SHOWN = 4
"""Of a site whose agent is cut off all are unknown."""
NO_LIMITS: Limits = {}
QualityState = Literal["over", "down", "unknown", "within"]
WORST_FIRST: tuple[QualityState, ...] = ("over", "down", "within", "unknown")
OVER, UNKNOWN, WITHIN = (WORST_FIRST.index(one) for one in ("over", "unknown", "within"))


class LimitedValue(NamedTuple):
    """A value in words, "" where there is none now, and its limit in words.

    `row` is the part of a device that has the value, the worst of its parts.
    """

    metric: str
    row: str
    value: str
    limit: str
    side: Side
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
    found = list(_limited((*probes.own, *probes.others), sight.incidents.limits, say.now))
    found.sort(key=lambda one: (one.rank, -one.times))
    ranks = [one.rank for one in found]
    shown = min(PATHS_SHOWN, len(found) - ranks.count(UNKNOWN) + UNKNOWN_PATHS_SHOWN)
    return QualityAgainstLimits(
        counts={state: ranks.count(rank) for rank, state in enumerate(WORST_FIRST) if rank in ranks},
        rows=[_row(one, site, sight, say) for one in found[:shown]],
        left_out=max(0, len(found) - shown),
    )


def _limited(
    probes: Sequence[JudgedProbe], limits: Mapping[str, Mapping[tuple[str, str], Limits]], now: float
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
        worst = _worst_times(probe, its, now)
        if worst is None:
            yield LimitedPath(UNKNOWN, 0.0, probe, its)
        else:
            yield LimitedPath(OVER if worst > 1 else WITHIN, worst, probe, its)


def _worst_times(probe: JudgedProbe, limits: Limits, now: float) -> float | None:
    """How many times its limit a value is, at most; None without any value."""
    found = (_worst(limit, probe, now) for metric, limit in limits.items() if not _is_rate(metric))
    return max((one.times for one in found if one is not None), default=None)


class WorstValue(NamedTuple):
    times: float
    value: float
    row: str


def _worst(limit: Limit, probe: JudgedProbe, now: float) -> WorstValue | None:
    """The worst value that is fresh, of a device's parts the worst one's."""
    latest, metric = probe.latest, limit.metric
    sort = CATALOGUE[metric].row_label if metric in CATALOGUE else ""
    places = [row for row in latest.rows_of(sort) if row.fresh(now)] if sort else [latest]
    known = ((place.value(metric), place.row) for place in places)
    worsts = (WorstValue(_times(value, limit), value, row) for value, row in known if value is not None)
    return max(worsts, default=None)


def _times(value: float, limit: Limit) -> float:
    """Above 1 just where the limit is broken, also of a limit of 0."""
    if limit.value == 0 and not limit.is_broken_by(value):
        return 0.0
    ratio = times(limit.metric, value, limit.value)
    return max(ratio, 1.0 + 1e-9) if limit.is_broken_by(value) else min(ratio, 1.0)


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
        values=[limited_value(one.limits[metric], probe, say) for metric in metrics],
        lasts=say.duration(max(limit.seconds for limit in one.limits.values())),
    )


def limited_value(limit: Limit, probe: JudgedProbe, say: Speaker) -> LimitedValue:
    metric = limit.metric
    worst = _worst(limit, probe, say.now) if probe.state == "up" else None
    return LimitedValue(
        metric=metric_words(metric, say.language),
        row=worst.row if worst else "",
        value="" if worst is None else quantity_words(metric, worst.value, say.language),
        limit=limit_words(metric, limit.value, say.language),
        side=LIMITABLE[metric],
        over=worst is not None and limit.is_broken_by(worst.value),
    )
