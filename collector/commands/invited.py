"""An invitation as a terminal shows it: its code, a QR code, and the line to type at the box."""

import io
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

import segno

from collector.commands.times import stamp
from collector.web.api.invitations import InvitationEntry, InvitationMade, Withdrawn
from runtime.errors import UserError
from runtime.files.writing import PRIVATE, write_whole

LINE = "sudo pantau-agent join"
"""It asks for the code. The code is in no argument, so neither a list of processes nor a shell keeps it."""
WHITE_ON_BLACK, NO_COLOUR = "\x1b[97;40m", "\x1b[0m"
"""ECMA-48, section 8.3.117."""
DOTS = 8
"""Of the picture, for each module of the code."""


class NoPicture(UserError):
    """The QR code can't be written."""


def lines(made: InvitationMade, zone: tzinfo, on_terminal: bool = False) -> Iterator[str]:
    """In English and Indonesian: the one who reads it may be the technician."""
    until = stamp(made.ends_at, zone)
    yield f"Invitation for {made.site}. It works once, until {until}."
    yield f"Undangan untuk {made.site}. Berlaku satu kali, sampai {until}."
    yield ""
    yield f"    {made.code}"
    yield ""
    yield from _drawn(made.code, on_terminal)
    yield "At the box, type this line, and the code when it asks:"
    yield "Di kotak, ketik baris ini, lalu kode di atas saat diminta:"
    yield ""
    yield f"    {LINE}"
    if made.present_ends is not None:
        yield ""
        ends = stamp(made.present_ends, zone)
        yield f"{made.site} has a box already; its certificate is good until {ends}."
        yield f"If it is lost or stolen, before the new one joins: pantau-collector revoke {made.site}"


def write_picture(file: Path, code: str) -> None:
    """For its owner alone, since it holds the code. Raises NoPicture."""
    picture = io.BytesIO()
    _qr(code).save(picture, kind="png", scale=DOTS)
    try:
        write_whole(file, picture.getvalue(), PRIVATE)
    except OSError as error:
        raise NoPicture(f"--png: {file}: {error.strerror}; give another file") from None


def listed(entries: Iterable[InvitationEntry], zone: tzinfo) -> list[str]:
    """One line for each invitation."""
    return [_entry(one, zone) for one in entries] or ["no invitation in the last 30 days"]


def withdrawn(gone: Withdrawn) -> str:
    if gone.withdrawn:
        return f"{gone.site}: the invitation is withdrawn; its code works no more"
    return f"{gone.site}: has no open invitation"


def _entry(one: InvitationEntry, zone: tzinfo) -> str:
    made = f"made {stamp(one.made_at, zone)} by {one.made_by}"
    if one.used_at is None:
        return f"{one.site:32}  {one.state:9}  {made}, until {stamp(one.ends_at, zone)}"
    serial = f"certificate {one.serial}" if one.serial else "the request waits: pantau-collector sign"
    return f"{one.site:32}  {one.state:9}  {made}, used {stamp(one.used_at, zone)}, {serial}"


def _drawn(code: str, on_terminal: bool) -> Iterator[str]:
    """White on black, whatever the colours of the terminal: some readers want no negative."""
    drawn = io.StringIO()
    _qr(code).terminal(drawn, compact=True)
    begin, end = (WHITE_ON_BLACK, NO_COLOUR) if on_terminal else ("", "")
    for line in drawn.getvalue().splitlines():
        yield f"{begin}{line}{end}"


def _qr(code: str) -> segno.QRCode:
    return segno.make_qr(code, error="m")
