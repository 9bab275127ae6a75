"""The last 24 hours of a site's paths as strips of quarter-hour cells. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from collector.incidents.paths.limits import Limits
from collector.inventory import City
from collector.notices.quantities import share, time
from collector.past import CELL_SECONDS, CELLS_SHOWN, Cell, MeasuredPath, Past
from collector.web.past.states import CellState, StateSpan, began_at, spans_of, state_of
from collector.web.words import Speaker

STRIPS_SHOWN = 20
SPANS_TOLD = 8
SPANS_SHOWN = 2
TICK_HOURS = 3
HEIGHT = 12
CALM, NEAR = 4, 8
"""The heights of a cell that is up, and of one that is degraded; what failed hangs from the top."""
LEAST_FAILED = 3
NO_LIMITS: Mapping[str, Mapping[tuple[str, str], Limits]] = {}


class Strip(NamedTuple):
    """A path's day. `shapes` are class and path data (SVG) in a box of 97 by 12; `now` is the last state.

    `facts` are the figures of the whole day, `told` the spans that were not up, in words, and `shown` the
    last of them.
    """

    name: str
    link: str
    kind: str
    now: CellState
    shapes: Sequence[tuple[str, str]]
    facts: str
    told: str
    shown: str


class HourTick(NamedTuple):
    """`percent` is its place from the left; a `minor` one is left out where there is little room."""

    percent: float
    label: str
    minor: bool


class Strips(NamedTuple):
    """`own` are the measurements from the site, `seen` those of others to it; so many are `left_out`."""

    own: Sequence[Strip]
    seen: Sequence[Strip]
    own_left_out: int
    seen_left_out: int
    ticks: Sequence[HourTick]


def strips(
    site: str,
    past: Past,
    city: City,
    say: Speaker,
    limits: Mapping[str, Mapping[tuple[str, str], Limits]] = NO_LIMITS,
    at_most: int = STRIPS_SHOWN,
    also: Iterable[MeasuredPath] = (),
    names: Callable[[str], str] = str,
) -> Strips:
    """Of each side at most so many strips, the worst first. `limits` are those of `Network.limits`.

    `also` are paths by which others see the site under another name, as their uplink.
    `names` gives the name of a target that is neither a site nor an application.
    """
    own, own_left_out = _worst(past, past.of_agent(site), at_most)
    others = [path for path in (*past.to(site), *also) if path.agent != site]
    seen, seen_left_out = _worst(past, others, at_most)
    return Strips(
        own=[_strip(path, past, limits, _target(path, city, names), say) for path in own],
        seen=[_strip(path, past, limits, _agent(path, city), say) for path in seen],
        own_left_out=own_left_out,
        seen_left_out=seen_left_out,
        ticks=list(_ticks(past.newest, say)),
    )


def _worst(past: Past, paths: Iterable[MeasuredPath], at_most: int) -> tuple[Sequence[MeasuredPath], int]:
    ordered = sorted(paths, key=lambda path: (-past.trouble(path), path.kind != "icmp", path))
    return ordered[:at_most], max(0, len(ordered) - at_most)


def _target(path: MeasuredPath, city: City, names: Callable[[str], str]) -> tuple[str, str]:
    """Name and address of the page of the path's target."""
    if path.target in city.sites:
        return city.sites[path.target].name, f"/sites/{path.target}"
    if path.target in city.applications:
        return city.applications[path.target].name, f"/applications/{path.target}"
    return names(path.target), ""


def _agent(path: MeasuredPath, city: City) -> tuple[str, str]:
    return city.sites[path.agent].name, f"/sites/{path.agent}"


def _strip(
    path: MeasuredPath,
    past: Past,
    limits: Mapping[str, Mapping[tuple[str, str], Limits]],
    named: tuple[str, str],
    say: Speaker,
) -> Strip:
    cells = past.cells(path)
    its = limits.get(path.agent, {}).get((path.kind, path.target), {})
    states = [state_of(cell, path.kind, its) for cell in cells]
    spans = list(spans_of(states))
    name, link = named
    return Strip(
        name=name,
        link=link,
        kind=path.kind,
        now=states[-1],
        shapes=[(state, shape) for state, shape in _shapes(cells, spans).items() if shape],
        facts=_facts(cells, path.kind, say),
        told=_told(spans, past.newest, SPANS_TOLD, say),
        shown=_told(spans, past.newest, SPANS_SHOWN, say),
    )


def _shapes(cells: Sequence[Cell], spans: Iterable[StateSpan]) -> dict[str, str]:
    """One path for each class: a strip costs a page a few hundred bytes."""
    drawn = {"none": "", "up": "", "degraded": "", "down": ""}
    for span in spans:
        width = span.end - span.first
        if span.state == "partly":
            drawn["up"] += _box(span.first, width, HEIGHT - CALM, CALM)
            for place in range(span.first, span.end):
                failed = cells[place].down / cells[place].measured
                drawn["down"] += _box(place, 1, 0, max(LEAST_FAILED, round(failed * (HEIGHT - CALM))))
        elif span.state == "none":
            drawn["none"] += _box(span.first, width, HEIGHT - 1, 1)
        else:
            height = {"up": CALM, "degraded": NEAR, "down": HEIGHT}[span.state]
            drawn[span.state] += _box(span.first, width, HEIGHT - height, height)
    return drawn


def _box(left: int, width: int, top: int, height: int) -> str:
    return f"M{left} {top}h{width}v{height}h-{width}z"


def _facts(cells: Sequence[Cell], kind: str, say: Speaker) -> str:
    """The figures of the day; a day without any measurement has none."""
    measured = sum(cell.measured for cell in cells)
    if not measured:
        return say("strip_never")
    parts = [say("strip_up", share=share(sum(cell.up for cell in cells) / measured))]
    losses = [cell.loss for cell in cells if cell.loss is not None]
    if losses:
        parts.append(say("strip_loss", share=share(sum(losses) / len(losses))))
    times = [cell.typical for cell in cells if cell.typical is not None]
    if times:
        worst = max(cell.worst for cell in cells if cell.worst is not None)
        parts.append(say("strip_time", typical=time(sum(times) / len(times)), worst=time(worst)))
    return ", ".join(parts)


def _told(spans: Iterable[StateSpan], newest: int, at_most: int, say: Speaker) -> str:
    """The spans that were not up, the latest first. The running cell has time to be measured yet."""
    running = StateSpan("none", CELLS_SHOWN - 1, CELLS_SHOWN)
    troubles = [span for span in spans if span.state != "up" and span != running][::-1]
    if not troubles:
        return say("strip_all_up")
    told = [
        say(f"strip_{span.state}", since=_clock(span.first, newest, say), until=_clock(span.end, newest, say))
        for span in troubles[:at_most]
    ]
    more = len(troubles) - at_most
    return "; ".join([*told, say("strip_more", n=more)] if more > 0 else told)


def _clock(index: int, newest: int, say: Speaker) -> str:
    """The time of day at which the cell begins; a strip is one day, so that it needs no date."""
    if index == CELLS_SHOWN:
        return say("strip_now")
    return f"{datetime.fromtimestamp(began_at(newest, CELLS_SHOWN, index), say.zone):%H:%M}"


def _ticks(newest: int, say: Speaker) -> Iterator[HourTick]:
    """Full hours of the city's time; a day with another length has them at other places."""
    seconds = CELLS_SHOWN * CELL_SECONDS
    first = began_at(newest, CELLS_SHOWN, 0)
    at = datetime.fromtimestamp(first, say.zone).replace(minute=0, second=0) + timedelta(hours=1)
    while (place := (at.timestamp() - first) / seconds) < 1:
        if at.hour % TICK_HOURS == 0:
            yield HourTick(round(place * 100, 2), f"{at:%H}", at.hour % (2 * TICK_HOURS) != 0)
        at += timedelta(hours=1)
