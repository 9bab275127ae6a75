"""How the agents see the sites' routers and the internet."""

from collections.abc import Iterable
from typing import NamedTuple

from collector.incidents.evidence import Finding, State
from collector.incidents.facts import Facts, confirmed
from collector.incidents.incident import Subject
from collector.incidents.network import PING
from collector.inventory import INTERNET
from collector.inventory.targets import GATEWAY, UPLINK


class RouterView(NamedTuple):
    """The state of a site's router, by the findings that the collector believes.

    `since` is when the state began, `as_of` the time up to which it is known, both Unix seconds.
    """

    state: State
    since: float
    as_of: float
    reason: str
    seen_by: tuple[str, ...]


def router_view(facts: Facts, site: str) -> RouterView | None:
    """The findings of the agents right above the router count first, and any other agent's if they have none.

    One agent that finds the router up is enough: it is lost if all of them lost it.
    """
    findings = facts.believed(ping(site))
    findings = [finding for finding in findings if finding.state == "up" or confirmed(finding)]
    above = facts.network.above(site)
    findings = [finding for finding in findings if finding.agent in above] or findings
    findings = [finding for finding in findings if finding.state == "up"] or findings
    if not findings:
        return None
    last = max(findings, key=lambda finding: finding.since)
    if last.state == "down" and _denied(facts, site, last.since):
        return None
    seen_by = tuple(sorted(finding.agent for finding in findings))
    return RouterView(last.state, last.since, facts.as_of(last), last.reason, seen_by)


def _denied(facts: Facts, site: str, since: float) -> bool:
    """Did an agent right above find the router up after `since`? The agent may be silent now, but not out."""
    above = facts.network.above(site)
    return any(
        finding.state == "up"
        and facts.as_of(finding) > since
        and finding.agent in above
        and finding.agent not in facts.out
        for finding in facts.findings_on(ping(site))
    )


def may_deny(facts: Facts, subject: Subject, agents: Iterable[str], since: float) -> bool:
    """Did one of the agents find the subject up after `since`, or has one not had time to report yet?"""
    findings = facts.findings_on(subject)
    seen_up = {
        finding.agent for finding in findings if finding.state == "up" and facts.as_of(finding) > since
    }
    liveness = facts.liveness
    awaited = liveness.known - liveness.silent - facts.out.keys()
    return any(
        agent in seen_up or (agent in awaited and liveness.current_report(agent) is None) for agent in agents
    )


def last_up(facts: Facts, site: str) -> float:
    """The last time at which any agent found the router up, believed or not; 0 for never."""
    findings = facts.findings_on(ping(site))
    return max((facts.as_of(finding) for finding in findings if finding.state == "up"), default=0.0)


def reached_after(facts: Facts, site: str, time: float) -> bool:
    """Is there evidence that the site worked after that time?"""
    own = facts.liveness.last_report(site)
    if own is not None and own.measured_at > time:
        return True
    through = facts.passage.last_report(site)
    if through is not None and through.measured_at > time:
        return True
    router = router_view(facts, site)
    return router is not None and router.state == "up" and router.since > time


def any_lost_after(facts: Facts, sites: Iterable[str], time: float) -> bool:
    """Does a believed agent find one of their routers lost, and did the loss begin after that time?"""
    findings = (finding for site in sites for finding in facts.believed(ping(site)))
    return any(
        finding.state == "down" and finding.since > time and confirmed(finding) for finding in findings
    )


def seen_behind(facts: Facts, site: str) -> bool:
    """Does an agent in front of the site find a router behind it up?"""
    depending = facts.network.depending(site)
    routers = (router for router in depending if router != site and router not in facts.out)
    findings = (finding for router in routers for finding in facts.believed(ping(router)))
    return any(finding.state == "up" and finding.agent not in depending for finding in findings)


def lost_from_behind(facts: Facts, site: str, time: float) -> bool:
    """Did an agent that reports only through the router lose that router after that time?"""
    network = facts.network
    below = network.depending(site) & set(network.probing_as_uplink.get(site, ()))
    probes = [(site, GATEWAY), *((agent, UPLINK) for agent in sorted(below))]
    findings = [
        facts.last_finding(agent, Subject("target_down", name, PING, agent)) for agent, name in probes
    ]
    return any(
        finding is not None and finding.state == "down" and finding.since > time for finding in findings
    )


def internet_lost_at(facts: Facts) -> float | None:
    """The time since which the core reaches no internet target, and no agent reports through the internet."""
    core = _core(facts)
    findings = [
        finding
        for name in facts.network.outside
        for finding in facts.believed(ping(name))
        if finding.agent in core
    ]
    if not findings or not all(finding.state == "down" and confirmed(finding) for finding in findings):
        return None
    lost_at = max(finding.since for finding in findings)
    reports = filter(None, map(facts.liveness.last_report, facts.network.behind_internet))
    return None if any(report.measured_at > lost_at for report in reports) else lost_at


def internet_up_after(facts: Facts, time: float) -> bool:
    """Did an agent of the core find the internet up after that time? True if none of them probes it."""
    findings = _core_findings(facts)
    return not findings or any(finding.state == "up" and facts.as_of(finding) > time for finding in findings)


def _core_findings(facts: Facts) -> list[Finding]:
    core = _core(facts)
    return [
        finding
        for name in facts.network.outside
        for finding in facts.findings_on(ping(name))
        if finding.agent in core
    ]


def _core(facts: Facts) -> set[str]:
    """The sites that have a link to the internet, or else the NOCs."""
    return set(facts.network.above(INTERNET)) or set(facts.network.nocs)


def ping(target: str) -> Subject:
    """The subject of pings to a site's router or to an internet target."""
    return Subject("target_down", target, PING)
