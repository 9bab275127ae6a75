"""`pantau-collector ticket`: the fault report of an incident to a provider, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    ticket = commands.add("ticket", _ticket, "write the fault report of an incident to a provider", *asking)
    ticket.add_argument("incident", metavar="INCIDENT", help="its id, as `incidents` and notices have it")
    ticket.add_argument(
        "--provider", default="", metavar="ID", help="needed only where several may be at fault"
    )
    ticket.add_argument("--language", choices=("id", "en"), default="id", help="else %(default)s")


def _ticket(options: argparse.Namespace) -> int:
    import sys
    from urllib.parse import urlencode

    from collector.commands.remote import ask, incident_id
    from collector.commands.settings import configured
    from collector.notices.ticket import Ticket

    config, id = configured(options.config), incident_id(options.incident)
    query = urlencode({"provider": options.provider, "language": options.language}, errors="replace")
    answer = ask(config, f"/api/incidents/{id}/ticket?{query}", Ticket)
    if answer.doubt and not options.json:
        sys.stderr.write(f"pantau-collector: {answer.doubt}\n")
    return show_answer(options, answer, [answer.text])
