"""A notice as people read it, out of the tables of texts.py. Pure.

The title fits a phone's preview: status and place.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.incidents import Gravity, Incident, Notice, OnUps, gravity
from collector.incidents.blamed import is_likely
from collector.incidents.network import FEEDER, PROVIDER
from collector.inventory import INTERNET, City
from collector.notices.actions import actions, calls
from collector.notices.clue_words import clue_words, weighed_words
from collector.notices.incident_page import page_of
from collector.notices.on_call import on_duty, providers
from collector.notices.phrases import (
    NAME_CHARACTERS,
    cause_words,
    clipped,
    duration,
    evidence_words,
    on_one_line,
)
from collector.notices.texts import (
    LINES,
    SEVERITIES,
    TITLES,
    Language,
    spoken,
)
from collector.notices.title import SEVERAL, affected, fitting, is_over, name_of, shape_of, title_of

NAMED = 5
NAMED_IDS = 30
CLUES_NAMED = 3
CALLED = 3
"""So many people, providers and contracts of a provider stand in a message."""
CAUSED = ("site_down", "target_down", "application_down", "degraded", "flapping", "on_backup")
"""The kinds of incidents of which the notice says that the cause is not known yet."""


class NoticeText(NamedTuple):
    """A title of at most 60 characters, and the whole text; its first line is the title, never cut."""

    title: str
    text: str


def words(notice: Notice, city: City, language: Language) -> NoticeText:
    name = name_of(notice.incident, city, language)
    shape = title_of(notice, language)
    body = [line for line in _Speaker(city, language).body(notice) if line]
    return NoticeText(fitting(shape, name), "\n".join([shape.format(name=name), *body]))


def trial_words(language: Language) -> NoticeText:
    """Of a test message."""
    title = spoken(TITLES["test"], language)
    return NoticeText(title, f"{title}\n{spoken(LINES['test'], language)}")


def _has_users(incident: Incident) -> bool:
    """The affected sites of a site or of the internet lose their users. Others only miss a target."""
    whole = incident.kind in ("site_down", "path_lost", "power_cut", "degraded", "flapping", "on_backup")
    return whole or (incident.kind == "target_down" and incident.root == INTERNET)


class _Speaker(NamedTuple):
    city: City
    language: Language

    def body(self, notice: Notice) -> Iterator[str]:
        yield from self._extent(notice)
        incident, over = notice.incident, is_over(notice)
        if incident.not_after is not None and not over:
            yield self._expires(incident.not_after, notice.at)
        if notice.merged:
            yield self._say("merged", merged=self._listed([f"#{id}" for id in notice.merged], NAMED_IDS))
        if incident.contradicted_by:
            yield self._say("contradicted", names=self._names(incident.contradicted_by))
        if over:
            yield from self._people(incident, notice.at, over)
            yield self._say("removed") if incident.removed else ""
            yield page_of(incident.id, self.city)
            return
        if incident.outlasted:
            yield self._say("outlasted", title=clipped(incident.outlasted, NAME_CHARACTERS))
        yield self._evidence(incident)
        yield from self._people(incident, notice.at, over)
        for line in (*actions(incident, self.city), *calls(incident, self.city)):
            yield self._say(line.key, **{key: on_one_line(value) for key, value in line.values.items()})
        yield self._on_duty(incident, notice.at)
        yield from self._providers(incident)
        yield page_of(incident.id, self.city)

    def _extent(self, notice: Notice) -> Iterator[str]:
        """Where it is, since when, how it grew, and the sites and users that it affects."""
        incident, over = notice.incident, is_over(notice)
        yield self._say("where", place=self._place(incident), id=incident.id)
        yield self._when(incident, notice.at, over)
        if notice.kind == "escalated":
            waited = notice.at - max(incident.announced_at or 0.0, incident.unacknowledged_at or 0.0)
            yield self._say("escalated", duration=duration(waited, self.language))
        if notice.kind == "worsened":
            yield from self._graver(incident, notice.before)
        if _has_users(incident):
            yield self._affected(affected(incident))
        if incident.on_ups:
            yield self._on_ups(incident.on_ups, notice.at)
        if shape_of(incident) == "agents_silent":
            yield self._together(incident)
        elif shape_of(incident) in SEVERAL:
            agents = affected(incident)
            yield self._say("agents", n=len(agents), names=self._names(agents))

    def _on_ups(self, on_ups: Sequence[OnUps], at: float) -> str:
        """The sites that still run, and for how long."""
        line = self._say("on_ups", n=len(on_ups), names=self._names([one.site for one in on_ups]))
        known = [one.empty_at for one in on_ups if one.empty_at is not None]
        if not known:
            return line
        left = duration(max(60.0, 60 * round((min(known) - at) / 60)), self.language)
        return f"{line} {self._say('on_ups_first', left=left)}"

    def _expires(self, not_after: float, at: float) -> str:
        key = "expires" if not_after > at else "expired"
        return self._say(key, at=self._clock(not_after), left=duration(not_after - at, self.language))

    def _graver(self, incident: Incident, before: Gravity | None) -> Iterator[str]:
        """In which way it is graver than the messages before said."""
        if before is None:
            return
        now = gravity(incident)
        if now.severity != before.severity:
            yield self._say("graver_severity", severity=spoken(SEVERITIES[now.severity], self.language))
        if now.everywhere and not before.everywhere:
            yield self._say("graver_everywhere")
        if now.sites > before.sites:
            yield self._say("graver_sites", now=now.sites, before=before.sites)

    def _on_duty(self, incident: Incident, at: float) -> str:
        """The people on duty, with their numbers."""
        people = [
            f"{clipped(one.name, max(1, NAME_CHARACTERS - 1 - len(one.phone)))} {one.phone}"
            for one in on_duty(incident, self.city, at)
        ]
        return self._say("on_duty", people=self._listed(people, CALLED)) if people else ""

    def _providers(self, incident: Incident) -> Iterator[str]:
        """The providers of the links that may be the cause: number, ticket address, contract."""
        for one in providers(incident, self.city)[:CALLED]:
            parts = [on_one_line(one.name), one.phone, one.ticket]
            if one.contracts:
                parts.append(self._say("contract", contracts=self._listed(one.contracts, CALLED)))
            yield self._say("provider", provider=", ".join(" ".join(part.split()) for part in parts if part))

    def _people(self, incident: Incident, at: float, over: bool) -> Iterator[str]:
        """The cause, the person who has it in hand, the newest note."""
        yield self._cause(incident, over)
        if incident.acknowledged_at is not None:
            key = ("was_in_hand" if over else "in_hand") + ("_note" if incident.acknowledged_note else "")
            since = self._hour(incident.acknowledged_at, at)
            yield self._say(key, by=incident.acknowledged_by, at=since, note=incident.acknowledged_note)
        for note in incident.notes[-1:]:
            yield self._say("note", by=note.by, at=self._hour(note.at, at), note=note.text)

    def _cause(self, incident: Incident, over: bool) -> str:
        """As a person set it, or else by the clues; while the incident lasts only a likely one."""
        if incident.cause:
            cause = cause_words(incident.cause, self.language)
            return self._say("cause", cause=cause, by=incident.cause_by)
        weighed = incident.weighed
        if is_likely(incident) or ((over or incident.kind == "power_cut") and weighed.cause != "unknown"):
            best = weighed.clues[:CLUES_NAMED]
            clues = "; ".join(on_one_line(clue_words(clue, self.city, self.language)) for clue in best)
            return self._say("weighed", cause=weighed_words(weighed, self.language), clues=clues)
        return self._say("cause_unknown") if not over and incident.kind in CAUSED else ""

    def _say(self, key: str, **values: object) -> str:
        one, _, many = spoken(LINES[key], self.language).partition("|")
        return (one if not many or values.get("n") == 1 else many).format(**values)

    def _when(self, incident: Incident, at: float, over: bool) -> str:
        until = incident.ended_at if over and incident.ended_at is not None else at
        lasted = duration(until - incident.began_at, self.language)
        times = {"since": self._clock(incident.began_at), "until": self._clock(until)}
        return self._say("between" if over else "since", duration=lasted, **times)

    def _clock(self, at: float) -> str:
        return f"{datetime.fromtimestamp(at, ZoneInfo(self.city.timezone)):%d-%m %H:%M:%S %Z}"

    def _hour(self, then: float, at: float) -> str:
        """The hour and minute, with the date if that is not the notice's."""
        zone = ZoneInfo(self.city.timezone)
        moment, today = datetime.fromtimestamp(then, zone), datetime.fromtimestamp(at, zone).date()
        return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d-%m %H:%M}"

    def _place(self, incident: Incident) -> str:
        """Where it is: an application at its owner, the internet in the city."""
        if incident.root.startswith((PROVIDER, FEEDER)):
            known = [self.city.sites[id] for id in affected(incident) if id in self.city.sites]
            return self._listed(sorted({site.district for site in known} - {""}), NAMED)
        application, sites = self.city.applications.get(incident.root), self.city.sites
        site = sites.get(application.owner if application else incident.root) or sites.get(incident.agent)
        parts = [site.subdistrict, site.district] if site else []
        if site and application:
            parts.insert(0, site.name)
        return self._listed([part for part in parts if part] or [self.city.name], len(parts) or 1)

    def _affected(self, sites: list[str]) -> str:
        """ "" where the place alone is down and nobody knows its number of users."""
        known = self.city.sites
        users = sum(known[id].users for id in sites if id in known)
        people = self._say("users", n=users) if users else ""
        if len(sites) < 2:
            return self._say("affected", affected=people) if people else ""
        by_priority = sorted(sites, key=lambda id: (known[id].priority if id in known else 9, id))
        places = self._say("sites", n=len(sites), names=self._names(by_priority))
        what = self._say("users_at_sites", users=people, sites=places) if people else places
        return self._say("affected", affected=what)

    def _together(self, incident: Incident) -> str:
        """The silent agents, and the things that they share."""
        agents = affected(incident)
        line = self._say("agents", n=len(agents), names=self._names(agents))
        shares = self._listed([self._trait(trait) for trait in incident.shares], NAMED)
        return f"{line} {self._say('shares', shares=shares) if shares else self._say('shares_nothing')}"

    def _trait(self, trait: str) -> str:
        kind, _, id = trait.partition(" ")
        provider, site = self.city.providers.get(id), self.city.sites.get(id)
        named = provider if kind == "provider" else site if kind == "pop" else None
        return self._say(f"share_{kind}", name=named.name if named else id)

    def _names(self, sites: Sequence[str]) -> str:
        return self._listed(
            [self.city.sites[id].name if id in self.city.sites else id for id in sites], NAMED
        )

    def _listed(self, names: Sequence[str], at_most: int) -> str:
        """On one line, and never longer than a message may be."""
        shown = ", ".join(map(on_one_line, names[:at_most]))
        return self._say("more", names=shown, n=len(names) - at_most) if len(names) > at_most else shown

    def _evidence(self, incident: Incident) -> str:
        """The sites that miss a target are its evidence. If pantau is blind, the title has it."""
        if incident.kind in ("collector_blind", "certificate_expiry", "power_cut"):
            return ""
        reason = evidence_words(incident, self.language)
        own = incident.kind in ("target_down", "application_down", "path_lost")
        seen_from = affected(incident) if own else incident.seen_by
        seen_from = () if own and _has_users(incident) else seen_from
        if not seen_from:
            return self._say("silence", reason=reason) if reason else ""
        return self._say("evidence", reason=reason or "?", names=self._names(seen_from))
