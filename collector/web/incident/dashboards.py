"""The links of an incident into Grafana: its time range, and the thing that it is about. Pure."""

from collections.abc import Iterator

from collector.incidents import Incident
from collector.incidents.network import PROVIDER
from collector.inventory import City
from collector.notices.on_call import suspected
from collector.web.grafana import GrafanaLinks, GrafanaRange, around
from collector.web.lists.named import Named, link_named
from collector.web.words import Speaker

LINKS_NAMED = 3


def dashboards(incident: Incident, city: City, grafana: GrafanaLinks, say: Speaker) -> list[Named]:
    """The dashboard of the city comes last. Without an address of Grafana there is none."""
    span = around(incident.began_at, incident.ended_at)
    return [one for one in _dashboards(incident, city, grafana, span, say) if one.href]


def _dashboards(
    incident: Incident, city: City, grafana: GrafanaLinks, span: GrafanaRange, say: Speaker
) -> Iterator[Named]:
    root, provider = incident.root, incident.root.removeprefix(PROVIDER)
    if root in city.applications:
        yield Named(city.applications[root].name, grafana.application(root, span))
    if provider != root and provider in city.providers:
        yield Named(city.providers[provider].name, grafana.provider(provider, span))
    site = next((one for one in (root, incident.agent) if one in city.sites), "")
    if site:
        yield Named(city.sites[site].name, grafana.site(site, span))
        if site != root and root in city.sites[site].devices:
            yield Named(root, grafana.device(site, root, span))
    found = (link for links in suspected(incident, city).values() for link in links)
    ids = [id for link in found for id, one in city.links.items() if one is link]
    for id in ids[:LINKS_NAMED]:
        yield Named(link_named(id, city).name, grafana.link(id, span))
    if district := city.sites[site].district if site else "":
        yield Named(district, grafana.district(district, span))
    yield Named(say("grafana_city"), grafana.city(span))
