"""Clues from other outages: which group of sites was lost, at once or one after another.

Only roots of outages count as lost. Sites behind a root are unknown: nobody can reach them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from collector.causes.cause import Clue, ClueName
from collector.causes.groups import LostGroup, Places, Sort, winner
from collector.causes.memory import CauseMemory
from collector.causes.outage import AFTER_SECONDS, Outage

AT_ONCE_SECONDS = 60.0
"""Losses by one fault are found within this time of each other."""
STANDING_SECONDS = 4 * 3600.0
"""Batteries of one feeder give out within this time of each other."""
STAGGERED_SECONDS = 120.0
STAGGERED_AT_LEAST = 3
APART_SECONDS = 15.0
SEEN_SECONDS = 30.0
FOLLOW_SECONDS = 45.0
"""Sites that the mains bring back follow each other, though some take longer: a recovery waits a minute."""

LOST_CLUES: Mapping[Sort, ClueName] = {
    "feeder": "feeder_lost",
    "subdistrict": "area_lost",
    "district": "area_lost",
    "pop": "pop_lost",
    "access": "access_lost",
    "provider": "provider_lost",
    "medium": "medium_lost",
}


def together_clues(
    outage: Outage, others: Collection[Outage], places: Places, memory: CauseMemory, now: float
) -> Iterator[Clue]:
    """`others` are the other outages of the hours around it; this one may be among them.

    Asked much later they are more: those that began and ended at other times say nothing of this one.
    """
    began_at = outage.began_at
    downs = [other for other in others if other.kind == "site_down"]
    standing = [other for other in downs if _stands(outage, other)]
    near = [other for other in downs if abs(other.began_at - began_at) <= AT_ONCE_SECONDS]
    at_once = {other.root for other in near} | {outage.root}
    roots = {other.root: other.began_at for other in standing} | {outage.root: began_at}
    cut_off = (
        {site for other in (outage, *near, *standing) for site in other.affected} | at_once | roots.keys()
    )
    well = {site for site, kept in memory.sites.items() if kept.measured >= began_at - SEEN_SECONDS} - cut_off
    found = winner(places, outage.root, at_once, well)
    if found is not None:
        yield _clue(LOST_CLUES[found.group.sort], found)
    feeder = places.group(outage.root, "feeder")
    peers = roots.keys() & places.members[feeder] if feeder else set()
    if feeder is not None and (still := _still_out(outage, standing, peers, now)):
        yield Clue("back_before_feeder", feeder.name, lost=still, known=len(peers) - 1)
    staggered = _staggered(peers, roots)
    found = winner(places, outage.root, roots.keys(), well) if staggered else None
    if found is not None and found.group == feeder:
        yield _clue("feeder_staggered", found)
    elif len(at_once) == 1 and len(peers) <= 1 and well:
        yield Clue("alone", outage.root)


def _stands(outage: Outage, other: Outage) -> bool:
    """Did it last in a part of the same time?"""
    return (
        abs(other.began_at - outage.began_at) <= STANDING_SECONDS
        and (outage.ended_at is None or other.began_at <= outage.ended_at)
        and (other.ended_at is None or other.ended_at >= outage.began_at)
    )


def _still_out(outage: Outage, standing: Iterable[Outage], peers: AbstractSet[str], now: float) -> int:
    """The number of other sites of the feeder that stayed out long after this one was back, if most did.

    Of those that are out now nobody knows it yet. They are doubted as soon as they do not follow.
    """
    if outage.ended_at is None:
        return 0
    late, follow = outage.ended_at + AFTER_SECONDS, outage.ended_at + FOLLOW_SECONDS
    lasting = {
        other.root
        for other in standing
        if (now > follow if other.ended_at is None else other.ended_at > late)
    }
    still = len((lasting & peers) - {outage.root})
    return still if 2 * still > len(peers) - 1 else 0


def _staggered(peers: AbstractSet[str], roots: Mapping[str, float]) -> bool:
    """Were three sites or more lost at times that differ as batteries do?"""
    times = sorted(roots[site] for site in peers)
    moments = times[:1] + [at for before, at in pairwise(times) if at - before > APART_SECONDS]
    return len(moments) >= STAGGERED_AT_LEAST and times[-1] - times[0] > STAGGERED_SECONDS


def _clue(name: ClueName, found: LostGroup) -> Clue:
    return Clue(name, found.group.name, lost=found.lost, known=found.known)
