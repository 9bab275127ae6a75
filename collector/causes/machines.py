"""Clues from machines that ran on or started anew: the agent's, by its boot ids and clock, and the router."""

from collections.abc import Iterator

from collector.causes.cause import Clue
from collector.causes.memory import BootSpan, CauseMemory, SiteMemory
from collector.causes.outage import AFTER_SECONDS, SKEW_SECONDS, Outage

BACKLOG_DONE = 3.0
"""An agent that holds no more reports than this has delivered all that it measured while it was cut off."""


def machine_clues(outage: Outage, memory: CauseMemory, now: float) -> Iterator[Clue]:
    site = memory.sites.get(outage.root)
    if site is not None:
        yield from _agent(outage, site)
        yield from _router(outage, site, now)


def _agent(outage: Outage, site: SiteMemory) -> Iterator[Clue]:
    before = max(
        (span for span in site.boots if span.first < outage.began_at),
        key=lambda span: span.first,
        default=None,
    )
    if before is None:
        return
    restarted = _restart(outage, site, before)
    over = outage.began_at + SKEW_SECONDS
    if outage.ended_at is not None and restarted is None:
        over = min(over, outage.ended_at)
    ran_on = before.last > over
    if restarted is None:
        if ran_on:
            yield Clue("agent_ran_on", outage.root, before.last - outage.began_at)
    elif ran_on:
        yield Clue("agent_restarted_later", outage.root, restarted - outage.began_at)
    elif site.spooled is not None and site.spooled <= BACKLOG_DONE:
        yield Clue("agent_stopped", outage.root, restarted - before.last)


def _restart(outage: Outage, site: SiteMemory, before: BootSpan) -> float | None:
    """The time at which the agent's machine started anew, in the outage or soon after it."""
    end = outage.ended_at
    for span in site.boots:
        started = span.first if span.booted_at is None else span.booted_at
        soon = end is None or started <= end + AFTER_SECONDS
        if span.boot != before.boot and started >= outage.began_at - SKEW_SECONDS and soon:
            return started
    return None


def _router(outage: Outage, site: SiteMemory, now: float) -> Iterator[Clue]:
    began, until = outage.began_at - SKEW_SECONDS, outage.until(now) + AFTER_SECONDS
    for start in site.router_starts:
        if began <= start.booted_at <= until:
            yield Clue("router_restarted", outage.root, start.booted_at - outage.began_at)
            return
    over = outage.began_at + SKEW_SECONDS
    if outage.ended_at is not None:
        over = min(over, outage.ended_at)
    if any(start.booted_at < began and start.last > over for start in site.router_starts):
        yield Clue("router_ran_on", outage.root)
