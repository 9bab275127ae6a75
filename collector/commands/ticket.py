"""`pantau-collector ticket`: the fault report of an incident to a provider, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    doing = (commands.configured, commands.as_json, commands.by)
    ticket = commands.add("ticket", _ticket, "write the fault report of an incident to a provider", *doing)
    ticket.add_argument("incident", metavar="INCIDENT", help="its id, as `incidents` and notices have it")
    ticket.add_argument(
        "--provider", default="", metavar="ID", help="needed only where several may be at fault"
    )
    ticket.add_argument("--language", choices=("id", "en"), default="id", help="else %(default)s")
    ticket.add_argument("--send", action="store_true", help="send it to the provider's mail address, once")


def _ticket(options: argparse.Namespace) -> int:
    import sys
    from urllib.parse import urlencode

    from collector.commands.remote import ask, incident_id
    from collector.commands.settings import configured
    from collector.notices.ticket import Ticket

    config, id = configured(options.config), incident_id(options.incident)
    wanted, path = {"provider": options.provider, "language": options.language}, f"/api/incidents/{id}/ticket"
    if options.send:
        answer = ask(config, path, Ticket, {**wanted, "by": options.by})
    else:
        answer = ask(config, f"{path}?{urlencode(wanted, errors='replace')}", Ticket)
    if answer.doubt and not options.json:
        sys.stderr.write(f"pantau-collector: {answer.doubt}\n")
    sent = f"{answer.incident}: sent to {answer.name}, {answer.mail}"
    return show_answer(options, answer, [sent if options.send else answer.text])
