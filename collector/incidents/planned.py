"""Is an incident planned work? A window covers its root, or every site that it affects now.

A window of a POP does not cover the own incident of a site below it.
"""

from collections.abc import Iterator

from collector.incidents.incident import Incident
from collector.incidents.network import PROVIDER, Network
from collector.inventory.targets import UPLINK
from collector.planned import Covered


def planned(incident: Incident, network: Network, covered: Covered) -> str:
    """The title of the window that covers the incident; "" if none does."""
    if incident.kind == "collector_blind" or not covered.anything:
        return ""
    titles = [title for title in _of_root(incident, network, covered) if title]
    if titles:
        return titles[0]
    affected = [covered.sites.get(site, "") for site in incident.affected_now]
    return affected[0] if affected and all(affected) else ""


def _of_root(incident: Incident, network: Network, covered: Covered) -> Iterator[str]:
    """The titles of the windows of the root, of which one is enough."""
    root, agent = incident.root, incident.agent
    if root in network.applications:
        yield covered.applications.get(root, "")
    elif root in network.sites:
        yield covered.sites.get(root, "")
    elif root in network.internet:
        yield _of_all(network.nocs, covered)
    elif root.startswith(PROVIDER):
        yield covered.providers.get(root.removeprefix(PROVIDER), "")
    if agent:
        yield covered.sites.get(agent, "")
        if root == UPLINK:
            yield covered.sites.get(network.parents.get(agent, ""), "")


def _of_all(sites: list[str], covered: Covered) -> str:
    """The internet is the core's: planned work at the links of each NOC covers it."""
    titles = [covered.sites.get(site, "") for site in sites]
    return titles[0] if titles and all(titles) else ""
