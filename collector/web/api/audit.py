"""The record of changes: who did what, when, how and from where."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from collector.access import AuditRow
from collector.database.audit import NUMBER_AT_MOST
from collector.web.api.described import BAD_QUERY, NOT_PERMITTED, SECURITY, UNAVAILABLE, answer, encoded
from collector.web.api.permission import Permission
from collector.web.source import Source

DESCRIBED = (AuditRow,)
SHOWN_AT_MOST = 1000


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["access"], dependencies=[Depends(may.admin)])

    @routes.get(
        "/audit",
        responses=answer(list[AuditRow]) | NOT_PERMITTED | BAD_QUERY | UNAVAILABLE,
        openapi_extra=SECURITY,
    )
    async def audit(
        before: Annotated[
            int | None, Query(ge=0, le=NUMBER_AT_MOST, description="only those with a smaller number")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=SHOWN_AT_MOST)] = 100,
    ) -> Response:
        """The changes, newest first."""
        return encoded(await asyncio.to_thread(source.store.audit, before, limit))

    return routes
