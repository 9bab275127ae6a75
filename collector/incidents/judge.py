"""Is a site up, down, or can't we tell?"""

from typing import NamedTuple

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.evidence import State
from collector.incidents.facts import Facts


class Judgement(NamedTuple):
    """`since` is when that began; `as_of` the evidence's own time. Silence has no `seen_by`.

    `contradicted_by` are the few that are heard although all their ways pass there by the inventory.
    """

    state: State
    since: float = 0.0
    as_of: float = 0.0
    reason: str = ""
    seen_by: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()


UNKNOWN = Judgement("unknown")


def judge(facts: Facts, site: str) -> Judgement:
    """Down is a router lost from above, and nothing heard through the site that was measured after the loss.

    Where nobody has a word on the router, and where the site was heard after the loss (an agent's clock may
    be wrong by a little, and a router may answer no echo), long silence decides. So it does where the site
    has a way across the internet, by which its agent may come back.
    """
    listening_since = facts.ears.listening_since
    if listening_since is None:
        return UNKNOWN
    router = facts.router(site)
    alive = facts.heard_through(site)
    if site in facts.network.nocs and facts.isolated(site) and facts.ears.hearing(site) is not None:
        lost_at = facts.last_loss(site)
        return Judgement("down", lost_at, lost_at, "isolated", (site,))
    if router is not None and router.state == "up":
        return Judgement("up", router.since, router.as_of, "", router.said_by)
    against = facts.heard_against(site, router.since) if router is not None else ()
    if router is not None and (
        against or alive is None or alive.measured_at <= router.since + CLOCKS_DIFFER_SECONDS
    ):
        may_be_heard = facts.ears.known & facts.network.depending(site) and not facts.silent_through(site)
        if may_be_heard and (router.since < listening_since or _may_be_reached_otherwise(facts, site)):
            return UNKNOWN  # who could have been heard since the loss has not had time for it
        return Judgement("down", router.since, router.as_of, router.reason, router.said_by, against)
    if facts.silent_through(site):
        heard = alive is not None and alive.received_at >= listening_since
        since = max(alive.last_sign if alive and heard else listening_since, facts.router_seen(site))
        return Judgement("down", since, since, "silence", router.said_by if router else ())
    if alive is not None and alive.received_at >= listening_since:
        return Judgement("up", alive.received_at, alive.last_sign)
    return UNKNOWN


def _may_be_reached_otherwise(facts: Facts, site: str) -> bool:
    return facts.network.has_hidden_way(site) and facts.internet_lost() is None
