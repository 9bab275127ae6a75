"""The site's page, all together. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.incidents import Incident
from collector.incidents import State as SiteState
from collector.web.grafana import GrafanaRange
from collector.web.lists.named import Named, link_named, provider_named
from collector.web.past.strips import Strips, strips
from collector.web.site.agent import AgentHealth, agent_health
from collector.web.site.devices import DeviceView, devices
from collector.web.site.facts import SiteFact, site_facts
from collector.web.site.family import Surroundings, family
from collector.web.site.judged import judged_probes, paths_as_uplink
from collector.web.site.measured import OwnMeasurements, measured, target_named
from collector.web.site.neighbors import NeighborsAgainst, neighbors_against
from collector.web.site.quality import QualityAgainstLimits, quality
from collector.web.site.seen import SeenByOthers, seen_by_others
from collector.web.site.sight import Sight
from collector.web.site.standing_since import since_words
from collector.web.status import Entry, entry, gravest_first
from collector.web.words import Speaker

GRAFANA_SECONDS = 24 * 3600.0
STRIPS_SHOWN = 8
"""Of each side: the other parts of the page are to be in reach."""


class SitePage(NamedTuple):
    """`blind`: the page shows the last known state. `since` is "" where no incident tells."""

    id: str
    name: str
    state: SiteState
    since: str
    blind: bool
    on_backup: bool
    incidents: Sequence[Entry]
    seen: SeenByOthers
    family: Surroundings
    neighbors: NeighborsAgainst
    strips: Strips
    quality: QualityAgainstLimits
    devices: Sequence[DeviceView]
    agent: AgentHealth
    facts: Sequence[SiteFact]
    measured: OwnMeasurements
    grafana: Sequence[Named]


def site_page(site: str, sight: Sight, say: Speaker) -> SitePage | None:
    """The page; None when the inventory has no such site."""
    city, incidents = sight.state.city, sight.incidents
    if site not in sight.state.agents:
        return None
    state, probes = incidents.site_state(site), judged_probes(site, sight, say.now)
    opened = sorted((one for one in incidents.open() if _concerns(one, site)), key=gravest_first)
    span = GrafanaRange(say.now - GRAFANA_SECONDS)
    return SitePage(
        id=site,
        name=city.sites[site].name,
        state=state,
        since=since_words(site, state, incidents, say),
        blind=incidents.blind,
        on_backup=incidents.on_backup(site) is True,
        incidents=[entry(one, city, say) for one in opened],
        seen=seen_by_others(probes.others, city, say),
        family=family(site, sight, say),
        neighbors=neighbors_against(site, sight, say),
        strips=strips(
            site,
            sight.past,
            city,
            say,
            incidents.limits,
            at_most=STRIPS_SHOWN,
            also=paths_as_uplink(site, sight),
            names=lambda target: target_named(target, site, sight, say).name,
        ),
        quality=quality(site, probes, sight, say),
        devices=devices(site, sight, span, say),
        agent=agent_health(site, probes.own, sight, say),
        facts=site_facts(site, city, say),
        measured=measured(probes.own, sight, say),
        grafana=[one for one in _grafana(site, sight, span, say) if one.href],
    )


def _concerns(incident: Incident, site: str) -> bool:
    return site in (incident.root, incident.agent, *incident.affected_now)


def _grafana(site: str, sight: Sight, span: GrafanaRange, say: Speaker) -> Iterator[Named]:
    """The dashboards of the site, its district, its links and their providers, of the last 24 hours."""
    city, grafana = sight.state.city, sight.grafana
    place = city.sites[site]
    yield Named(f"{say('work_site')} {place.name}", grafana.site(site, span))
    if place.district:
        yield Named(f"{say('filter_district')} {place.district}", grafana.district(place.district, span))
    for id in sight.ways.ups(site):
        yield Named(f"{say('link')} {link_named(id, city).name}", grafana.link(id, span))
        if provider := city.links[id].provider:
            yield Named(
                f"{say('provider')} {provider_named(provider, city).name}", grafana.provider(provider, span)
            )
