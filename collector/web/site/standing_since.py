"""Since when the site is in its state, as far as the incidents know. Pure."""

from collections.abc import Iterable, Iterator

from collector.incidents import Affected, Incident, Incidents
from collector.incidents import State as SiteState
from collector.web.words import Speaker

OUTAGES = ("site_down", "power_cut")


def since_words(site: str, state: SiteState, incidents: Incidents, say: Speaker) -> str:
    """ "" where no incident tells. A site that is up has the end of its last outage."""
    if incidents.blind:
        begins = [one.began_at for one in incidents.open() if one.kind == "collector_blind"]
        return _since(begins, say)
    if state == "down":
        return _since((one.since for one in _of(site, OUTAGES, incidents.open()) if one.until is None), say)
    if state == "unknown":
        silent = _of(site, ("agent_silent",), incidents.open())
        return _since((one.since for one in silent if one.until is None), say)
    ends = [one.until for one in _of(site, OUTAGES, incidents.saved()) if one.until is not None]
    if not ends:
        return ""
    return say("last_outage_until", at=say.clock(max(ends)), age=say.duration(say.now - max(ends)))


def _of(site: str, kinds: Iterable[str], some: Iterable[Incident]) -> Iterator[Affected]:
    for one in some:
        if one.kind in kinds:
            yield from (entry for entry in one.affected if entry.site == site)


def _since(begins: Iterable[float], say: Speaker) -> str:
    first = min(begins, default=None)
    if first is None:
        return ""
    return say("since_for", at=say.clock(first, seconds=True), duration=say.duration(say.now - first))
