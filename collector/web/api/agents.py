"""The agents as the collector knows them: how each is heard, its certificate, clock, spool and bytes."""

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import Response

from collector.web.agents_seen import agents_seen, memberships_of
from collector.web.api.described import BAD_QUERY, UNAVAILABLE, answer, encoded, error
from collector.web.api.permission import Permission
from collector.web.lists.agent_entry import AgentEntry, agent_entry, gravity
from collector.web.source import Source
from wire.text import printable

DESCRIBED = (AgentEntry,)


def router(source: Source, may: Permission) -> APIRouter:
    routes = APIRouter(tags=["agents"], dependencies=[Depends(may.reader)])

    @routes.get("/agents", responses=answer(list[AgentEntry]) | UNAVAILABLE)
    async def agents() -> Response:
        """Every agent of the inventory, worst first."""
        memberships, now = await memberships_of(source), source.clock.now()
        async with source.pipeline.reading():
            seen = agents_seen(source, memberships)
            entries = [agent_entry(agent, seen, now) for agent in source.state.agents.values()]
        return encoded(sorted(entries, key=lambda one: gravity(one.state, one.worries, one.name)))

    @routes.get(
        "/agents/{agent}",
        responses=answer(AgentEntry) | error(404, "No such agent.") | BAD_QUERY | UNAVAILABLE,
    )
    async def one_agent(agent: str) -> Response:
        """One agent, by the id of its site."""
        memberships, now = await memberships_of(source), source.clock.now()
        async with source.pipeline.reading():
            known = source.state.agents.get(agent)
            entry = None if known is None else agent_entry(known, agents_seen(source, memberships), now)
        if entry is None:
            raise HTTPException(404, f"no agent {printable(agent)} in the inventory; see /api/agents")
        return encoded(entry)

    return routes
