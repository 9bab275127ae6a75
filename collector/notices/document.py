"""A notice as a receiver gets it; the webhook's JSON is just this (docs/notices.md). Pure."""

from msgspec import Struct

from collector.causes import NOT_WEIGHED, WeighedCause
from collector.incidents import Excess, Notice
from collector.inventory import City
from collector.notices.incident_page import page_of
from collector.notices.on_call import Contact, ProviderContact, on_duty, providers
from collector.notices.render import words
from collector.notices.texts import Language
from collector.notices.title import affected, is_over, name_of


class Document(Struct, frozen=True):
    """`id` is the same at every attempt, so a receiver can ignore a second copy. Times are Unix seconds.

    `page` is the address of the incident's page, "" if the inventory has none, and in a digest.
    `notices` are the ids of the notices that a digest has; it is empty in all others. The store keeps a
    document as it is sent, so a new field needs a default.
    """

    id: str
    kind: str
    at: float
    incident: str
    about: str
    root: str
    name: str
    severity: str
    scope: str
    began_at: float
    ended_at: float | None
    affected: list[str]
    merged: list[str]
    seen_by: list[str]
    reason: str
    acknowledged_by: str
    title: str
    text: str
    acknowledged_at: float | None = None
    note: str = ""
    cause: str = ""
    weighed: WeighedCause = NOT_WEIGHED
    notices: list[str] = []
    status_code: int | None = None
    on_duty: list[Contact] = []
    providers: list[ProviderContact] = []
    excess: Excess | None = None
    page: str = ""


class Letter(Struct, frozen=True):
    """One notice to one receiver. `error` is that of the last attempt, `number` its place in the outbox."""

    receiver: str
    document: Document
    number: int = 0
    status: str = "waiting"
    attempts: int = 0
    error: str = ""
    tried_at: float | None = None


def document(notice: Notice, city: City, language: Language) -> Document:
    incident = notice.incident
    text, over = words(notice, city, language), is_over(notice)
    return Document(
        id=notice.id,
        kind=notice.kind,
        at=notice.at,
        incident=incident.id,
        about=incident.kind,
        root=incident.root,
        name=name_of(incident, city, language),
        severity=incident.severity,
        scope=incident.scope,
        began_at=incident.began_at,
        ended_at=incident.ended_at,
        affected=affected(incident),
        merged=list(notice.merged),
        seen_by=list(incident.seen_by),
        reason=incident.reason,
        acknowledged_by=incident.acknowledged_by,
        title=text.title,
        text=text.text,
        acknowledged_at=incident.acknowledged_at,
        note=incident.notes[-1].text if incident.notes else incident.acknowledged_note,
        cause=incident.cause,
        weighed=incident.weighed,
        status_code=incident.status_code,
        on_duty=[] if over else on_duty(incident, city, notice.at),
        providers=[] if over else providers(incident, city),
        excess=incident.excess,
        page=page_of(incident.id, city),
    )
