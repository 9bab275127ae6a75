"""`pantau-collector invite` and `invitations`, through the web API."""

import argparse
import sys
from pathlib import Path

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    doing = (commands.configured, commands.as_json, commands.by)
    invite = commands.add("invite", _invite, "invite a box to a site: make a code that works once", *doing)
    invite.add_argument("site", metavar="SITE", help="its id, as the inventory has it")
    invite.add_argument("--png", type=Path, metavar="FILE", help="write the QR code into this picture too")

    invitations = commands.add("invitations", _invitations, "list the invitations of a month", *doing)
    invitations.add_argument("--withdraw", metavar="SITE", help="withdraw the open invitation of this site")


def _invite(options: argparse.Namespace) -> int:
    from collector.commands import invited
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.web.api.invitations import InvitationMade

    config = configured(options.config)
    made = ask(config, "/api/invitations", InvitationMade, {"by": options.by, "site": options.site})
    # The code first: a picture that can't be written must not take along the one that no other place has.
    shown = show_answer(options, made, invited.lines(made, zone_of(config), sys.stdout.isatty()))
    if options.png:
        invited.write_picture(options.png, made.code)
    return shown


def _invitations(options: argparse.Namespace) -> int:
    from collector.commands import invited
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.web.api.invitations import InvitationEntry, Withdrawn

    config = configured(options.config)
    if options.withdraw:
        document = {"by": options.by, "site": options.withdraw}
        gone = ask(config, "/api/invitations/withdrawal", Withdrawn, document)
        return show_answer(options, gone, [invited.withdrawn(gone)])
    answer = ask(config, "/api/invitations", list[InvitationEntry])
    return show_answer(options, answer, invited.listed(answer, zone_of(config)))
