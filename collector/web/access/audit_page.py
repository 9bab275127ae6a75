"""The page with the record of changes, for admins."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from collector.access import AuditRow
from collector.database.audit import NUMBER_AT_MOST
from collector.inventory import City
from collector.web import pages
from collector.web.api.permission import Permission
from collector.web.source import Source
from collector.web.words import WORDS, Speaker

ROWS_SHOWN = 100
WHO = {"the machine's token": "audit_machine", "this machine": "audit_here", "somebody": "audit_somebody"}
INCIDENT_DEEDS = ("acknowledge", "unacknowledge", "note", "set cause", "sent ticket")


class AuditLine(NamedTuple):
    """A row as a person reads it. `href` is the page of the thing that changed, "" without one."""

    iso: str
    at: str
    who: str
    what: str
    about: str
    href: str
    text: str
    how: str


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(may.admin)])

    @routes.get("/audit")
    async def audit(
        request: Request, before: Annotated[int | None, Query(ge=0, le=NUMBER_AT_MOST)] = None
    ) -> Response:
        rows = await asyncio.to_thread(source.store.audit, before, ROWS_SHOWN + 1)
        say = pages.speaker(request, source.state.city, source.clock.now())
        older = rows[ROWS_SHOWN - 1].number if len(rows) > ROWS_SHOWN else 0
        shown = [audit_line(row, source.state.city, say) for row in rows[:ROWS_SHOWN]]
        about: dict[str, Any] = {"rows": shown, "older": older, "is_newest": before is None}
        return await pages.page(source, request, "audit.html", say, **about)

    return routes


def audit_line(row: AuditRow, city: City, say: Speaker) -> AuditLine:
    deed = f"audited_{row.what.replace(' ', '_')}"
    by = say("audit_for", name=row.by) if row.by and row.by != row.who else ""
    via = f"audit_via_{row.via.partition(':')[0]}"
    from_where = say("audit_from", address=row.address) if row.address else ""
    return AuditLine(
        iso=datetime.fromtimestamp(row.at, say.zone).isoformat(timespec="seconds"),
        at=say.clock(row.at, seconds=True),
        who=" ".join(filter(None, (say(WHO[row.who]) if row.who in WHO else row.who, by))),
        what=say(deed) if deed in WORDS else row.what,
        about=city.sites[row.about].name if row.about in city.sites else row.about,
        href=_page_of(row, city),
        text=row.text,
        how=" ".join(filter(None, (say(via) if via in WORDS else row.via, from_where))),
    )


def _page_of(row: AuditRow, city: City) -> str:
    if row.about in city.sites:
        return f"/sites/{row.about}"
    if row.what in INCIDENT_DEEDS:
        return f"/incidents/{row.about}"
    return "/maintenance" if row.what in ("plan work", "end work") else ""
