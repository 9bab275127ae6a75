"""`pantau-collector duty`: the people on duty, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer
from runtime.errors import UserError


class BadTime(UserError):
    """A time that is not understood."""


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    duty = commands.add("duty", _duty, "show who is on duty now and in the next week", *asking)
    duty.add_argument("--at", metavar="TIME", help="local time, as 2026-12-25T08:00; else now")


def _duty(options: argparse.Namespace) -> int:
    from datetime import datetime

    from collector.commands.remote import ask
    from collector.commands.roster import lines
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.inventory.rostered import Roster
    from collector.planned.occurrences import instant

    config = configured(options.config)
    zone, query = zone_of(config), ""
    if options.at is not None:
        try:
            query = f"?at={instant(datetime.fromisoformat(options.at), zone)}"
        except (ValueError, OverflowError):
            remedy = "write it as 2026-12-25T08:00, in the city's time"
            raise BadTime(f"--at: {options.at!r}: {remedy}") from None
    answer = ask(config, f"/api/duty{query}", Roster)
    return show_answer(options, answer, lines(answer, zone))
