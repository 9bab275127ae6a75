"""Checks beyond the schema: each reference exists, and the tables agree with each other. Pure."""

from collections.abc import Iterator

from collector.inventory.checks import applications, links, maintenance, people, profiles, rota, sites
from collector.inventory.checks.draft import Draft
from collector.inventory.city import City
from collector.inventory.document import InventoryDocument
from collector.inventory.problem import Problem

ROOMS = (sites, links, applications, profiles, people, rota, maintenance)


def faults(city: City, document: InventoryDocument) -> Iterator[Problem]:
    draft = Draft(city, document)
    for room in ROOMS:
        yield from room.faults(draft)
