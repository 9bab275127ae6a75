"""Lists the notices that are not delivered yet. Pure."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from collector.commands.times import stamp
from collector.notices.document import Letter

STATUS = {"waiting": "waits", "dead": "given up"}


def lines(letters: Iterable[Letter], zone: tzinfo) -> Iterator[str]:
    """Two lines for each, in the given order: when, for which receiver and why not; then its title."""
    none = True
    for letter in letters:
        none = False
        attempts = f"{letter.attempts} attempt" + ("" if letter.attempts == 1 else "s")
        error = f": {letter.error}" if letter.error else ""
        who = f"{letter.document.id}  receivers.{letter.receiver}"
        yield f"{stamp(letter.document.at, zone)}  {who}  {STATUS[letter.status]} after {attempts}{error}"
        yield f"    {letter.document.title}"
    if none:
        yield "every notice is delivered"
