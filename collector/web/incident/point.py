"""A point of an incident's timeline. Pure."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from collector.web.lists.named import Named

Sign = Literal["bad", "good", "known", "sent", "unsent", "person"]
SIGNS: dict[Sign, str] = {"bad": "▼", "good": "▲", "known": "•", "sent": "✉", "unsent": "!", "person": "✎"}
"""Colour is never the only sign."""


class Detail(NamedTuple):
    """A line below a point. `bad`: a thing that did not work yet."""

    text: str
    bad: bool = False


class TimelinePoint(NamedTuple):
    """At Unix time `at` something happened. `names` come after the text, and the `rest` after those."""

    at: float
    sign: Sign
    text: str
    names: Sequence[Named] = ()
    rest: str = ""
    details: Sequence[Detail] = ()
