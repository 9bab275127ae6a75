"""Clues from the devices of the link: ONU, radios, the light of a fibre, the port that feeds a radio."""

from collections.abc import Iterable, Iterator, Mapping

from collector.causes.answering import FLIP_SECONDS
from collector.causes.cause import Clue, ClueName
from collector.causes.followed import GONE_SECONDS, Followed, RowKey
from collector.causes.groups import Places
from collector.causes.levels import Fall, Levels
from collector.causes.machines import measured_until
from collector.causes.memory import CauseMemory
from collector.causes.outage import SKEW_SECONDS, Outage
from collector.causes.site_memory import LineMemory, OnuState

CACHED_SECONDS = 60.0
"""Some OLTs answer from a table that they renew this seldom."""
FADE_SECONDS = 1800.0
FADE_DECIBELS = 10.0
"""Clear sky changes a signal by less."""
FADE_TO_WEAK_DECIBELS = 6.0
WEAKENED_DBM, WEAK_DBM = -75.0, -82.0
"""A radio works slowly below the one, and hardly at all below the other."""
LIGHT_SECONDS = 86400.0
LIGHT_DECIBELS = 3.0
"""Half of the light. A clean fibre keeps it for years."""
LOW_LIGHT_DBM = -27.0
"""A receiver of GPON needs at least -28 dBm (G.984.2, class B+)."""
ONU_CLUES: dict[str, ClueName] = {"dying_gasp": "onu_dying_gasp", "los": "onu_los"}


def line_clues(outage: Outage, places: Places, memory: CauseMemory, now: float) -> Iterator[Clue]:
    site = memory.sites.get(outage.root)
    if site is None or site.line is None:
        return
    medium = places.group(outage.root, "medium")
    until = min(outage.until(now) - FLIP_SECONDS, measured_until(outage, site, now))
    match medium.name if medium else "":
        case "radio":
            known = _known(site.line.signals, site.line)
            yield from _radio(outage, known)
            if site.line.far_end.key in known and _mostly(site.line.far_end, outage, until) is False:
                yield Clue("radio_alone", outage.root)
            yield from _feeding(outage, site.line, now)
        case "fiber":
            yield from _onu(outage, site.line, now)
            yield from _light(outage, _known(site.line.lights, site.line))
            if _mostly(site.line.light, outage, until) is False:
                yield Clue("light_lost", outage.root)


def _onu(outage: Outage, line: LineMemory, now: float) -> Iterator[Clue]:
    lost = _lost_onu(outage, line.onu, now)
    if lost is not None:
        yield Clue(lost, outage.root)
        if lost == "onu_los" and any(run.value.cause == "dying_gasp" for run in line.onu.runs):
            yield Clue("onu_gasped_before", outage.root)
        return
    first, last = outage.began_at + CACHED_SECONDS, outage.until(now) - SKEW_SECONDS
    read = any(first <= at <= last for at in line.onu_read)
    states = line.onu.runs.seen(first, last, 0.0 if read else line.onu.pause) if first < last else {}
    if states and all(state.up for state in states):
        yield Clue("onu_up", outage.root)


def _lost_onu(outage: Outage, onu: Followed[OnuState], now: float) -> ClueName | None:
    """An OLT is read each few minutes: a short outage shows in the reason of the last loss alone."""
    began, until = outage.began_at - SKEW_SECONDS, outage.until(now)
    before = next((run.value for run in reversed(list(onu.runs)) if run.since < began), None)
    down: ClueName | None = None
    for run in onu.runs:
        if run.since < began:
            continue
        named = ONU_CLUES.get(run.value.cause)
        if not run.value.up:
            if run.since > until + SKEW_SECONDS:
                break
            down = named or "onu_down"
        elif down is None and before is not None and before.cause and run.value.cause != before.cause:
            down = named if run.since <= until + onu.pause else None
        if named is not None and down == named:
            break
    return down


def _known(named: Mapping[RowKey, Levels], line: LineMemory) -> Mapping[RowKey, Levels]:
    """The levels that are of the link. Of several rows that name nobody, nobody knows which is the way up."""
    newest = max((levels.newest for levels in line.nameless.values()), default=0.0)
    alive = {key: one for key, one in line.nameless.items() if newest - one.newest < GONE_SECONDS}
    return {**named, **alive} if len(alive) == 1 else named


def _radio(outage: Outage, known: Mapping[RowKey, Levels]) -> Iterator[Clue]:
    falls = _falls(known.values(), outage, FADE_SECONDS)
    if not falls:
        return
    worst = max(falls, key=lambda fall: fall.decibels)
    weakest = min(falls, key=lambda fall: fall.later)
    weakened = worst.decibels >= FADE_TO_WEAK_DECIBELS and worst.later <= WEAKENED_DBM
    if worst.decibels >= FADE_DECIBELS or weakened:
        yield _fallen("radio_faded", outage, worst)
    elif weakest.later <= WEAK_DBM:
        yield Clue("radio_weak", outage.root, later=round(weakest.later))
    elif weakest.later > WEAKENED_DBM:
        yield Clue("radio_good", outage.root, later=round(weakest.later))


def _light(outage: Outage, known: Mapping[RowKey, Levels]) -> Iterator[Clue]:
    falls = _falls(known.values(), outage, LIGHT_SECONDS)
    if not falls:
        return
    worst = max(falls, key=lambda fall: fall.decibels)
    dimmest = min(falls, key=lambda fall: fall.later)
    if worst.decibels >= LIGHT_DECIBELS:
        yield _fallen("light_faded", outage, worst)
    elif dimmest.later <= LOW_LIGHT_DBM:
        yield Clue("light_low", outage.root, later=round(dimmest.later))


def _feeding(outage: Outage, line: LineMemory, now: float) -> Iterator[Clue]:
    """A port that fed the radio before the loss, and did not feed it from then on."""
    for poe in (line.poe_here, line.poe_above):
        runs = [run for run in poe.runs if run.since <= min(outage.until(now), outage.began_at + poe.pause)]
        if poe.key is None or len(runs) < 2 or runs[-1].value or not runs[-2].value:
            continue
        fed, off = runs[-2:]
        if off.since > outage.began_at - poe.pause and off.since - fed.until <= poe.pause:
            yield Clue("poe_off", poe.key.agent)
            return


def _mostly(followed: Followed[bool], outage: Outage, until: float) -> bool | None:
    since = outage.began_at + FLIP_SECONDS
    return followed.runs.mostly(since, until, followed.pause) if since < until else None


def _falls(levels: Iterable[Levels], outage: Outage, within: float) -> list[Fall]:
    found = (one.fall_before(outage.began_at, within) for one in levels)
    return [fall for fall in found if fall is not None]


def _fallen(name: ClueName, outage: Outage, fall: Fall) -> Clue:
    return Clue(name, outage.root, fall.seconds, earlier=round(fall.earlier), later=round(fall.later))
