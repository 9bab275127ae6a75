"""The paths from and to the site: each value now against its limit, the worst first. Pure.

An incident looks at the mean over the limit's time; a single value over the limit opens none.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from collector.city.agents import Latest
from collector.incidents.paths.limits import Limit, Limits
from collector.inventory.limits import UTILIZATION
from collector.notices.excess import limit_words, metric_words, quantity_words
from collector.web.lists.named import Named, site_named
from collector.web.site.measured import target_named
from collector.web.site.seen import seeing
from collector.web.site.sight import Sight
from collector.web.verdict import verdict
from collector.web.words import Speaker

ROWS_SHOWN = 20
NO_LIMITS: Limits = {}
QualityState = Literal["over", "down", "unknown", "within"]
WORST_FIRST: tuple[QualityState, ...] = ("over", "down", "unknown", "within")


class QualityRow(NamedTuple):
    """`inward`: another site measures towards this one, and `path` is that site; else it is the target."""

    path: Named
    inward: bool
    state: QualityState
    metric: str
    value: str
    limit: str


class QualityAgainstLimits(NamedTuple):
    """`counts` are those of all values with a limit; so many are `left_out`."""

    counts: Mapping[QualityState, int]
    rows: Sequence[QualityRow]
    left_out: int


class LimitedValue(NamedTuple):
    """`times` is how many times the limit the value is; 0 where there is none."""

    rank: int
    times: float
    agent: str
    latest: Latest
    metric: str
    limit: Limit


def quality(site: str, sight: Sight, say: Speaker) -> QualityAgainstLimits:
    found = list(_values(site, sight, say.now))
    found.sort(key=lambda one: (one.rank, -one.times))
    states = [WORST_FIRST[one.rank] for one in found]
    return QualityAgainstLimits(
        counts={state: states.count(state) for state in WORST_FIRST if state in states},
        rows=[_row(one, site, sight, say) for one in found[:ROWS_SHOWN]],
        left_out=max(0, len(found) - ROWS_SHOWN),
    )


def _values(site: str, sight: Sight, now: float) -> Iterator[LimitedValue]:
    limits = sight.incidents.limits
    probes = sight.state.agents[site].probes
    for (kind, target), its in limits.get(site, {}).items():
        latest = probes.get(kind, {}).get(target)
        if latest is not None:
            yield from _limited(site, latest, its, now)
    for other in seeing(site, sight):
        pair = other.latest.kind, other.latest.target
        yield from _limited(other.agent, other.latest, limits.get(other.agent, {}).get(pair, NO_LIMITS), now)


def _limited(agent: str, latest: Latest, limits: Limits, now: float) -> Iterator[LimitedValue]:
    state = verdict(latest, now)[0]
    for metric, limit in limits.items():
        if not _is_rate(metric):
            rank, times = WORST_FIRST.index("unknown" if state == "up" else state), 0.0
            value = latest.value(metric) if state == "up" else None
            if value is not None:
                rank = WORST_FIRST.index("over" if value > limit.above else "within")
                times = value / limit.above if limit.above else value
            yield LimitedValue(rank, times, agent, latest, metric, limit)


@cache
def _is_rate(metric: str) -> bool:
    """Its value now needs two measurements."""
    return metric == UTILIZATION or metric.endswith("_total")


def _row(one: LimitedValue, site: str, sight: Sight, say: Speaker) -> QualityRow:
    inward, state = one.agent != site, WORST_FIRST[one.rank]
    value = one.latest.value(one.metric) if state in ("over", "within") else None
    other = site_named(one.agent, sight.state.city) if inward else None
    return QualityRow(
        path=other or target_named(one.latest.target, site, sight, say),
        inward=inward,
        state=state,
        metric=metric_words(one.metric, say.language),
        value="" if value is None else quantity_words(one.metric, value, say.language),
        limit=say(
            "limit_for",
            limit=limit_words(one.metric, one.limit.above, say.language),
            duration=say.duration(one.limit.seconds),
        ),
    )
