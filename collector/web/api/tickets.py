"""The fault report of an incident to a provider. It needs permission: it has the numbers of people."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import Response

from collector.notices.texts import Language
from collector.notices.ticket import NoTicket, Ticket
from collector.web.api.described import (
    BAD_QUERY,
    NOT_PERMITTED,
    SECURITY,
    UNAVAILABLE,
    answer,
    encoded,
    error,
)
from collector.web.api.permission import Permission
from collector.web.source import Source
from collector.web.ticket import written
from wire.text import printable

DESCRIBED = (Ticket,)
_RESPONSES = (
    answer(Ticket)
    | NOT_PERMITTED
    | error(404, "No such incident.")
    | error(409, "This provider is not suspected, several are, or a wider incident took this one in.")
    | UNAVAILABLE
)
ProviderQuery = Annotated[str, Query(description="its id; may be left out where one alone is suspected")]


def router(source: Source, permitted: Permission) -> APIRouter:
    routes = APIRouter(prefix="/incidents/{incident}", tags=["tickets"], dependencies=[Depends(permitted)])

    @routes.get("/ticket", responses=_RESPONSES | BAD_QUERY, openapi_extra=SECURITY)
    async def ticket(incident: str, provider: ProviderQuery = "", language: Language = "id") -> Response:
        """A fault report of at most 1,500 characters, ready to send to the provider."""
        return encoded(await ticket_or_refusal(source, incident, provider, language))

    return routes


async def ticket_or_refusal(source: Source, incident: str, provider: str, language: Language) -> Ticket:
    """Raises HTTPException."""
    try:
        found = await written(source, incident, printable(provider), language)
    except NoTicket as refused:
        raise HTTPException(409, printable(str(refused), 300)) from None
    if found is None:
        raise HTTPException(404, f"no incident {printable(incident)}; see /api/incidents")
    return found
