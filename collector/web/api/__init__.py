"""The API for programs: incidents, what people do with them, notices, quarantine. One file an idea.

A request that changes something, or that reads what may hold a secret, needs permission: see `permission`.
"""

from fastapi import APIRouter

from collector.web.api import (
    accounts,
    actions,
    agents,
    audit,
    authority,
    by_person,
    certificates,
    duty,
    incidents,
    invitations,
    links,
    maintenance,
    notices,
    quarantine,
    replay,
    signing_requests,
    tickets,
    tokens,
    topology,
)
from collector.web.api.permission import Permission
from collector.web.source import Source

__all__ = ["DESCRIBED", "router"]

PARTS = (
    incidents,
    agents,
    topology,
    links,
    by_person,
    tickets,
    actions,
    maintenance,
    duty,
    notices,
    replay,
    quarantine,
    invitations,
    certificates,
    signing_requests,
    accounts,
    tokens,
    audit,
    authority,
)
DESCRIBED = tuple(struct for part in PARTS for struct in part.DESCRIBED)
"""The structs of all bodies and answers."""


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(prefix="/api")
    for part in PARTS:
        routes.include_router(part.router(source, may))
    return routes
