"""The state of a site: up, down, or unknown."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.evidence import State
from collector.incidents.facts import Facts
from collector.incidents.routers import RouterView, internet_lost_at, last_up, router_view


class Judgement(NamedTuple):
    """`since` is when the state began, `as_of` the time of the evidence, both Unix seconds.

    `seen_by` are the agents that found it; none if silence is the evidence. `contradicted_by` are agents that
    still report, though by the inventory all their ways pass the site.
    """

    state: State
    since: float = 0.0
    as_of: float = 0.0
    reason: str = ""
    seen_by: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()


UNKNOWN = Judgement("unknown")


def judge(facts: Facts, site: str) -> Judgement:
    """A site is down if its router is lost from above and no report measured after the loss came through it.

    Long silence decides in three other cases. No agent has a finding on the router. Or a report came through
    the site after the loss: a clock may be a little wrong, or the router may not answer pings. Or the site,
    or a lost place above it, has another way across the internet, by which its agent may come back.
    """
    listening_since = facts.liveness.listening_since
    if listening_since is None:
        return UNKNOWN
    router = router_view(facts, site)
    through = facts.passage.last_report(site)
    if (
        site in facts.network.nocs
        and facts.isolated(site)
        and facts.liveness.current_report(site) is not None
    ):
        lost_at = facts.last_loss(site)
        return Judgement("down", lost_at, lost_at, "isolated", (site,))
    if router is not None and router.state == "up":
        return Judgement("up", router.since, router.as_of, "", router.seen_by)
    against: tuple[str, ...] = ()
    if router is not None:
        against = facts.passage.contradicting(site, router.since, is_root=facts.out.get(site) == site)
    if router is not None and (
        against or through is None or through.measured_at <= router.since + CLOCKS_DIFFER_SECONDS
    ):
        may_report = facts.liveness.known & facts.network.depending(site) and not facts.passage.silent(site)
        if may_report and (router.since < listening_since or _has_another_way(facts, site, router)):
            return UNKNOWN  # the agents there have not had time to report since the loss
        return Judgement("down", router.since, router.as_of, router.reason, router.seen_by, against)
    if facts.passage.silent(site):
        reported = through is not None and through.received_at >= listening_since
        since = max(through.last_sign if through and reported else listening_since, last_up(facts, site))
        return Judgement("down", since, since, "silence", router.seen_by if router else ())
    if through is not None and through.received_at >= listening_since:
        return Judgement("up", through.received_at, through.last_sign)
    return UNKNOWN


def plainly_up(facts: Facts) -> AbstractSet[str]:
    """Sites whose own agents report, and whose routers no agent finds lost: `judge` finds them up too."""
    lost = {subject.root for subject in facts.troubled if subject.kind == "target_down"}
    isolated = {site for site in facts.network.nocs if facts.isolated(site)}
    return facts.liveness.current - facts.out.keys() - lost - isolated


def _has_another_way(facts: Facts, site: str, router: RouterView) -> bool:
    network = facts.network
    hidden = {place for place in (site, *network.ways(site)) if network.has_hidden_way(place)}
    return (
        any(place == site or _hides(facts, place, router) for place in hidden)
        and internet_lost_at(facts) is None
    )


def _hides(facts: Facts, place: str, router: RouterView) -> bool:
    """Is the place lost too, and did no agent behind it lose the router?"""
    view = router_view(facts, place)
    lost = view is not None and view.state == "down"
    return lost and facts.network.depending(place).isdisjoint(router.seen_by)
