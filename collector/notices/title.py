"""The title of a notice: its kind and the place, so short that it fits a phone's preview. Pure."""

from collector.incidents import Incident, Notice
from collector.incidents.network import FEEDER, MANY, PROVIDER
from collector.inventory import City
from collector.notices.actions import lost_path
from collector.notices.phrases import clipped
from collector.notices.texts import FEEDER_NAME, PANTAU, PATHS, TITLES, Language, spoken

TITLE_CHARACTERS = 60
SEVERAL = ("agents_silent", "certificates_expire", "agents_trouble")
"""The shapes of incidents about many agents."""


def is_over(notice: Notice) -> bool:
    """Does the notice tell the end, or correct one that did?"""
    return notice.kind == "recovered" or (notice.kind == "updated" and notice.incident.ended_at is not None)


def name_of(incident: Incident, city: City, language: Language) -> str:
    """The root's name, as people know it, on one line."""
    root, at = incident.root, city.sites.get(incident.agent)
    if incident.kind == "collector_blind":
        return "pantau"
    if shape_of(incident) in SEVERAL:
        return city.name
    if known := PANTAU.get(root) or PATHS.get(root):
        return spoken(known, language)
    if root.startswith(PROVIDER):
        provider = city.providers.get(root.removeprefix(PROVIDER))
        return " ".join(provider.name.split()) if provider else root.removeprefix(PROVIDER)
    if root.startswith(FEEDER):
        return spoken(FEEDER_NAME, language).format(id=root.removeprefix(FEEDER))
    if root in city.applications:
        name = city.applications[root].name
    elif root in city.sites:
        name = city.sites[root].name
        name = f"router {name}" if incident.kind == "target_down" else name
    else:
        name = f"{root} ({at.name})" if at else root
    return " ".join(name.split())


def affected(incident: Incident) -> list[str]:
    """The sites that are affected now, or, of an incident that is over, all that were."""
    now = incident.affected_now
    return list(now or dict.fromkeys(entry.site for entry in incident.affected))


def title_of(notice: Notice, language: Language) -> str:
    """With a place for the name."""
    incident = notice.incident
    if is_over(notice):
        own = {
            "agent_silent": "agent_recovered",
            "agents_silent": "agents_recovered",
            "collector_blind": "collector_recovered",
            "certificate_expiry": "certificate_recovered",
            "certificates_expire": "certificates_recovered",
            "agent_trouble": "agent_recovered",
            "agents_trouble": "agents_well",
            "on_backup": "main_link_recovered",
        }
        return spoken(TITLES[own.get(shape_of(incident), "recovered")], language)
    shape = shape_of(incident)
    if shape == "collector_blind" and incident.reason == "silence":
        shape = "collector_deaf"
    title = spoken(TITLES[shape], language).replace("{n}", str(len(affected(incident))))
    if notice.kind in ("escalated", "worsened"):
        return spoken(TITLES[notice.kind], language).replace("{title}", title.partition(" ")[2])
    if notice.kind == "reminder":
        if still := TITLES.get(f"{shape}_still"):
            return spoken(still, language)
        return spoken(TITLES["reminder"], language).replace("{title}", title.partition(" ")[2])
    return title


def shape_of(incident: Incident) -> str:
    if incident.kind == "site_down" and len(affected(incident)) > 1:
        return "uplink_down"
    if incident.kind == "agent_silent" and incident.root == "agents":
        return "agents_silent"
    if incident.kind == "path_lost":
        return lost_path(incident)
    if incident.root == MANY:
        return "certificates_expire" if incident.kind == "certificate_expiry" else "agents_trouble"
    if incident.kind == "application_down" and incident.scope == "here":
        return "application_down_here"
    return incident.kind


def fitting(shape: str, name: str) -> str:
    """The title with as much of the name as there is room for."""
    return shape.format(name=clipped(name, TITLE_CHARACTERS - len(shape.format(name=""))))
