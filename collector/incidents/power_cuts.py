"""A power cut of a feeder is one incident: its sites join it as their batteries give out. Sans-IO.

A site joins only with evidence of power of its own outage, so a fibre cut during the power cut stays its own
(`collector/causes/power_area.py`). The site's own incident goes on, and the power cut's notices tell of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from collector.causes import CauseMemory, DarkArea, dark_areas
from collector.causes.weights import POWER_CAUSES
from collector.incidents.blamed import is_likely
from collector.incidents.gravity import SEVERITIES
from collector.incidents.incident import Affected, Incident, OnUps, Severity, Subject
from collector.incidents.network import FEEDER
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.weighing import outage_of

LOOK_SECONDS = 10.0
"""Agents poll a UPS so often. Its return to mains is no evidence that asks for a look by itself."""
SAME_SECONDS = 300.0
"""An estimate of a battery that changes by less is no news."""


class PowerCuts:
    """Without a memory of the sites' batteries there is none."""

    def __init__(self, register: Register, memory: CauseMemory | None) -> None:
        self._register = register
        self._memory = memory

    def review(self, review: Review) -> None:
        members = self._register.of_kind("site_down")
        known = self._register.of_kind("power_cut")
        powerless = any(one.weighed.cause in POWER_CAUSES for one in members.values())
        if self._memory is None or not (known or powerless):
            return
        judged = {site: (outage_of(one), one.weighed) for site, one in members.items()}
        feeders = [root.removeprefix(FEEDER) for root in known]
        areas = dark_areas(judged, self._memory.places, self._memory, review.now, feeders)
        for area in areas:
            self._follow(area, members, review)
            review.again(review.now + LOOK_SECONDS)
        for root in known.keys() - {FEEDER + area.feeder for area in areas}:
            self._end(known[root], review.now)

    def _follow(self, area: DarkArea, members: Mapping[str, Incident], review: Review) -> None:
        subject = Subject("power_cut", FEEDER + area.feeder)
        lost = [members[site] for site in area.lost]
        incident = self._register.open.get(subject)
        if incident is None:
            if not any(map(is_likely, lost)):
                return
            incident = self._register.opened(subject, "warning", area.since, review.now, reason="power")
        for one in self._members(incident):
            if one.root not in area.lost and one.status == "open":
                self._register.parted(one, incident, review.now)
        for one in lost:
            self._register.joined(one, self._register.open[subject], review.now)
        review.confirmed.add(subject)
        self._update(self._register.open[subject], review.now, area)

    def _update(self, incident: Incident, now: float, area: DarkArea) -> None:
        members = self._members(incident)
        still = [one for one in members if one.status == "open"]
        strongest = max(still, key=lambda one: one.weighed.share, default=None)
        self._register.updated(
            incident,
            now,
            affected=tuple(_affected(members)),
            severity=_severity(still) if still else incident.severity,
            on_ups=tuple(_on_ups(incident.on_ups, area, now)),
            weighed=replace(strongest.weighed, cause="power_area") if strongest else incident.weighed,
        )

    def _end(self, incident: Incident, now: float) -> None:
        """All its sites are back or were lost for another reason, and none runs on a battery."""
        members = self._members(incident)
        for one in members:
            if one.status == "open":
                self._register.parted(one, incident, now)
        affected = tuple(_affected(one for one in members if one.status != "open")) or incident.affected
        incident = self._register.open[incident.subject]
        incident = self._register.updated(incident, now, affected=affected, on_ups=())
        ended = [one.ended_at for one in members if one.ended_at is not None]
        self._register.closed(incident, max(ended, default=now), now)

    def _members(self, incident: Incident) -> list[Incident]:
        """Those that are over, too."""
        return [one for one in self._register.saved() if one.part_of == incident.id]


def _severity(incidents: Collection[Incident]) -> Severity:
    return max((one.severity for one in incidents), key=SEVERITIES.index, default="warning")


def _affected(members: Iterable[Incident]) -> Iterator[Affected]:
    """Each site once for each time in which a member affected it."""
    entries = {entry for one in members if one.status != "merged" for entry in one.affected}
    still = {entry.site for entry in entries if entry.until is None}
    for entry in sorted(entries, key=lambda entry: (entry.since, entry.site)):
        if entry.until is None or entry.site not in still:
            yield entry


def _on_ups(known: Iterable[OnUps], area: DarkArea, now: float) -> Iterator[OnUps]:
    before = {one.site: one.empty_at for one in known}
    for one in area.on_ups:
        empty_at = None if one.remaining is None else now + one.remaining
        known_at = before.get(one.site)
        same = empty_at is not None and known_at is not None and abs(known_at - empty_at) < SAME_SECONDS
        yield OnUps(one.site, known_at if same else empty_at)
