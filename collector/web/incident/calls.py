"""The people and desks to call about an incident, with numbers and addresses as links. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.incidents import Incident
from collector.inventory import City
from collector.notices.actions import actions, calls
from collector.notices.on_call import on_duty, providers, suspected
from collector.notices.phrases import on_one_line
from collector.notices.texts import LINES, spoken
from collector.web.lists.named import Named, provider_named, site_named
from collector.web.words import Speaker

NUMBER = re.compile(r"(?<![\w.+])(?:\+|0|\(0|62)[\d() ./-]{5,}\d(?!\w)")
"""A phone number in a text; a year or a contract is none."""
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"https?://[^\s\"<>]+")
FEWEST_DIGITS = 3
OF_MESSAGES = "held"
"""The one line of a notice that is about further notices."""


class Call(NamedTuple):
    """`role` says in which way it can help. `parts` are pieces of text, and links to call or to write."""

    role: str
    name: Named
    parts: Sequence[Named]
    note: str = ""


class Calls(NamedTuple):
    """`to_do` are sentences. `hidden`: numbers of people are not shown to this reader."""

    to_do: Sequence[str]
    calls: Sequence[Call]
    hidden: bool


def calls_of(incident: Incident, city: City, private: bool, say: Speaker) -> Calls:
    """Nothing of an incident that is over: nobody is called about it."""
    if incident.status != "open":
        return Calls((), (), hidden=False)
    duty = on_duty(incident, city, say.now)
    found = [*_providers(incident, city, say), *_on_the_spot(incident, city, say)]
    for one in duty:
        numbers = linked(one.phone, phone=True) if private else ()
        found.append(Call(say("call_on_duty"), Named(one.name, ""), numbers))
    return Calls(
        list(_to_do(incident, city, say)), found, hidden=not private and any(one.phone for one in duty)
    )


def _to_do(incident: Incident, city: City, say: Speaker) -> Iterator[str]:
    for line in actions(incident, city):
        if line.key == OF_MESSAGES or line.key not in LINES:  # a trouble that only a newer release knows
            continue
        values = {key: on_one_line(value) for key, value in line.values.items()}
        if text := spoken(LINES[line.key], say.language).format(**values):
            yield text


def _providers(incident: Incident, city: City, say: Speaker) -> Iterator[Call]:
    """As `providers` has them, in the order of `suspected`."""
    for id, one in zip(suspected(incident, city), providers(incident, city), strict=False):
        note = say("contracts", names=say.names(one.contracts, 3)) if one.contracts else ""
        parts = [*linked(one.phone, phone=True), *linked(one.ticket)]
        yield Call(say("call_provider"), provider_named(id, city), parts, note)


def _on_the_spot(incident: Incident, city: City, say: Speaker) -> Iterator[Call]:
    """The contact of the site, or of the owner of an application."""
    if not list(calls(incident, city)):
        return
    application = city.applications.get(incident.root)
    place = (
        application.owner if application else incident.root if incident.root in city.sites else incident.agent
    )
    contact = city.sites[place].contact
    role = say("call_owner" if application else "call_site")
    if contact or application:
        yield Call(role, site_named(place, city), linked(contact))


def linked(text: str, phone: bool = False) -> list[Named]:
    """The text in pieces: numbers, addresses and URLs are links. `phone`: all of it should be a number."""
    text = " ".join(text.split())
    if phone and text and not re.search(r"[^\d+() ./-]", text) and len(_digits(text)) >= FEWEST_DIGITS:
        return [Named(text, f"tel:{_digits(text)}")]
    pieces, at = [], 0
    for found in re.finditer("|".join(one.pattern for one in (URL, ADDRESS, NUMBER)), text):
        pieces += [Named(text[at : found.start()], ""), Named(found.group(), _link(found.group()))]
        at = found.end()
    pieces.append(Named(text[at:], ""))
    return [piece for piece in pieces if piece.name.strip()]


def _link(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return text
    return f"mailto:{text}" if "@" in text else f"tel:{_digits(text)}"


def _digits(number: str) -> str:
    """A number as RFC 3966 has it, without what people write between its digits."""
    return ("+" if number.lstrip(" (").startswith("+") else "") + re.sub(r"\D", "", number)
