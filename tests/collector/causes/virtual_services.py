"""Random incidents with no site down: silent agents, services and paths, each with the true cause.

Reasons and sites that are affected are noisy: an agent times out where others get an answer.
"""

from random import Random

from collector.causes import (
    CauseMemory,
    CauseName,
    Outage,
    Places,
    RingView,
    WeighedCause,
    cause_of,
    lost_paths,
)
from collector.causes.rings import RINGS
from collector.inventory import Ring
from tests.collector.causes.messiness import Messiness
from tests.collector.causes.virtual_city import START, Judged, VirtualCity

UNKNOWN = WeighedCause()

SERVICE_TRUTHS: dict[str, CauseName] = {
    "agent killed": "agent",
    "upgrade kills agents": "agent",
    "provider blocks the broker": "provider",
    "resolver dead": "dns",
    "name not resolved": "dns",
    "application fails": "application",
    "application unreachable": "application",
    "application from a provider": "provider",
    "international path": "international_path",
    "national path": "national_path",
    "a provider's way out": "provider",
}


def judged_service(scenario: str, seed: int, mess: Messiness) -> Judged | None:
    random = Random(f"{scenario} {seed}")
    city = VirtualCity(random, mess)
    truth = SERVICE_TRUTHS[scenario]
    if scenario in ("international path", "national path", "a provider's way out"):
        cause = _path(scenario, city, random, mess)
    else:
        outage = _outage(scenario, city, random)
        if outage is None:
            return None
        cause = cause_of(outage, [], city.places, CauseMemory(Places(city.city)), START + 60)
    return Judged(scenario, truth, cause, cause)


def _outage(scenario: str, city: VirtualCity, random: Random) -> Outage | None:
    leaves = [id for id in city.sites if id.startswith("site")]
    some = frozenset(random.sample(leaves, 6))
    providers = sorted(group for group in city.places.members if group.sort == "provider")
    members = sorted(city.places.members[random.choice(providers)])
    one = city.places.group(members[0], "provider")
    name = "" if one is None else one.name
    match scenario:
        case "agent killed":
            return Outage(kind="agent_silent", root=leaves[0], began_at=START, affected=frozenset(leaves[:1]))
        case "upgrade kills agents":
            # by chance the few that were upgraded may have a provider in common too
            shares = ("version 0.2.0",) if random.random() < 0.8 else (f"provider {name}", "version 0.2.0")
            return Outage(kind="agent_silent", root="agents", began_at=START, shares=shares)
        case "provider blocks the broker":
            return Outage(kind="agent_silent", root="agents", began_at=START, shares=(f"provider {name}",))
        case "resolver dead":
            return Outage(kind="target_down", root="resolver", probe="dns", reason="timeout", began_at=START)
        case "application from a provider":
            if len(providers) < 2 or len(members) < 2:
                return None
            # now and then another site times out as well
            lost = frozenset(members[:8]) | (some if random.random() < 0.1 else frozenset())
            return Outage(
                kind="application_down",
                root="a",
                reason="timeout",
                scope="here",
                affected=lost,
                began_at=START,
            )
    reasons = {"name not resolved": ("resolve",), "application fails": ("status", "body", "refused", "tls")}
    reason = random.choice(reasons.get(scenario, ("timeout",)))
    everywhere = "everywhere" if random.random() < 0.85 else "here"
    return Outage(
        kind="application_down", root="a", reason=reason, scope=everywhere, affected=some, began_at=START
    )


def _path(scenario: str, city: VirtualCity, random: Random, mess: Messiness) -> WeighedCause:
    """The provider of a site is its way out too: each site hangs on the internet by itself."""
    ring: Ring = "national" if scenario == "national path" else "international"
    groups = sorted(group.name for group in city.places.members if group.sort == "provider")
    struck = {random.choice(groups)} if scenario == "a provider's way out" else set(groups)
    views = []
    for id in sorted(city.sites):
        group = city.places.group(id, "provider")
        if group is None:
            continue
        hit = (group.name in struck) != (random.random() < mess.spared / 4)
        lost_from = RINGS.index(ring) if hit else len(RINGS)
        reached = {each: number < lost_from for number, each in enumerate(RINGS) if random.random() < 0.9}
        views.append(RingView(id, group.name, reached))
    found = lost_paths(views)
    return found[0].cause if len(found) == 1 else UNKNOWN
