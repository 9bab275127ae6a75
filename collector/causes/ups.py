"""Clues from UPSes: that of the site, and those of the other sites on its feeder."""

from collections.abc import Iterator

from collector.causes.cause import Clue
from collector.causes.groups import Places
from collector.causes.memory import PAUSE_SECONDS, CauseMemory
from collector.causes.outage import SKEW_SECONDS, Outage
from collector.causes.runs import Run
from collector.causes.site_memory import SiteMemory

BEFORE_SECONDS = 90.0
"""An older value does not show the state at the loss."""
MAINS_BEFORE_SECONDS = 30.0
SPENT_SECONDS = 120.0
SPENT_SHARE = 0.25
"""An estimate of the remaining time is this rough, as a share of the time that the battery lasted so far."""


def ups_clues(outage: Outage, memory: CauseMemory, now: float) -> Iterator[Clue]:
    site = memory.sites.get(outage.root)
    if site is None:
        return
    run = _battery_at_loss(site, outage)
    if run is not None:
        yield _battery_clue(outage, run)
        return
    since, until = outage.began_at + SKEW_SECONDS, outage.until(now) - SKEW_SECONDS
    seen = site.battery.seen(since, until, PAUSE_SECONDS)
    if seen.get(True):
        yield Clue("ups_battery_after", outage.root, seen[True])
    elif seen.get(False):
        yield Clue("ups_mains", outage.root, seen[False])
    else:
        before = site.battery.at(outage.began_at, MAINS_BEFORE_SECONDS)
        if before is not None and not before.value:
            yield Clue("ups_mains_before", outage.root)


def _battery_at_loss(site: SiteMemory, outage: Outage) -> Run[bool] | None:
    """The time on battery that the loss fell into, or that began with it."""
    for moment in (outage.began_at, outage.began_at + SKEW_SECONDS):
        run = site.battery.at(moment, BEFORE_SECONDS)
        if run is not None and run.value:
            return run
    return None


def _battery_clue(outage: Outage, run: Run[bool]) -> Clue:
    lasted = outage.began_at - run.since
    if abs(lasted) <= SKEW_SECONDS:
        return Clue("ups_battery_began", outage.root, max(0.0, lasted))
    if run.remaining is None:
        return Clue("ups_battery", outage.root, lasted)
    left = run.until + run.remaining - outage.began_at
    spent = left <= max(SPENT_SECONDS, SPENT_SHARE * lasted)
    return Clue("ups_spent" if spent else "ups_time_left", outage.root, lasted if spent else left)


def feeder_clues(outage: Outage, places: Places, memory: CauseMemory) -> Iterator[Clue]:
    """Do other sites of the feeder have mains, or run on battery, at the time of the loss?"""
    feeder = places.group(outage.root, "feeder")
    if feeder is None:
        return
    others = [memory.sites[site] for site in places.members[feeder] - {outage.root} if site in memory.sites]
    values = [_powered(outage, other) for other in others]
    began = sum(_began_together(outage, other) for other in others)
    on_battery, on_mains = values.count(True), values.count(False)
    known = on_battery + on_mains
    if began:
        yield Clue("feeder_went_to_battery", feeder.name, lost=began, known=max(began, known))
    elif on_battery and on_battery >= on_mains:
        yield Clue("feeder_on_battery", feeder.name, lost=on_battery, known=known)
    elif on_mains and not on_battery:
        yield Clue("feeder_on_mains", feeder.name, lost=0, known=known)


def _powered(outage: Outage, other: SiteMemory) -> bool | None:
    """Does the site have a UPS on battery (True) or with mains (False), soon after the loss?"""
    since = outage.began_at + SKEW_SECONDS / 2
    return other.battery.mostly(since, outage.began_at + 3 * SKEW_SECONDS, PAUSE_SECONDS)


def _began_together(outage: Outage, other: SiteMemory) -> bool:
    run = other.battery.at(outage.began_at + SKEW_SECONDS, SKEW_SECONDS)
    return run is not None and run.value and abs(run.since - outage.began_at) <= SKEW_SECONDS
