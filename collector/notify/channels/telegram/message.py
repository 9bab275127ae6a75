"""The message of an incident in a chat: its text and its buttons, within Telegram's limits. Sans-IO.

A text has at most 4096 characters (https://core.telegram.org/bots/api#sendmessage), which Telegram counts in
UTF-16 code units (https://core.telegram.org/api/entities#entity-length). The data of a button has at most 64
bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton).
"""

from typing import Any, NamedTuple

from collector.incidents import Cause
from collector.notices.document import Document
from collector.notices.incident_page import cut_above
from collector.notices.texts import Language, spoken
from collector.notify.channels.telegram.texts import BUTTONS, CHAT_LINES

MAX_UNITS = 4096
RINGING = frozenset({"firing", "reminder", "worsened", "escalated", "recovered"})
"""The kinds of notices that ring in a chat that has the incident's message already."""
LINES_OF_RING = 3
CAUSES_OFFERED: tuple[Cause, ...] = ("power", "provider", "device", "other")


class Button(NamedTuple):
    text: str
    data: str


class ChatMessage(NamedTuple):
    """`rows` are the buttons below the text."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()

    @property
    def markup(self) -> dict[str, Any]:
        """As in https://core.telegram.org/bots/api#inlinekeyboardmarkup. Without a row there is no button."""
        rows = [[{"text": one.text, "callback_data": one.data} for one in row] for row in self.rows]
        return {"inline_keyboard": rows}


def incident_message(document: Document, language: Language) -> ChatMessage:
    """The message with the incident's present state."""
    rows = buttons(document, language) if document.ended_at is None else ()
    return ChatMessage(cut_above(document.page, document.text, MAX_UNITS, fitting), rows)


def buttons(document: Document, language: Language) -> tuple[tuple[Button, ...], ...]:
    """To take it in hand, or to give it back; and the causes."""
    hand = "acknowledge" if document.acknowledged_at is None else "unacknowledge"
    causes = tuple(
        Button(
            ("✓ " if document.cause == cause else "") + spoken(BUTTONS[cause], language),
            f"cause:{document.incident}:{cause}",
        )
        for cause in CAUSES_OFFERED
    )
    return (Button(spoken(BUTTONS[hand], language), f"{hand}:{document.incident}"),), causes


def merged_message(text: str, wider: Document, language: Language) -> ChatMessage:
    """The message of an incident that a wider one took in."""
    line = spoken(CHAT_LINES["merged_into"], language).format(id=wider.incident, title=wider.title)
    line = f"{line}\n{wider.page}" if wider.page else line
    return ChatMessage(f"{fitting(text, MAX_UNITS - units(line) - 1)}\n{line}")


def ring(document: Document) -> str:
    """The text of the reply that rings: title, place, time and page; the incident's message has the rest."""
    lines = document.text.split("\n")[:LINES_OF_RING]
    if document.page and document.page not in lines:
        lines.append(document.page)
    return cut_above(document.page, "\n".join(lines), MAX_UNITS, fitting)


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, at_most: int = MAX_UNITS) -> str:
    """Whole lines where these fill at least half the room, else as much as fits."""
    if units(text) <= at_most:
        return text
    half = text.encode("utf-16-le", "surrogatepass")[: 2 * (at_most - 1)]
    kept = half.decode("utf-16-le", "ignore")
    whole = kept.rpartition("\n")[0]
    return (whole if 2 * units(whole) >= units(kept) else kept).rstrip() + "…"
