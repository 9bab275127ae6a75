"""The answers to commands and buttons. Each action has happened, and is stored, before its answer."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collector.incidents import (
    Acknowledged,
    ByPerson,
    CauseSet,
    Incident,
    Noted,
    Notice,
    Unacknowledged,
)
from collector.inventory import City, rota_of
from collector.notices.phrases import cause_words, clipped, duration
from collector.notices.render import words
from collector.notices.texts import CAUSES, Language, spoken
from collector.notify.channels.telegram.named import sites_named, work_named
from collector.notify.channels.telegram.services import ChatServices, DoneReply, Handled
from collector.notify.channels.telegram.texts import ANSWERS, HELP
from collector.notify.channels.telegram.updates import INCIDENT, Asked
from collector.planned import BadWork, WantedWork

LISTED = 20
STALE_SECONDS = 600.0
"""An older command that changes something has lost its sense, for instance after an outage of the network."""
TITLE_CHARACTERS = 100
"""The limit for planned work by HTTP, too."""
_WITH_INCIDENT = re.compile(rf"#?({INCIDENT})(?:\s+(.*))?\Z", re.IGNORECASE)


class ChatAnswers:
    def __init__(self, services: ChatServices) -> None:
        self._services = services

    async def to(self, asked: Asked, language: Language, handled: Handled) -> str:
        """The answer. Raises StoreUnavailable: then nothing has happened, and the update comes again."""
        speaker = _ChatSpeaker(language, self._services.city)
        match asked.command:
            case "open":
                return speaker.listing(await self._services.open_incidents(), self._services.now())
            case "site":
                return await self._site(asked.argument, speaker)
            case "duty":
                return speaker.on_duty(self._services.now())
            case "help":
                return "\n".join(help_lines(language, self._services.city))
        if asked.at is not None and self._services.now() - asked.at > STALE_SECONDS:
            return speaker.say("stale")
        if asked.command == "plan":
            return await self._plan(asked, speaker, handled)
        return await self._do(asked, speaker, handled)

    async def _site(self, name: str, speaker: "_ChatSpeaker") -> str:
        found = sites_named(name, self._services.city)
        if len(found) != 1:
            return speaker.choice(name, found)
        return speaker.site(found[0], await self._services.open_incidents(), self._services.now())

    async def _plan(self, asked: Asked, speaker: "_ChatSpeaker", handled: Handled) -> str:
        work = work_named(asked.argument, self._services.city)
        if work is None:
            return speaker.say("plan_usage")
        sites = sites_named(work.place, self._services.city)
        if len(sites) != 1:
            return speaker.choice(work.place, sites)
        name = self._services.city.sites[sites[0]].name
        zone = ZoneInfo(self._services.city.timezone)
        at = datetime.fromtimestamp(asked.at or self._services.now(), zone)
        until = at + timedelta(minutes=work.minutes)
        wanted = WantedWork(
            title=clipped(work.title or speaker.say("plan_title", name=name), TITLE_CHARACTERS),
            starts=at,  # of the message, so that the same message makes the same window
            ends=until,
            sites=[sites[0]],
        )
        try:
            made = await self._services.plan(wanted, asked.by, via(asked), handled)
        except BadWork as error:
            return speaker.say("plan_refused", reason=error)
        return speaker.say("planned", name=name, until=f"{until:%d-%m %H:%M}", id=made.id)

    async def _do(self, asked: Asked, speaker: "_ChatSpeaker", handled: Handled) -> str:
        id, text = asked.incident, asked.argument
        if not id:
            found = _WITH_INCIDENT.match(asked.argument)
            if found is None:
                return speaker.say(f"{asked.command}_usage")
            id, text = found[1].lower(), found[2] or ""
        doing = doing_of(asked.command, id, asked.by, text)
        if doing is None:
            return speaker.say(f"{asked.command}_usage")
        reply = await self._services.do(doing, via(asked), handled)
        return speaker.done(doing, reply)


def doing_of(command: str, incident: str, by: str, text: str) -> ByPerson | None:
    """None where something is missing."""
    match command:
        case "acknowledge":
            return Acknowledged(incident, by, text)
        case "unacknowledge":
            return Unacknowledged(incident, by)
        case "note":
            return Noted(incident, by, text) if text else None
    known = next((cause for cause in CAUSES if cause and cause == text), None)
    return CauseSet(incident, by, known) if known is not None else None  # type: ignore[arg-type]


def via(asked: Asked) -> str:
    """The way of an action, as in Action."""
    return f"telegram:{asked.chat}"


def help_lines(language: Language, city: City) -> list[str]:
    return [f"/{usage} – {text}" for usage, text in _offered(language, city)]


def menu(language: Language, city: City) -> Iterator[tuple[str, str]]:
    """The names of the commands that are offered, each with a line."""
    for usage, text in _offered(language, city):
        yield usage.partition(" ")[0], text


def _offered(language: Language, city: City) -> Iterator[tuple[str, str]]:
    """A command that would do nothing in this city is not offered."""
    for key, (english, indonesian) in HELP.items():
        if key != "duty" or city.duty:
            yield english if language == "en" else indonesian


class _ChatSpeaker:
    def __init__(self, language: Language, city: City) -> None:
        self._language: Language = language
        self._city = city

    def say(self, key: str, **values: object) -> str:
        return spoken(ANSWERS[key], self._language).format(**values)

    def listing(self, incidents: Sequence[Incident], now: float) -> str:
        known = sorted(
            (one for one in incidents if one.announced_at is not None or one.planned),
            key=lambda one: one.began_at,
        )
        if not known:
            return self.say("nothing_open")
        lines = [self._line(one, now) for one in known[:LISTED]]
        if len(known) > LISTED:
            lines.append(f"+{len(known) - LISTED}")
        return "\n".join([self.say("open", n=len(known)), *lines])

    def site(self, id: str, incidents: Sequence[Incident], now: float) -> str:
        site = self._city.sites[id]
        place = ", ".join(part for part in (site.subdistrict, site.district) if part)
        lines = [f"{site.name} ({id})" + (f", {place}" if place else "")]
        if site.users:
            lines.append(self.say("users", n=site.users))
        touching = [one for one in incidents if id in (one.root, one.agent, *one.affected_now)]
        lines += [self._line(one, now) for one in touching[:LISTED]] or [self.say("site_well")]
        return "\n".join(lines)

    def on_duty(self, now: float) -> str:
        """Each person with the districts and the number."""
        lines = []
        for one in rota_of(self._city).at(now):
            person = self._city.duty[one.person]
            districts = f" ({', '.join(one.districts)})" if one.districts else ""
            lines.append(" · ".join(filter(None, (f"{person.name}{districts}", person.phone))))
        return "\n".join(lines) or self.say("no_duty")

    def choice(self, name: str, found: Sequence[str]) -> str:
        if not found:
            return self.say("no_site", name=name) if name else self.say("site_usage")
        names = ", ".join(f"{self._city.sites[id].name} ({id})" for id in found[:LISTED])
        return self.say("many_sites", n=len(found), names=names)

    def done(self, doing: ByPerson, reply: DoneReply) -> str:
        incident = reply.incident
        if incident is None:
            return self.say("unknown", id=doing.incident)
        if reply.outcome in ("done", "unchanged"):
            if isinstance(doing, CauseSet):
                cause = cause_words(doing.cause, self._language)
                return self.say("cause_set", id=incident.id, cause=cause)
            return self.say(type(doing).__name__, id=incident.id, by=doing.by)
        wider = reply.wider.id if reply.wider is not None else incident.merged_into
        return self.say(reply.outcome, id=incident.id, by=incident.acknowledged_by, wider=wider)

    def _line(self, incident: Incident, now: float) -> str:
        notice = Notice(f"{incident.id}-chat", "firing", now, incident)
        title = words(notice, self._city, self._language).title
        lasts = duration(now - incident.began_at, self._language)
        hand = f" · 🙋 {incident.acknowledged_by}" if incident.in_hand else ""
        planned = f" · 🔧 {incident.planned}" if incident.planned else ""
        return f"{title} · #{incident.id} · {lasts}{hand}{planned}"
