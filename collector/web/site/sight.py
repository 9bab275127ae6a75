"""All that a site's page reads of the collector at one moment."""

from typing import NamedTuple

from collector.city.state import State
from collector.incidents import Incidents
from collector.latency import WorkingLatency
from collector.past import Past
from collector.web.grafana import GrafanaLinks
from collector.web.lists.ways import Ways


class Sight(NamedTuple):
    """`ways` are those of the city of `state`."""

    state: State
    incidents: Incidents
    ways: Ways
    past: Past
    latency: WorkingLatency
    grafana: GrafanaLinks = GrafanaLinks()
