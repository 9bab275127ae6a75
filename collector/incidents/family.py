"""The findings of several probes that are about one fact."""

from collections.abc import Callable

from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts
from collector.incidents.incident import Subject
from collector.incidents.network import PING, Network
from collector.incidents.register import Register
from collector.incidents.routers import router_view
from collector.inventory.targets import RESOLVER, UPLINK


def everything(_finding: Finding) -> bool:
    """Each finding counts."""
    return True


def family(network: Network, subject: Subject) -> list[Subject]:
    """The subjects whose findings are about one fact."""
    if subject.kind != "target_down" or subject.agent:
        return [subject]
    if subject.root.startswith(RESOLVER) and subject.root not in network.shared:
        return [subject._replace(agent=agent) for agent in network.sites]
    if subject.probe == PING and subject.root in network.sites:
        below = network.probing_as_uplink.get(subject.root, ())
        return [subject, *(Subject("target_down", UPLINK, PING, agent) for agent in below)]
    return [subject]


def believed_of(facts: Facts, subject: Subject) -> list[Finding]:
    return [finding for part in family(facts.network, subject) for finding in facts.believed(part)]


def widely_lost(
    facts: Facts, register: Register, subject: Subject, counts: Callable[[Finding], bool] = everything
) -> bool:
    """Did two agents or more, and most of those that probe it, lose it? Or is its incident open?"""
    if subject in register.open:
        return True
    states = {finding.agent: finding.state for finding in believed_of(facts, subject) if counts(finding)}
    down = list(states.values()).count("down")
    return down > 1 and 2 * down > len(states)


def router_lost(
    facts: Facts, register: Register, router: Subject, counts: Callable[[Finding], bool] = everything
) -> bool:
    """Is a site's router lost from above, or for most of the agents below?"""
    if router in register.open:
        return True
    view = router_view(facts, router.root)
    return (view is not None and view.state == "down") or widely_lost(facts, register, router, counts)
