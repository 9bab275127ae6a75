"""Several notices as one message: one line for each incident, the gravest first."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from collector.notices.document import Document
from collector.notices.render import spoken
from collector.notices.texts import LINES, TITLES, Language

GRAVITY = ("critical", "warning", "info")


def digest(documents: Sequence[Document], language: Language, zone: tzinfo, now: float) -> Document:
    """`documents` are in order. The same documents make the same digest, with the same id.

    `notices` of the digest are the ids of the documents.
    """
    by_incident: dict[str, list[Document]] = {}
    for document in documents:
        by_incident.setdefault(document.incident, []).append(document)
    stories = sorted(by_incident.values(), key=_rank)
    title = spoken(TITLES["digest"], language).format(n=len(documents))
    ids = [document.id for document in documents]
    return Document(
        id=f"digest-{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}",
        kind="digest",
        at=now,
        incident="",
        about="digest",
        root="",
        name="pantau",
        severity=min((document.severity for document in documents), key=_gravity),
        scope="",
        began_at=min(document.began_at for document in documents),
        ended_at=None,
        affected=[],
        merged=_united(document.merged for document in documents),
        seen_by=[],
        reason="",
        acknowledged_by="",
        title=title,
        text="\n".join([title, *(_line(story, language, zone) for story in stories)]),
        notices=ids,
    )


def _line(story: Sequence[Document], language: Language, zone: tzinfo) -> str:
    """An incident that began and ended within the digest is one line with both times."""
    last = story[-1]
    began = f"{datetime.fromtimestamp(last.began_at, zone):%d-%m %H:%M}"
    if last.kind == "recovered" and last.ended_at is not None:
        ended = f"{datetime.fromtimestamp(last.ended_at, zone):%d-%m %H:%M}"
        return spoken(LINES["digest_over"], language).format(
            title=last.title, id=last.incident, since=began, until=ended
        )
    return spoken(LINES["digest_open"], language).format(title=last.title, id=last.incident, since=began)


def _rank(story: Sequence[Document]) -> tuple[bool, int, float]:
    """Open incidents first, then by gravity and by their begin."""
    last = story[-1]
    return last.kind == "recovered", _gravity(last.severity), last.began_at


def _gravity(severity: str) -> int:
    return GRAVITY.index(severity) if severity in GRAVITY else len(GRAVITY)


def _united(lists: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(one for entries in lists for one in entries))
