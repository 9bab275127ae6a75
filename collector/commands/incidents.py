"""`pantau-collector incidents`, `incident`, `ack`, `unack`, `note` and `cause`, through the web API."""

import argparse
from typing import Any

from collector.commands.parser import Commands, show_answer

CAUSES = ("power", "link", "provider", "device", "application", "planned", "other", "unknown")
ID = "its id, as `incidents` and notices have it"


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    incidents = commands.add("incidents", _incidents, "list what is wrong now", *asking)
    incidents.add_argument("--closed", action="store_true", help="the last that ended, too")

    one = commands.add("incident", _incident, "show one incident, its notes and what people did", *asking)
    one.add_argument("incident", metavar="INCIDENT", help=ID)

    commands.add("actions", _actions, "list what people did last, with incidents and planned work", *asking)

    doing = (*asking, commands.by)
    ack = commands.add("ack", _ack, "take an incident in hand: no more reminders", *doing)
    ack.add_argument("incident", metavar="INCIDENT", help=ID)
    ack.add_argument("--note", default="", metavar="TEXT", help="for those who read later notices")

    unack = commands.add("unack", _unack, "give an incident back: reminders go on", *doing)
    unack.add_argument("incident", metavar="INCIDENT", help=ID)

    note = commands.add("note", _note, "add a note to an incident, open or closed", *doing)
    note.add_argument("incident", metavar="INCIDENT", help=ID)
    note.add_argument("text", metavar="TEXT", help="a sentence")

    cause = commands.add("cause", _cause, "set the cause of an incident, open or closed", *doing)
    cause.add_argument("incident", metavar="INCIDENT", help=ID)
    cause.add_argument("cause", choices=CAUSES, metavar="CAUSE", help=", ".join(CAUSES))


def _incidents(options: argparse.Namespace) -> int:
    import time

    from collector.commands import present
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.incidents import Incident

    config = configured(options.config)
    answer = ask(config, "/api/incidents" + ("?closed=true" if options.closed else ""), list[Incident])
    return show_answer(options, answer, present.listed(answer, time.time(), zone_of(config)))


def _incident(options: argparse.Namespace) -> int:
    import time

    from collector.commands import present
    from collector.commands.remote import ask, incident_id
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.incidents import Action, Incident

    config, id = configured(options.config), incident_id(options.incident)
    incident = ask(config, f"/api/incidents/{id}", Incident)
    actions = ask(config, f"/api/actions?incident={id}", list[Action])
    lines = present.details(incident, actions, time.time(), zone_of(config))
    return show_answer(options, {"incident": incident, "actions": actions}, lines)


def _actions(options: argparse.Namespace) -> int:
    from collector.commands import present
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.incidents import Action

    config = configured(options.config)
    actions = ask(config, "/api/actions", list[Action])
    return show_answer(options, actions, present.done(actions, zone_of(config)))


def _ack(options: argparse.Namespace) -> int:
    return _do(options, "POST", "acknowledgement", {"by": options.by, "note": options.note})


def _unack(options: argparse.Namespace) -> int:
    from urllib.parse import quote

    return _do(options, "DELETE", f"acknowledgement?by={quote(options.by, errors='replace')}")


def _note(options: argparse.Namespace) -> int:
    return _do(options, "POST", "notes", {"by": options.by, "text": options.text})


def _cause(options: argparse.Namespace) -> int:
    cause = options.cause if options.cause != "unknown" else ""
    return _do(options, "PUT", "cause", {"by": options.by, "cause": cause})


def _do(options: argparse.Namespace, method: str, part: str, document: dict[str, Any] | None = None) -> int:
    from collector.commands import present
    from collector.commands.remote import Changed, ask, incident_id
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config, id = configured(options.config), incident_id(options.incident)
    answer = ask(config, f"/api/incidents/{id}/{part}", Changed, document, method)
    return show_answer(options, answer, [present.changed(part.partition("?")[0], answer, zone_of(config))])
