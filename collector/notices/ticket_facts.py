"""The facts of a fault report that the incident does not have itself. Sans-IO."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from collector.causes import WeighedCause
from collector.city.agents import AgentState
from collector.incidents import Incident
from collector.inventory import City, Topology
from collector.notices.last_good import LastGood, last_good


class WellSites(NamedTuple):
    """`well` of `known` sites report, and no outage affects them."""

    well: int = 0
    known: int = 0


class TicketFacts(NamedTuple):
    """`others` are sites of other providers, `same` are other sites of this one, both as they are now."""

    weighed: WeighedCause
    last_good: LastGood | None = None
    others: WellSites = WellSites()
    same: WellSites = WellSites()


def ticket_facts(
    incident: Incident,
    provider: str,
    city: City,
    agents: Mapping[str, AgentState],
    known: Iterable[Incident],
    weighed: WeighedCause,
) -> TicketFacts:
    """`known` are all open incidents. The state of other sites counts only while the incident lasts."""
    good = last_good(incident, agents)
    if incident.ended_at is not None or not provider:
        return TicketFacts(weighed, good)
    down = {site for one in known if one.kind == "site_down" for site in one.affected_now}
    by_provider = _by_provider(city)
    own = set(by_provider.get(provider, ())) - set(incident.affected_now)
    others = {site for id, sites in by_provider.items() if id != provider for site in sites}
    return TicketFacts(weighed, good, _counted(others, down, agents), _counted(own, down, agents))


def _by_provider(city: City) -> dict[str, list[str]]:
    """The sites by the provider of their main link, without those whose link has none."""
    found: dict[str, list[str]] = {}
    for site, uplinks in Topology(city.sites, city.links).uplinks.items():
        for up in uplinks[:1]:
            if up.link.provider in city.providers:
                found.setdefault(up.link.provider, []).append(site)
    return found


def _counted(sites: Iterable[str], down: set[str], agents: Mapping[str, AgentState]) -> WellSites:
    """A site whose agent is not judged yet is not counted."""
    judged = [agents[site] for site in sites if site in agents and agents[site].hearing != "unknown"]
    well = [agent for agent in judged if agent.hearing == "fresh" and agent.id not in down]
    return WellSites(len(well), len(judged))
