"""The notices that nobody has got yet, for a person. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from collector.notify.document import Letter

STATUS = {"waiting": "waits", "dead": "given up"}


def lines(letters: Iterable[Letter]) -> Iterator[str]:
    """Two lines each, as they are given: when, for whom and why not; and what it says."""
    none = True
    for letter in letters:
        none = False
        when = datetime.fromtimestamp(letter.document.at, UTC)
        attempts = f"{letter.attempts} attempt" + ("" if letter.attempts == 1 else "s")
        error = f": {letter.error}" if letter.error else ""
        who = f"{letter.document.id}  receivers.{letter.receiver}"
        yield f"{when:%Y-%m-%d %H:%M:%S}Z  {who}  {STATUS[letter.status]} after {attempts}{error}"
        yield f"    {letter.document.title}"
    if none:
        yield "every notice is delivered"
