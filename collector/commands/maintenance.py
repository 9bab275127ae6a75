"""The arguments of `pantau-collector maintenance`, and the document that they make for the API."""

import argparse
import re
from datetime import datetime
from typing import Any

from collector.commands.parser import Commands, show
from runtime.errors import UserError

SCOPES = ("site", "link", "application", "district", "provider")
MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


class BadArgument(UserError):
    """A time, a duration or an id that is not understood."""


def add(commands: Commands) -> None:
    maintenance = commands.add("maintenance", _maintenance, "list, make and end planned work")
    actions = maintenance.add_subparsers(required=True, metavar="ACTION", dest="action")
    asking = [commands.configured, commands.as_json]
    actions.add_parser("list", help="list the windows that are not over", parents=asking)
    doing = [*asking, commands.by]
    made = actions.add_parser("add", help="plan work: nobody gets a notice of it", parents=doing)
    made.add_argument("title", metavar="TITLE", help="in a few words, which work it is")
    for scope in SCOPES:
        made.add_argument(f"--{scope}", action="append", default=[], metavar="ID", help=f"cover this {scope}")
    made.add_argument("--for", dest="duration", metavar="2h", help="how long: 45m, 2h, 1h30m, 1d")
    made.add_argument("--starts", metavar="TIME", help="local time, as 2026-11-02T01:00; else now")
    made.add_argument("--ends", metavar="TIME", help="local time, in place of --for")
    made.add_argument("--repeat", default="never", choices=("never", "daily", "weekly", "monthly"))
    made.add_argument(
        "--on", action="append", default=[], metavar="DAY", help="monday; of a month: 'first sunday'"
    )
    made.add_argument("--until", metavar="DATE", help="the last day on which it may begin")
    end = actions.add_parser("end", help="end a window now, with all its later occurrences", parents=doing)
    end.add_argument("id", metavar="ID", help="as `maintenance list` has it")


def _maintenance(options: argparse.Namespace) -> int:
    from collector.commands import windows
    from collector.commands.settings import configured

    return show(windows.lines(configured(options.config), options))


def request(options: argparse.Namespace) -> dict[str, Any]:
    """The document for the API. Raises BadArgument."""
    document: dict[str, Any] = {"by": options.by, "title": options.title}
    document |= {f"{scope}s": getattr(options, scope) for scope in SCOPES}
    document |= {"repeat": options.repeat, "on": options.on}
    for name in ("starts", "ends"):
        if given := getattr(options, name):
            document[name] = _time(f"--{name}", given).isoformat()
    if options.until:
        document["until"] = _time("--until", options.until).date().isoformat()
    if options.duration:
        document["minutes"] = minutes(options.duration)
    return document


def minutes(duration: str) -> int:
    """Of 45m, 2h, 1h30m or 1d. Raises BadArgument."""
    if not re.fullmatch(r"(?=.)(\d{1,4}d)?(\d{1,4}h)?(\d{1,5}m)?", duration, re.ASCII):
        raise BadArgument(f"--for: {duration!r}: write it as 45m, 2h, 1h30m or 1d")
    return sum(int(number) * MINUTES[unit] for number, unit in re.findall(r"(\d+)([dhm])", duration))


def _time(option: str, given: str) -> datetime:
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise BadArgument(f"{option}: {given!r}: write it as 2026-11-02T01:00, in the city's time") from None
