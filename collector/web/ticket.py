"""The fault report of an incident, out of all that the collector knows now."""

from collector.notices.texts import Language
from collector.notices.ticket import Ticket, provider_of, ticket
from collector.notices.ticket_facts import ticket_facts
from collector.web.source import Source


async def written(source: Source, id: str, wanted: str, language: Language) -> Ticket | None:
    """None: there is no such incident. Raises NoTicket."""
    async with source.pipeline.reading():
        incident = source.incidents.get(id)
        if incident is None:
            return None
        city, agents = source.state.city, source.state.agents
        provider = provider_of(incident, city, wanted, language)
        weighed = source.watch.cause(incident)
        facts = ticket_facts(incident, provider, city, agents, source.incidents.open(), weighed)
        return ticket(incident, provider, city, facts, language, source.clock.now())
