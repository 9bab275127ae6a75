"""`pantau-collector authority` and `revoke`, through the web API."""

import argparse
from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING

from collector.commands.parser import Commands, show_answer

if TYPE_CHECKING:
    from collector.web.api.authority import AuthorityStatus

SHOWN_AT_MOST = 20


def add(commands: Commands) -> None:
    doing = (commands.configured, commands.as_json, commands.by)
    authority = commands.add(
        "authority", _authority, "show the authority, or hand the city over to a new one", *doing
    )
    authority.add_argument(
        "step",
        nargs="?",
        choices=("rollover", "finish"),
        metavar="rollover|finish",
        help="make the next authority; or, when all agents have moved, believe the older ones no more",
    )
    revoke = commands.add("revoke", _revoke, "revoke the certificates of an agent, at once", *doing)
    revoke.add_argument("which", metavar="AGENT", help="the agent, or the serial number of one certificate")
    revoke.add_argument("--why", default="", metavar="TEXT", help="the reason, for the record")


def _authority(options: argparse.Namespace) -> int:
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.web.api.authority import AuthorityStatus

    config = configured(options.config)
    if options.step:
        status = ask(config, f"/api/authority/{options.step}", AuthorityStatus, {"by": options.by})
    else:
        status = ask(config, "/api/authority", AuthorityStatus)
    return show_answer(options, status, lines(status, zone_of(config)))


def _revoke(options: argparse.Namespace) -> int:
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.web.api.certificates import CertificateEntry

    config = configured(options.config)
    document = {"by": options.by, "which": options.which, "why": options.why}
    revoked = ask(config, "/api/revocations", list[CertificateEntry], document)
    lines = [f"{one.name}: certificate {one.serial} is revoked" for one in revoked]
    return show_answer(
        options, revoked, [*lines, "its session ends within a minute: pantau-collector authority"]
    )


def lines(status: "AuthorityStatus", zone: tzinfo) -> Iterator[str]:
    from collector.commands.times import stamp

    for one in status.authorities:
        signs = "signs" if one.number == status.signing else "is believed"
        key = "" if one.has_key else ", its key is off-line"
        yield f"authority {one.number}  {signs}, {one.agents} agents, until {stamp(one.ends, zone)}{key}"
    waits = status.authorities[-1].number != status.signing
    if waits:
        yield f"authority {status.authorities[-1].number} signs as soon as the broker believes it"
    if status.behind:
        more = len(status.behind) - SHOWN_AT_MOST
        shown = [*status.behind[:SHOWN_AT_MOST], *([f"{more} more"] if more > 0 else [])]
        yield f"not moved yet: {', '.join(shown)}"
    elif len(status.authorities) > 1 and not waits:
        yield "all agents have moved: pantau-collector authority finish"
    for own in status.own:
        yield f"{own.kind:10}  until {stamp(own.ends, zone)}, renews by itself"
    ends = stamp(status.list_ends, zone) if status.list_ends else "not known yet"
    yield f"revoked     the broker's list is {'the newest' if status.list_in_force else 'OLD'}, until {ends}"
    if status.barred:
        yield f"barred      {', '.join(status.barred)}"
