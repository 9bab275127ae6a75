"""The picture of the course around an incident's beginning. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from collector.incidents import Incident
from collector.inventory import City
from collector.notices.quantities import share, time
from collector.past import Course, Past, PathCourse
from collector.past.codes import loss_of, time_of, up_of
from collector.past.course import AFTER_SECONDS
from collector.past.followed import LAG_SECONDS
from collector.web.past.scale import TimeScale, scale_of
from collector.web.past.strips import HourTick
from collector.web.words import Speaker

HEIGHT = 100
TICK_MINUTES = 5
GAP_CADENCES = 2.5
"""Measurements further apart are not joined: nobody knows what was in between."""
NO_SCALE = TimeScale(0.0, 1.0, False, ())


class StepValue(NamedTuple):
    """The measurements of one step: seconds, share of lost packets."""

    step: int
    up: bool
    loss: float | None
    seconds: float | None


class CoursePath(NamedTuple):
    """One path. `line`, `bars` and `unmeasured` are path data (SVG) in a box of as many steps by 100.

    `marks` are places from the top in per cent with their texts; `log`: the scale is logarithmic. `before`
    and `after` say the figures in words.
    """

    name: str
    kind: str
    line: str
    bars: str
    unmeasured: str
    marks: Sequence[tuple[float, str]]
    log: bool
    before: str
    after: str


class CoursePicture(NamedTuple):
    """`began` is the place of the beginning from the left in per cent, `at` its time.

    `complete`: no more comes.
    """

    paths: Sequence[CoursePath]
    steps: int
    began: float
    at: str
    ticks: Sequence[HourTick]
    complete: bool


def course(
    incident: Incident, saved: Course | None, past: Past, city: City, say: Speaker
) -> CoursePicture | None:
    """`saved` is what the store has of it. None if nothing is remembered."""
    found = _fuller(saved, None if saved is not None and saved.complete else past.course(incident))
    if found is None:
        return None
    seconds = found.steps * found.step_seconds
    first = (found.began_at - found.first_at) / found.step_seconds
    return CoursePicture(
        paths=[_path(path, int(first), found.step_seconds, city, say) for path in found.paths],
        steps=found.steps,
        began=round(100 * first / found.steps, 2),
        at=say.clock(found.began_at, seconds=True),
        ticks=list(_ticks(found.first_at, seconds, say)),
        complete=found.complete or say.now > found.began_at + AFTER_SECONDS + LAG_SECONDS,
    )


def _fuller(saved: Course | None, remembered: Course | None) -> Course | None:
    """After a restart the store may know more than memory."""
    if saved is None or remembered is None:
        return saved or remembered
    return saved if _measured(saved) > _measured(remembered) else remembered


def _measured(course: Course) -> int:
    return sum(map(bool, (state for path in course.paths for state in path.states)))


def _path(path: PathCourse, began: int, step_seconds: int, city: City, say: Speaker) -> CoursePath:
    values = list(_values(path))
    cadence = _cadence(values)
    times = [value.seconds for value in values if value.seconds is not None]
    scale = scale_of(times) if times else NO_SCALE
    before = [value for value in values if value.step < began]
    after = [value for value in values if value.step >= began]
    return CoursePath(
        name=say("course_path", agent=_name(path.agent, city), target=_name(path.target, city)),
        kind=path.kind,
        line=_line(values, cadence, scale),
        bars="".join(_bars(values, cadence)),
        unmeasured="".join(_unmeasured(values, cadence, len(path.states))),
        marks=[(round(100 * (1 - height), 1), text) for height, text in scale.labels()],
        log=scale.log,
        before=_figures(before, cadence * step_seconds, say),
        after=_figures(after, cadence * step_seconds, say),
    )


def _values(path: PathCourse) -> Iterator[StepValue]:
    """Steps without a measurement are left out."""
    for step, (state, code) in enumerate(zip(path.states, path.times, strict=True)):
        up = up_of(state)
        if up is not None:
            yield StepValue(step, up, loss_of(state), time_of(code))


def _cadence(values: Sequence[StepValue]) -> int:
    """The usual number of steps from one measurement to the next."""
    apart = [later.step - earlier.step for earlier, later in pairwise(values)]
    return max(1, round(median(apart))) if apart else 1


def _line(values: Sequence[StepValue], cadence: int, scale: TimeScale) -> str:
    """A line from time to time, with a gap where there is none for longer."""
    drawn, last = "", None
    for value in values:
        if value.seconds is None:
            continue
        joined = last is not None and value.step - last <= GAP_CADENCES * cadence
        place = f"{value.step + 0.5:g} {HEIGHT * (1 - scale.height(value.seconds)):.1f}"
        drawn += f"L{place}" if joined else f"M{place}h.1"
        last = value.step
    return drawn


def _bars(values: Sequence[StepValue], cadence: int) -> Iterator[str]:
    """From below, the share of lost packets; a measurement that failed without one is lost as a whole."""
    for value in values:
        lost = value.loss if value.loss is not None else float(not value.up)
        if lost:
            yield f"M{value.step} {HEIGHT}v-{lost * HEIGHT:g}h{cadence}v{lost * HEIGHT:g}z"


def _unmeasured(values: Sequence[StepValue], cadence: int, steps: int) -> Iterator[str]:
    """The spans for which nobody knows."""
    last = 0
    for step in [*(value.step for value in values), steps]:
        if step - last > GAP_CADENCES * cadence:
            yield f"M{last} {HEIGHT}h{step - last}"
        last = step + cadence


def _figures(values: Sequence[StepValue], seconds_each: int, say: Speaker) -> str:
    """The figures of these measurements in words."""
    if not values:
        return say("course_none")
    parts = []
    times = [value.seconds for value in values if value.seconds is not None]
    if times:
        parts.append(say("strip_time", typical=time(median(times)), worst=time(max(times))))
    losses = [value.loss for value in values if value.loss is not None]
    if losses:
        parts.append(say("strip_loss", share=share(sum(losses) / len(losses))))
    if failed := sum(not value.up for value in values):
        parts.append(say("course_down", duration=say.duration(failed * seconds_each)))
    return ", ".join(parts) or say("course_up")


def _name(id: str, city: City) -> str:
    known = city.sites.get(id) or city.applications.get(id)
    return known.name if known else id


def _ticks(first_at: float, seconds: float, say: Speaker) -> Iterator[HourTick]:
    at = datetime.fromtimestamp(first_at, say.zone).replace(second=0, microsecond=0)
    at += timedelta(minutes=TICK_MINUTES - at.minute % TICK_MINUTES)
    while (place := (at.timestamp() - first_at) / seconds) < 1:
        yield HourTick(round(place * 100, 2), f"{at:%H:%M}", at.minute % (2 * TICK_MINUTES) != 0)
        at += timedelta(minutes=TICK_MINUTES)
