"""How others see the site: each agent that measures it, those that can tell first. Pure.

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
from collector.web.words import Speaker

SEEN_SHOWN = 30
UNKNOWN_SHOWN = 6
"""Behind a dead POP all are unknown, and say nothing more than that."""
KNOWN_FIRST: tuple[ProbeState, ...] = ("down", "up", "unknown")


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
    """`counts` are those of each state. So many rows are `left_out`."""

    counts: Mapping[ProbeState, int]
    rows: Sequence[SeenRow]
    left_out: int


def seen_by_others(others: Sequence[JudgedProbe], city: City, say: Speaker) -> SeenByOthers:
    ordered = sorted(others, key=_known_first)
    states = [one.state for one in ordered]
    counts = {state: states.count(state) for state in KNOWN_FIRST if state in states}
    known = len(others) - counts.get("unknown", 0)
    shown = ordered[: min(SEEN_SHOWN, known + UNKNOWN_SHOWN)]
    return SeenByOthers(
        counts=counts, rows=[_row(one, city, say) for one in shown], left_out=len(others) - len(shown)
    )


def _known_first(one: JudgedProbe) -> tuple[int, str, str, str]:
    return KNOWN_FIRST.index(one.state), one.agent, one.latest.kind, one.latest.target


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
