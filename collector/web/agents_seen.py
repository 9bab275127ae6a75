"""All that is known of the agents, from the state, the count of bytes, and the authority's book."""

import asyncio
from collections.abc import Mapping

from collector.authority.membership import Membership
from collector.web.lists.agent_entry import AgentsSeen
from collector.web.source import Source

Memberships = Mapping[str, Membership]


async def memberships_of(source: Source) -> Memberships:
    """By agent; empty without an authority. The store answers in a thread. Raises StoreError."""
    if source.invitations is None:
        return {}
    return await asyncio.to_thread(source.store.memberships, source.clock.now())


def agents_seen(source: Source, memberships: Memberships) -> AgentsSeen:
    """The caller holds `pipeline.reading()`."""
    flooding = source.floods.denied(source.clock.boot())
    return AgentsSeen(source.state, source.traffic.today(source.clock.now()), memberships, flooding)
