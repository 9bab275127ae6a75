"""Why a channel did not deliver, and how far an error of its own may go."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from wire.text import printable

MAX_REASON_CHARACTERS = 300
MAX_TEXT_CHARACTERS = 1000
"""The limit for a server's own text."""

ERRORS_IN_A_ROW = 10
ASKED_AT_MOST_SECONDS = 3600.0
"""The longest pause that a receiver may ask for, should its answer be a mistake."""


class Undelivered(Exception):
    """The text is one line for a person. `permanent`: the same document can't succeed later.

    `retry_after_seconds` is the pause that the receiver asks for, an hour at most; 0 where it asks for none.
    `bug` is the traceback of an error that no channel expects, "" without one.
    """

    def __init__(
        self, reason: str, permanent: bool = False, retry_after_seconds: float = 0.0, bug: str = ""
    ) -> None:
        super().__init__(printable(reason, MAX_TEXT_CHARACTERS))  # a text of the other end may stand in it
        self.permanent = permanent
        self.retry_after_seconds = min(retry_after_seconds, ASKED_AT_MOST_SECONDS)
        self.bug = bug

    @property
    def details(self) -> str:
        """For the end of a line in the log: the traceback below it, "" without one."""
        return f"\n{self.bug}" if self.bug else ""


@contextmanager
def contained(prefix: str = "") -> Iterator[None]:
    """An error that no channel expects becomes Undelivered. So it ends no other channel."""
    try:
        yield
    except Undelivered:
        raise
    except Exception as error:
        raise Undelivered(f"{prefix}failed with {type(error).__name__}", bug=frames(error)) from None


def frames(error: BaseException) -> str:
    """The traceback of an error and its causes, oldest first, without their texts: one may hold a secret."""
    shown: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(shown) < ERRORS_IN_A_ROW:
        shown.append("".join(traceback.format_tb(cause.__traceback__)) + type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(reversed(shown))
