"""The fault report of an incident to a provider. It needs permission: it has the numbers of people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from collector.notices.texts import Language
from collector.notices.ticket import NoTicket, Ticket
from collector.web.access.visitors import visitor
from collector.web.api.by_person import Name, person, via
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
from collector.web.ticket import written
from wire.text import printable


class Sending(msgspec.Struct):
    """`provider` may be left out where one alone is suspected."""

    by: Name
    provider: str = ""
    language: Language = "id"


DESCRIBED = (Ticket, Sending)
_RESPONSES = (
    answer(Ticket)
    | NOT_PERMITTED
    | error(404, "No such incident.")
    | error(409, "A wider incident, no suspected provider or several; or it can't be sent, or was before.")
    | UNAVAILABLE
)
ProviderQuery = Annotated[str, Query(description="its id; may be left out where one alone is suspected")]


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(prefix="/incidents/{incident}", tags=["tickets"], dependencies=[Depends(may.operator)])

    @routes.get("/ticket", responses=_RESPONSES | BAD_QUERY, openapi_extra=SECURITY)
    async def ticket(incident: str, provider: ProviderQuery = "", language: Language = "id") -> Response:
        """A fault report of at most 1,500 characters, ready to send to the provider."""
        with _refusals():
            return encoded(await _written(source, incident, provider, language))

    @routes.post("/ticket", responses=_RESPONSES | BAD_BODY, openapi_extra=body(Sending))
    async def send(incident: str, request: Request) -> Response:
        """Send the fault report to the mail address of the provider, once to each."""
        sending = await read(request, Sending)
        by = person(sending.by, request)
        with _refusals():
            found = await _written(source, incident, sending.provider, sending.language)
            await source.tickets.send(found, by, via(request), visitor(request))
        return encoded(found)

    return routes


async def _written(source: Source, incident: str, provider: str, language: Language) -> Ticket:
    """Raises HTTPException and NoTicket."""
    found = await written(source, incident, printable(provider), language)
    if found is None:
        raise HTTPException(404, f"no incident {printable(incident)}; see /api/incidents")
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    """Raises HTTPException in place of NoTicket."""
    try:
        yield
    except NoTicket as refused:
        raise HTTPException(409, printable(str(refused), 500)) from None
