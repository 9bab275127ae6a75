"""The fault report to a provider: plain text, ready to send, of at most 1,500 characters. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from collector.incidents import Incident
from collector.inventory import City, Link
from collector.notices.clue_words import weighed_words
from collector.notices.incident_page import page_of
from collector.notices.on_call import contracts, on_duty, suspected
from collector.notices.phrases import duration, evidence_words
from collector.notices.places import places
from collector.notices.texts import MEDIA, Language, spoken
from collector.notices.ticket_evidence import evidence_lines
from collector.notices.ticket_facts import TicketFacts
from collector.notices.ticket_says import clock, says
from collector.notices.ticket_texts import FAULTS
from collector.notices.title import affected, name_of
from collector.notices.whole_words import whole_items, whole_words

MAX_CHARACTERS = 1500
SUBJECT_CHARACTERS = 140
NAME_CHARACTERS = 60
LINE_CHARACTERS = 130
"""For each line, so that those without which it is no report fit together."""
PAGE_CHARACTERS = 150
MAIL = re.compile(r"[^\s@:/?&<>\"]+@[^\s@:/?&<>\"]+")
LINK_CAUSES = ("unknown", "link", "provider", "national_path", "international_path")
"""The weighed causes that do not speak against a report to a provider."""


class NoTicket(Exception):
    """There is no such report. The text is one line for a person, with the remedy."""


class TicketNotSent(NoTicket):
    """The report is not sent, or was before. The text is one line for a person, with the remedy."""


class Ticket(Struct, frozen=True):
    """`text` begins with the subject. `to` is the provider's address or URL for fault reports, if known.

    `provider` is its id, "" where no provider is suspected, and `name` its name. `doubt` is a sentence for
    the person who sends it, "" where no clue speaks against the line.
    """

    incident: str
    provider: str
    name: str
    to: str
    language: Language
    subject: str
    text: str
    doubt: str = ""

    @property
    def page(self) -> str:
        """The provider's page for fault reports, "" if it has none."""
        return self.to if self.to.startswith(("http://", "https://")) else ""

    @property
    def mail(self) -> str:
        """The provider's mail address for fault reports, "" if it has none."""
        address = self.to.removeprefix("mailto:")
        return address if MAIL.fullmatch(address) else ""


def provider_of(incident: Incident, city: City, wanted: str, language: Language) -> str:
    """The id of the provider to whom the report goes, "" where none is suspected. Raises NoTicket."""
    ids = sorted(suspected(incident, city))
    if incident.status == "merged":
        raise NoTicket(says("merged", language, id=incident.id, wider=incident.merged_into))
    if wanted and wanted not in ids:
        key = "choose" if ids else "choose_none"
        remedy = says(key, language, providers=", ".join(ids))
        provider = whole_words(wanted, NAME_CHARACTERS)
        raise NoTicket(says("not_suspected", language, id=incident.id, provider=provider, remedy=remedy))
    if len(ids) > 1 and not wanted:
        raise NoTicket(says("several", language, id=incident.id, providers=", ".join(ids)))
    return wanted or "".join(ids)


def ticket(
    incident: Incident, provider: str, city: City, facts: TicketFacts, language: Language, now: float
) -> Ticket:
    """`provider` is as `provider_of` returns it. `now` is Unix seconds."""
    writer = _Writer(incident, suspected(incident, city).get(provider, []), city, language, now)
    company = city.providers.get(provider)
    name = " ".join(company.name.split()) if company else ""
    subject, doubted = writer.subject(), facts.weighed.cause not in LINK_CAUSES
    evidence = evidence_lines(incident, city, facts, language)
    return Ticket(
        incident=incident.id,
        provider=provider,
        name=name,
        to=company.ticket.strip() if company else "",
        language=language,
        subject=subject,
        text=_fitting([subject, "", *writer.head(name)], list(evidence), list(writer.end()), language),
        doubt=says("doubt", language, cause=weighed_words(facts.weighed, language)) if doubted else "",
    )


def _fitting(head: Sequence[str], evidence: Sequence[str], end: Sequence[str], language: Language) -> str:
    """With as many of the lines of evidence as there is room for, the first ones."""
    for kept in range(len(evidence), -1, -1):
        shown = [says("evidence", language), *(f"- {line}" for line in evidence[:kept])] if kept else []
        text = "\n".join([*head, "", *shown, *([""] if shown else []), *end])
        if len(text) <= MAX_CHARACTERS:
            break
    return text


class _Writer(NamedTuple):
    incident: Incident
    links: Sequence[Link]
    city: City
    language: Language
    now: float

    def subject(self) -> str:
        name = whole_words(name_of(self.incident, self.city, self.language), NAME_CHARACTERS)
        plain = self._say("subject", id=self.incident.id, name=name)
        if not (numbers := contracts(self.links)):
            return plain
        room = SUBJECT_CHARACTERS - len(
            self._say("subject_contract", id=self.incident.id, name=name, contracts="")
        )
        listed = whole_items(numbers, room)
        return self._say("subject_contract", id=self.incident.id, name=name, contracts=listed)

    def head(self, provider: str) -> Iterator[str]:
        """The provider, the contract, the place and the times."""
        if provider:
            yield self._say("to", name=whole_words(provider, NAME_CHARACTERS))
        yield self._contract()
        if self.links:
            lines = list(dict.fromkeys(map(self._line, self.links)))
            yield self._say("line", lines=whole_items(lines, LINE_CHARACTERS))
        yield self._say("place", place=self._place())
        fault = FAULTS.get(self.incident.kind)
        reason = evidence_words(self.incident, self.language)
        fault_words = spoken(fault, self.language) if fault else whole_words(reason, NAME_CHARACTERS)
        yield self._say("fault", fault=fault_words)
        yield self._say("began", at=clock(self.incident.began_at, self.city))
        yield self._end_of_fault()
        if who := self._affected():
            yield self._say("affected", what=who)

    def end(self) -> Iterator[str]:
        """The things that are asked for, and the people to ask."""
        asked = [self._say("repair" if self.incident.ended_at is None else "report")]
        if promised := sorted({link.sla_percent for link in self.links if link.sla_percent is not None}):
            percent = "–".join(f"{one:g}" for one in dict.fromkeys((promised[0], promised[-1])))
            asked.append(self._say("sla", percent=percent))
        yield " ".join(asked)
        city = whole_words(self.city.name, NAME_CHARACTERS)
        people = [
            f"{whole_words(one.name, NAME_CHARACTERS)} {one.phone}".strip()
            for one in on_duty(self.incident, self.city, self.now)
        ]
        if people:
            yield self._say("contact", people=whole_items(people, LINE_CHARACTERS), city=city)
        else:
            yield self._say("contact_city", city=city)
        page = page_of(self.incident.id, self.city)
        if page and len(page) <= PAGE_CHARACTERS:
            yield self._say("page", url=page)

    def _contract(self) -> str:
        if not self.links:
            return self._say("no_provider")
        if numbers := contracts(self.links):
            return self._say("contract", contracts=whole_items(numbers, LINE_CHARACTERS))
        return self._say("contract_unknown")

    def _line(self, link: Link) -> str:
        ends = (self.city.sites[id].name if id in self.city.sites else id for id in (link.from_, link.to))
        from_, to = (whole_words(end, NAME_CHARACTERS // 2) for end in ends)
        return self._say("one_line", from_=from_, to=to, medium=spoken(MEDIA[link.medium], self.language))

    def _place(self) -> str:
        """One place with all that is known of it, of several the names."""
        sites = [self.city.sites[id] for id in places(self.incident, self.city.sites)]
        if not sites:
            return whole_words(self.city.name, NAME_CHARACTERS)
        if len(sites) > 1:
            return whole_items([site.name for site in sites], LINE_CHARACTERS)
        (site,) = sites
        parts = [whole_words(site.name, NAME_CHARACTERS), site.subdistrict, site.district]
        if site.coordinate_quality == "surveyed" and site.latitude is not None and site.longitude is not None:
            parts.append(self._say("coordinates", latitude=site.latitude, longitude=site.longitude))
        return whole_items([part for part in parts if part], LINE_CHARACTERS)

    def _end_of_fault(self) -> str:
        ended = self.incident.ended_at
        lasted = duration((self.now if ended is None else ended) - self.incident.began_at, self.language)
        if ended is None:
            return self._say("still", duration=lasted)
        return self._say("ended", at=clock(ended, self.city), duration=lasted)

    def _affected(self) -> str:
        sites = affected(self.incident)
        users = sum(self.city.sites[id].users for id in sites if id in self.city.sites)
        counted = [self._say("sites", n=len(sites))] if sites else []
        return ", ".join(counted + ([self._say("users", n=users)] if users else []))

    def _say(self, key: str, **values: object) -> str:
        return says(key, self.language, **values)
