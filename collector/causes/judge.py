"""The cause of an outage, by all that is known now."""

from collections.abc import Collection, Mapping

from msgspec import structs

from collector.causes.cause import NOT_WEIGHED, CauseName, WeighedCause
from collector.causes.gather import gather
from collector.causes.groups import Places
from collector.causes.memory import CauseMemory
from collector.causes.outage import Outage
from collector.causes.weigh import weigh
from collector.causes.weights import AGENT_CAUSES, APPLICATION_CAUSES, RESOLVER_CAUSES, SITE_CAUSES

CAUSES: Mapping[str, Mapping[CauseName, float]] = {
    "site_down": SITE_CAUSES,
    "agent_silent": AGENT_CAUSES,
    "application_down": APPLICATION_CAUSES,
    "target_down": RESOLVER_CAUSES,
}


def cause_of(
    outage: Outage, others: Collection[Outage], places: Places, memory: CauseMemory, now: float
) -> WeighedCause:
    """Ask it again when there is more evidence: a backlog, a boot id, an uptime, another outage."""
    causes = CAUSES.get(outage.kind)
    if causes is None:
        return NOT_WEIGHED
    found = weigh(gather(outage, others, places, memory, now), causes)
    medium = places.group(outage.root, "medium") if found.cause == "link" else None
    return found if medium is None else structs.replace(found, medium=medium.name)
