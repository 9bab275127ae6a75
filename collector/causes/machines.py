"""Clues from machines that ran on or started anew: the agent's, by its boot ids and clock, and the router."""

import math
from collections.abc import Iterator

from collector.causes.cause import Clue, ClueName
from collector.causes.memory import BACKLOG_DONE, CauseMemory
from collector.causes.outage import AFTER_SECONDS, SKEW_SECONDS, Outage
from collector.causes.site_memory import BootSpan, SiteMemory

STOPPED_SECONDS = 60.0
"""An agent that stopped longer before the loss stopped for a reason of its own."""
DARK_SECONDS = 120.0
"""A person who switches a machine off and on, or who restarts it, needs less."""
BOOT_SECONDS = 180.0
"""A router and a radio are back within this time after the power."""


def machine_clues(outage: Outage, memory: CauseMemory, now: float) -> Iterator[Clue]:
    site = memory.sites.get(outage.root)
    if site is not None:
        yield from _agent(outage, site)
        yield from _router(outage, site, now)


def _agent(outage: Outage, site: SiteMemory) -> Iterator[Clue]:
    before = _before(outage, site)
    if before is None:
        return
    after = _restart(outage, site, before)
    if after is None:
        over = outage.began_at + SKEW_SECONDS
        if before.last > (over if outage.ended_at is None else min(over, outage.ended_at)):
            yield Clue("agent_ran_on", outage.root, before.last - outage.began_at)
        return
    name = _new_start(outage, site, before, after)
    if name is not None:
        yield Clue(name, outage.root, _started(after) - before.last)
    if outage.ended_at is not None and outage.ended_at - _started(after) > BOOT_SECONDS:
        yield Clue("agent_back_early", outage.root, outage.ended_at - _started(after))


def _new_start(outage: Outage, site: SiteMemory, before: BootSpan, after: BootSpan) -> ClueName | None:
    """The meaning of a new start depends on how long the agent measured before it: its backlog shows that."""
    if site.spooled is None or site.spooled > BACKLOG_DONE:
        return None
    if before.last > outage.began_at + SKEW_SECONDS:
        dark = _started(after) - before.last > DARK_SECONDS
        return "agent_dark" if dark and after.kept_spool else "agent_restarted_later"
    if not after.kept_spool:
        return "agent_restarted"
    earlier = before.last < outage.began_at - STOPPED_SECONDS
    return "agent_stopped_earlier" if earlier else "agent_stopped"


def measured_until(outage: Outage, site: SiteMemory, now: float) -> float:
    """The end of the time in which the agent's measurements show the outage, not a new start."""
    before = _before(outage, site)
    restarted = before is not None and _restart(outage, site, before) is not None
    return min(before.last, outage.until(now)) if before is not None and restarted else outage.until(now)


def _before(outage: Outage, site: SiteMemory) -> BootSpan | None:
    """The run of the agent's machine into which the loss fell. Its boot clock says so even afterwards."""
    spans = (span for span in site.boots if _started(span) < outage.began_at - SKEW_SECONDS)
    return max(spans, key=_started, default=None)


def _restart(outage: Outage, site: SiteMemory, before: BootSpan) -> BootSpan | None:
    """The run of the agent's machine that began in the outage or soon after it.

    A machine that measured beyond the end ran through the outage: it stopped for another reason.
    """
    if outage.ended_at is not None and before.last > outage.ended_at:
        return None
    latest = math.inf if outage.ended_at is None else outage.ended_at + AFTER_SECONDS
    for span in site.boots:
        if span.boot != before.boot and outage.began_at - SKEW_SECONDS <= _started(span) <= latest:
            return span
    return None


def _started(span: BootSpan) -> float:
    return span.first if span.booted_at is None else span.booted_at


def _router(outage: Outage, site: SiteMemory, now: float) -> Iterator[Clue]:
    began, until = outage.began_at - SKEW_SECONDS, outage.until(now) + AFTER_SECONDS
    ran = max((start.last for start in site.router_starts if start.booted_at < began), default=-math.inf)
    over = outage.began_at + SKEW_SECONDS
    if outage.ended_at is None or ran <= outage.ended_at:
        for start in site.router_starts:
            if began <= start.booted_at <= until:
                yield Clue("router_restarted", outage.root, start.booted_at - outage.began_at)
                return
    if ran > (over if outage.ended_at is None else min(over, outage.ended_at)):
        yield Clue("router_ran_on", outage.root)
