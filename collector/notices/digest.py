"""Several notices as one message: one line for each incident, the gravest first.

An incident that another one of the digest took in has no line: the other's line goes on for both.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from collector.notices.document import Document
from collector.notices.texts import LINES, TITLES, Language, spoken

GRAVITY = ("critical", "warning", "info")
CHARACTERS = 3800
"""A digest with its pages is no longer, so that a chat takes it whole."""
NAMED = 10
"""So many incidents that it took in stand in a line."""

Stories = Mapping[str, Sequence[Document]]
"""By incident its notices, in order."""


def digest(documents: Sequence[Document], language: Language, zone: tzinfo, now: float) -> Document:
    """`documents` are in order. The same documents make the same digest, with the same id.

    `notices` of the digest are the ids of the documents.
    """
    by_incident: dict[str, list[Document]] = {}
    for document in documents:
        by_incident.setdefault(document.incident, []).append(document)
    parts = {id for document in documents for id in document.merged}
    wholes = [id for id in by_incident if id not in parts]
    ranked = sorted(wholes, key=lambda id: _rank(by_incident[id]))
    lines = [_line(id, by_incident, language, zone) for id in ranked]
    lines = _with_pages(lines, [by_incident[id][-1].page for id in ranked])
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
        text="\n".join([title, *lines]),
        notices=ids,
    )


def _line(incident: str, stories: Stories, language: Language, zone: tzinfo) -> str:
    """An incident that began and ended within the digest is one line with both times."""
    last = stories[incident][-1]
    times = {"since": f"{datetime.fromtimestamp(last.began_at, zone):%d-%m %H:%M}"}
    if ended := last.kind == "recovered" and last.ended_at is not None:
        times["until"] = f"{datetime.fromtimestamp(last.ended_at or 0.0, zone):%d-%m %H:%M}"
    shape = spoken(LINES["digest_over" if ended else "digest_open"], language)
    line = shape.format(title=last.title, id=incident, **times)
    return line + _includes([id for id in _parts(incident, stories) if id not in stories], language)


def _with_pages(lines: Sequence[str], pages: Sequence[str]) -> list[str]:
    """Each line with the address of its incident's page below it, from the gravest on while there is room."""
    room = CHARACTERS - sum(len(line) + 1 for line in lines)
    found = []
    for line, page in zip(lines, pages, strict=True):
        room -= len(page) + 1
        found.append(f"{line}\n{page}" if page and room >= 0 else line)
    return found


def _parts(incident: str, stories: Stories) -> list[str]:
    """All that it took in, also by way of others."""
    found = [incident]
    for id in found:
        merged = _united(document.merged for document in stories.get(id, ()))
        found += [part for part in merged if part not in found]
    return found[1:]


def _includes(earlier: Sequence[str], language: Language) -> str:
    """Earlier messages told of these incidents; this is their end."""
    if not earlier:
        return ""
    names = ", ".join(f"#{id}" for id in earlier[:NAMED])
    if len(earlier) > NAMED:
        names = spoken(LINES["more"], language).format(names=names, n=len(earlier) - NAMED)
    return spoken(LINES["digest_includes"], language).format(merged=names)


def _rank(story: Sequence[Document]) -> tuple[bool, int, float]:
    """Open incidents first, then by gravity and by their begin."""
    last = story[-1]
    return last.kind == "recovered", _gravity(last.severity), last.began_at


def _gravity(severity: str) -> int:
    return GRAVITY.index(severity) if severity in GRAVITY else len(GRAVITY)


def _united(lists: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(one for entries in lists for one in entries))
