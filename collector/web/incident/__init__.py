"""The content of an incident's page, in files one idea each. Pure.

`around` has all that the page is made of. `head` is the first screen of a phone, `timeline` the way of the
incident, with `told` for its notices and `moments` for its changes. `why` is its cause, `affected` the places
that miss something, `calls` the people to call, `related` the incidents around it, `dashboards` the links
into Grafana, and `page` all together.
"""

from collector.web.incident.around import Around
from collector.web.incident.page import IncidentPage, incident_page
from collector.web.incident.why import CAUSES

__all__ = ["CAUSES", "Around", "IncidentPage", "incident_page"]
