"""Gather the clues about an outage from what is known now. Pure: asked again later, it knows more."""

from collections.abc import Collection, Iterator

from collector.causes.answering import answering_clues
from collector.causes.cause import Clue
from collector.causes.groups import Places
from collector.causes.line import line_clues
from collector.causes.machines import machine_clues
from collector.causes.memory import CauseMemory
from collector.causes.outage import Outage
from collector.causes.together import together_clues
from collector.causes.ups import feeder_clues, ups_clues

ANSWERS = frozenset({"answer", "body", "protocol", "refused", "status", "tls"})
"""The reasons of an application's failure that only an answer of its server can give."""


def gather(
    outage: Outage, others: Collection[Outage], places: Places, memory: CauseMemory, now: float
) -> tuple[Clue, ...]:
    clues = [Clue("planned_work", outage.planned)] if outage.planned else []
    match outage.kind:
        case "site_down":
            clues += ups_clues(outage, memory, now)
            clues += feeder_clues(outage, places, memory)
            clues += machine_clues(outage, memory, now)
            clues += answering_clues(outage, places, memory, now)
            clues += line_clues(outage, places, memory, now)
            clues += together_clues(outage, others, places, memory, now)
        case "agent_silent":
            clues += _of_silent_agents(outage)
        case "application_down":
            clues += _of_application(outage, places)
        case "target_down":
            clues += [Clue("resolver_lost", outage.root)] if outage.probe == "dns" else []
    return tuple(clues)


def _of_silent_agents(outage: Outage) -> Iterator[Clue]:
    """An agent counts as silent only where its site is found up."""
    yield Clue("router_answers", outage.root)
    for share in outage.shares:
        sort, _, name = share.partition(" ")
        if sort == "version":
            yield Clue("version_shared", name)
        elif sort == "provider":
            yield Clue("provider_shared", name)


def _of_application(outage: Outage, places: Places) -> Iterator[Clue]:
    if outage.reason == "resolve":
        yield Clue("name_not_resolved", outage.root)
        return
    if outage.reason in ANSWERS:
        yield Clue("server_answered", outage.root)
    providers = {places.group(site, "provider") for site in outage.affected}
    (only, *more) = providers or {None}
    if outage.scope == "everywhere":
        yield Clue("lost_everywhere", outage.root)
        return
    yield Clue("reached_elsewhere", outage.root)
    if only is not None and not more and len(outage.affected) > 1:
        yield Clue("lost_from_one_provider", only.name)
