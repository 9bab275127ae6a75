"""The record of changes: who did what, when, how and from where."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from collector.access.visitor import Visitor
from collector.incidents.action import Action
from wire.text import printable

TEXT_CHARACTERS = 500


class AuditRow(Struct, frozen=True):
    """`at` is Unix seconds. `who` is an account, a token or this machine; `by` the name that a person gave.

    `via` is "page", "api", "cli", "enrolment" or "telegram:CHAT", `address` the one that asked. `about` is
    the thing that changed: an incident, an account, an agent. `number` is its place in the store; 0 until it
    is stored.
    """

    at: float
    who: str
    by: str
    via: str
    address: str
    what: str
    about: str = ""
    text: str = ""
    number: int = 0


class Asker(NamedTuple):
    """A visitor who changes something: the name that stands for the person, and the way."""

    visitor: Visitor
    by: str
    via: str

    def row(self, at: float, what: str, about: str = "", text: str = "") -> AuditRow:
        """The row of the audit for this change."""
        visitor = self.visitor
        line = printable(text, TEXT_CHARACTERS)
        return AuditRow(at, visitor.who, self.by, self.via, visitor.address, what, about, line)


def audit_rows(actions: Iterable[Action], visitor: Visitor | None) -> list[AuditRow]:
    """The rows of these actions. A chat has no visitor: the channel knows the person."""
    return [
        AuditRow(
            at=one.at,
            who=visitor.who if visitor else one.by,
            by=one.by,
            via=one.via,
            address=visitor.address if visitor else "",
            what=one.what,
            about=one.incident,
            text=one.text,
        )
        for one in actions
    ]
