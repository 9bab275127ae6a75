"""A person takes an incident in hand or gives it back, adds a note, sets the cause."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from collector.access import Asker
from collector.http.client import USER_AGENT
from collector.incidents import Acknowledged, ByPerson, Cause, CauseSet, Incident, Noted, Unacknowledged
from collector.intake.desk import DeskReply
from collector.web.access.visitors import visitor
from collector.web.api.described import (
    BAD_BODY,
    BAD_QUERY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    body,
    encoded,
    error,
)
from collector.web.api.permission import Permission
from collector.web.limits import read
from collector.web.source import Source
from wire.text import MAX_NAME_CHARACTERS, printable, visible

NOTE_CHARACTERS = 500

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME_CHARACTERS)]
NoteText = Annotated[str, msgspec.Meta(min_length=1, max_length=NOTE_CHARACTERS)]
OptionalNote = Annotated[str, msgspec.Meta(max_length=NOTE_CHARACTERS)]
ByQuery = Annotated[str, Query(min_length=1, max_length=MAX_NAME_CHARACTERS, description="the person")]


class Taking(msgspec.Struct):
    by: Name
    note: OptionalNote = ""


class NewNote(msgspec.Struct):
    by: Name
    text: NoteText


class NewCause(msgspec.Struct):
    """ "" takes the cause back: it is not known."""

    by: Name
    cause: Cause


class Answered(msgspec.Struct):
    """`incident` is as it is now. Not `changed`: another person has it in hand, or it was so before.

    If a wider incident took it in at this moment, its `status` is "merged": the wider one is not in hand.
    """

    changed: bool
    incident: Incident


DESCRIBED = (Taking, NewNote, NewCause, Answered)
_RESPONSES = (
    answer(Answered)
    | NOT_PERMITTED
    | error(404, "No such incident.")
    | error(409, "The incident is over, a wider incident took it in, or nobody has it in hand.")
    | UNAVAILABLE
)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(
        prefix="/incidents/{incident}", tags=["incidents"], dependencies=[Depends(may.operator)]
    )

    async def answered(doing: ByPerson, request: Request) -> Response:
        reply = await source.desk.do(doing, via(request), visitor=visitor(request))
        if reply.incident is None or reply.outcome in ("closed", "merged", "not_in_hand"):
            raise HTTPException(404 if reply.incident is None else 409, refusal(reply, doing.incident))
        return encoded(Answered(reply.outcome == "done", reply.incident))

    def changing(wanted: type[msgspec.Struct]) -> dict[str, Any]:
        return {"responses": _RESPONSES | BAD_BODY, "openapi_extra": body(wanted)}

    @routes.post("/acknowledgement", **changing(Taking))
    async def acknowledge(incident: str, request: Request) -> Response:
        """Take an open incident in hand, which ends its reminders. An earlier acknowledgement stays."""
        taking = await read(request, Taking)
        return await answered(
            Acknowledged(incident, person(taking.by, request), sentence(taking.note, "note", needed=False)),
            request,
        )

    @routes.delete("/acknowledgement", responses=_RESPONSES | BAD_QUERY, openapi_extra=SECURITY)
    async def unacknowledge(incident: str, request: Request, by: ByQuery) -> Response:
        """Give the incident back: from now on its reminders go on."""
        return await answered(Unacknowledged(incident, person(by, request)), request)

    @routes.post("/notes", **changing(NewNote))
    async def note(incident: str, request: Request) -> Response:
        """Add a note to an incident, open or closed."""
        new = await read(request, NewNote)
        return await answered(Noted(incident, person(new.by, request), sentence(new.text, "text")), request)

    @routes.put("/cause", **changing(NewCause))
    async def cause(incident: str, request: Request) -> Response:
        """Set the cause of an incident, open or closed."""
        new = await read(request, NewCause)
        return await answered(CauseSet(incident, person(new.by, request), new.cause), request)

    return routes


def person(name: str, request: Request) -> str:
    """The person who signed in, else the name on one line. Raises HTTPException."""
    line = visitor(request).person or visible(name)
    if not line:
        raise HTTPException(422, "by: is blank; give a name")
    return line


def sentence(text: str, key: str, needed: bool = True) -> str:
    """The text on one line. Raises HTTPException."""
    line = visible(text, NOTE_CHARACTERS)
    if needed and not line:
        raise HTTPException(422, f"{key}: is blank; write a sentence")
    return line


def refusal(reply: DeskReply, id: str) -> str:
    """The reason why nothing changed, in a line for a person."""
    id = printable(id)
    if reply.outcome == "not_in_hand":
        return f"nobody has incident {id} in hand"
    if reply.outcome == "closed":
        return f"incident {id} is over"
    if reply.outcome == "merged" and reply.wider is not None:
        return f"incident {id} is a part of {reply.wider.id} now, {_state(reply.wider)}"
    return f"no open incident {id}; see /api/incidents"


def _state(wider: Incident) -> str:
    if wider.status != "open":
        return "which is over"
    return f"which {wider.acknowledged_by} has in hand" if wider.in_hand else "which nobody has in hand"


def asker(name: str, request: Request) -> Asker:
    """The one who changes something, for the audit. Raises HTTPException."""
    return Asker(visitor(request), person(name, request), via(request))


def via(request: Request) -> str:
    """The way by which a person came: the command line, or the API."""
    return "cli" if request.headers.get("user-agent", "") == USER_AGENT else "api"
