"""How others see the site: each agent that measures it, trouble first. Pure.

A POP that is down can't say so itself: its own measurements are old.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collector.city.agents import ProbeState
from collector.inventory import City
from collector.inventory.targets import UPLINK
from collector.notices.quantities import share
from collector.web.lists.named import Named, site_named
from collector.web.quantities import response_time
from collector.web.site.judged import JudgedProbe
from collector.web.tiles import TROUBLE_FIRST
from collector.web.words import Speaker

SEEN_SHOWN = 30


class SeenRow(NamedTuple):
    """`as_uplink`: the agent measures it as its own uplink."""

    agent: Named
    kind: str
    as_uplink: bool
    state: ProbeState
    reason: str
    response: str
    loss: str
    age: str


class SeenByOthers(NamedTuple):
    """`counts` are the rows of each state, trouble first. So many rows are `left_out`."""

    counts: Mapping[ProbeState, int]
    rows: Sequence[SeenRow]
    left_out: int


def seen_by_others(others: Sequence[JudgedProbe], city: City, say: Speaker) -> SeenByOthers:
    worst = sorted(
        others,
        key=lambda one: (TROUBLE_FIRST.index(one.state), one.agent, one.latest.kind, one.latest.target),
    )
    states = [one.state for one in others]
    return SeenByOthers(
        counts={state: states.count(state) for state in TROUBLE_FIRST if state in states},
        rows=[_row(one, city, say) for one in worst[:SEEN_SHOWN]],
        left_out=max(0, len(others) - SEEN_SHOWN),
    )


def _trouble_first(one: JudgedProbe) -> tuple[int, str, str, str]:
    return TROUBLE_FIRST.index(one.state), one.agent, one.latest.kind, one.latest.target


def _row(one: JudgedProbe, city: City, say: Speaker) -> SeenRow:
    latest, known = one.latest, one.state != "unknown"
    return SeenRow(
        agent=site_named(one.agent, city),
        kind=latest.kind,
        as_uplink=latest.target == UPLINK,
        state=one.state,
        reason=say.reason(one.reason) if one.reason else "",
        response=response_time(latest) if known else "",
        loss=share(latest.value("icmp_loss_ratio")) if known else "",
        age=say.duration(say.now - latest.at) if latest.at else "",
    )
