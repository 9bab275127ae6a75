"""The content of the page of planned work: the windows, and the choices of its form. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.inventory import City
from collector.planned import MadeWindow, MaintenanceWindow, Plan
from collector.web.lists.named import link_named
from collector.web.words import Speaker

COVERED_NAMED = 5
HOURS = ("0.5", "1", "2", "4", "8", "24")
"""The choices of the form."""


class WorkEntry(NamedTuple):
    """A window that is not over. `id` is "" for one that only the inventory can end."""

    id: str
    title: str
    active: bool
    span: str
    covers: str
    origin: str


class WorkChoice(NamedTuple):
    """The thing that a page chose for the form: the form's field, its id, its name; and the field's label."""

    field: str
    id: str
    name: str
    label: str


class WorkPage(NamedTuple):
    """`sites` are the ids and names that the form offers, `durations` its hours and their words."""

    entries: Sequence[WorkEntry]
    sites: Mapping[str, str]
    durations: Sequence[tuple[str, str]]


def work_page(plan: Plan, people: Mapping[str, MadeWindow], city: City, say: Speaker) -> WorkPage:
    """`people` are the windows that people made, by id. Those that occur first come first."""
    found = sorted(_entries(plan, people, city, say), key=lambda one: one[0])
    return WorkPage(
        entries=[entry for _, entry in found],
        sites={id: site.name for id, site in city.sites.items()},
        durations=[(hours, say.duration(float(hours) * 3600)) for hours in HOURS],
    )


def chosen(fields: Mapping[str, str], city: City, say: Speaker) -> WorkChoice | None:
    """The link, provider or application in the address; a site stands in the form's own field."""
    names = {
        "application": {id: one.name for id, one in city.applications.items()},
        "provider": {id: one.name for id, one in city.providers.items()},
        "link": {id: link_named(id, city).name for id in city.links},
    }
    for field, known in names.items():
        if (id := fields.get(field, "")) in known:
            return WorkChoice(field, id, known[id], say(f"work_{field}"))
    return None


def _entries(
    plan: Plan, people: Mapping[str, MadeWindow], city: City, say: Speaker
) -> Iterator[tuple[float, WorkEntry]]:
    for work in plan.work:
        if (span := plan.occurrence(work, say.now)) is not None:
            made = people.get(work.id)
            repeats = "" if work.window.repeat == "never" else say(f"work_{work.window.repeat}")
            times = say("work_span", begins=say.clock(span.since), ends=say.clock(span.until))
            entry = WorkEntry(
                id=made.id if made else "",
                title=work.window.title,
                active=span.since <= say.now,
                span=", ".join(filter(None, (times, repeats))),
                covers=say.names(list(_covered(work.window, city)), COVERED_NAMED),
                origin=say("work_by", by=made.by) if made else say("work_inventory"),
            )
            yield span.since, entry


def _covered(window: MaintenanceWindow, city: City) -> Iterator[str]:
    """The names of the things that it covers, or an id that the inventory does not have any more."""
    yield from (city.sites[id].name if id in city.sites else id for id in window.sites)
    yield from window.districts
    yield from (city.applications[id].name if id in city.applications else id for id in window.applications)
    yield from (city.providers[id].name if id in city.providers else id for id in window.providers)
    yield from window.links
