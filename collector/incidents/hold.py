"""How long an incident waits after a loss, for evidence that is still on its way."""

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.facts import Facts
from collector.incidents.judge import Judgement
from collector.incidents.routers import (
    any_lost_after,
    internet_up_after,
    lost_from_behind,
    reached_after,
    seen_behind,
)
from collector.inventory import INTERNET

HOLD_SECONDS = 1.5
"""Evidence about the places above a lost site comes in within this time.

Sites behind one outage fall silent one after the other, within a report interval.
"""
DENY_SECONDS = 2.2
"""A site whose router does not answer, but which works, reports so within this time: its agents lose the
router too."""


def deniable_until(facts: Facts, site: str, judgement: Judgement) -> float:
    """The Unix time until which agents behind the site may still report that only its router does not answer.

    If something speaks for that already, one more report interval decides. If more is lost behind the site,
    it is an outage: the answer is 0.
    """
    if not judgement.seen_by or judgement.reason in ("isolated", "silence"):
        return 0.0
    behind, lost_at = facts.network.depending(site), judgement.since
    live = (behind & facts.liveness.known) - facts.liveness.silent
    if not live or any_lost_after(facts, behind - {site}, lost_at - DENY_SECONDS):
        return 0.0
    through = facts.passage.last_report(site)
    if (
        (through is not None and through.measured_at > lost_at)
        or lost_from_behind(facts, site, lost_at - DENY_SECONDS)
        or seen_behind(facts, site)
    ):
        intervals = (facts.network.sites[agent].report_interval_seconds for agent in live)
        return lost_at + max(intervals) + DENY_SECONDS
    return lost_at + DENY_SECONDS


def above_works(facts: Facts, site: str, judgement: Judgement, now: float) -> bool:
    """Did every place above the site work after the loss?

    If the evidence of the loss is old, newer evidence may follow it in the same backlog: the answer is no.
    """
    if judgement.seen_by and now - judgement.as_of > HOLD_SECONDS:
        return False
    lost_by = judgement.since + CLOCKS_DIFFER_SECONDS + unsure_seconds(facts, site, judgement)
    return all(
        internet_up_after(facts, lost_by) if up == INTERNET else reached_after(facts, up, lost_by)
        for up in facts.network.above(site)
    )


def silence_shows_by(facts: Facts, site: str, judgement: Judgement) -> float:
    """The Unix time by which the loss of a place above shows, if nobody probes that place's router.

    Such a place is lost once all agents behind it are silent.
    """
    shows_by = 0.0
    for up in facts.network.sites.keys() & set(facts.network.above(site)):
        if not facts.network.watched(up) and not reached_after(facts, up, judgement.since):
            silent_by = facts.liveness.silent_by(facts.network.depending(up))
            shows_by = max(shows_by, silent_by + HOLD_SECONDS)
    return shows_by


def unsure_seconds(facts: Facts, site: str, judgement: Judgement) -> float:
    """How exact the time of a loss is: a probe's to the echo, an agent's silence to a report interval."""
    if judgement.seen_by:
        return 0.0
    around = {site, *facts.network.above(site)} & facts.network.sites.keys()
    return max(facts.network.sites[one].report_interval_seconds for one in around)
