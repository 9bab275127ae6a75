"""Incidents by HTTP: the open ones, their acknowledgement, and a test of the receivers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from collector.changes import Changes
from collector.incidents import Incident
from collector.web import maintenance
from collector.web.limits import read
from collector.web.permission import CHANGES, body, permission_by
from collector.web.source import Source
from wire.text import printable

CLOSED_SHOWN = 100

_SCHEMA = {"type": "array", "items": {"$ref": "#/components/schemas/Incident"}}
_INCIDENTS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"schema": _SCHEMA}}}}

Test = Callable[[str | None], Awaitable[dict[str, str]]]


class Taking(msgspec.Struct):
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Testing(msgspec.Struct):
    """One receiver; null for all."""

    receiver: str | None = None


def router(source: Source, test: Test, token: Callable[[], str]) -> APIRouter:
    """`test` sends a test message and returns the result by receiver; `token` is "" where none is set."""
    watch = source.watch

    routes = APIRouter(prefix="/api", tags=["incidents"])
    permission = [Depends(permission_by(token))]

    @routes.get("/incidents", responses=_INCIDENTS)
    async def incidents(
        closed: Annotated[bool, Query(description="the last that ended, too")] = False,
    ) -> Response:
        """The open incidents, newest first."""
        async with source.pipeline.reading():
            known = watch.incidents.saved() if closed else watch.incidents.open()
        newest = sorted(known, key=lambda incident: -incident.opened_at)
        shown = [one for one in newest if one.status == "open"]
        shown += [one for one in newest if one.status != "open"][:CLOSED_SHOWN]
        return Response(msgspec.json.encode(shown), media_type="application/json")

    @routes.post(
        "/incidents/{incident}/acknowledgement",
        responses=CHANGES,
        dependencies=permission,
        openapi_extra=body(Taking),
    )
    async def acknowledge(incident: str, request: Request) -> dict[str, str | float]:
        """Take an open incident in hand, which ends its reminders. An earlier acknowledgement stays."""
        by = printable((await read(request, Taking)).by)
        before = watch.acknowledge(incident, by)
        if before is None:
            raise HTTPException(404, f"no open incident {printable(incident)}; see /api/incidents")
        await source.pipeline.transact(Changes)
        return _taken(before, watch.incidents.open(), by)

    @routes.post("/notify-test", responses=CHANGES, dependencies=permission, openapi_extra=body(Testing))
    async def notify_test(request: Request) -> dict[str, str]:
        """Send a test message. The answer has each receiver's result: "delivered" or the error."""
        receiver = (await read(request, Testing)).receiver
        return await test(receiver if receiver is None else printable(receiver))

    routes.include_router(maintenance.router(source, token))
    return routes


def _taken(before: Incident, opened: Iterable[Incident], by: str) -> dict[str, str | float]:
    """The person who has the incident in hand, and since when if that is an earlier acknowledgement."""
    if before.acknowledged_at is not None:
        since = {"acknowledged_at": before.acknowledged_at}
        return {"incident": before.id, "acknowledged_by": before.acknowledged_by, **since}
    now = next((one.acknowledged_by for one in opened if one.id == before.id), "")
    return {"incident": before.id, "acknowledged_by": now or by}


def with_components(described: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the schemas that the routes refer to."""
    _, schemas = msgspec.json.schema_components(
        [Incident, Taking, Testing, *maintenance.SCHEMAS], ref_template="#/components/schemas/{name}"
    )
    described.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    return described
