"""Why a service of Apprise did not take a message, out of what Apprise logs of it. Pure.

Apprise says yes or no; status, reason and how long to wait stand in its log alone, beside tokens of the URL.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from collector.notify.channels.undelivered import MAX_REASON_CHARACTERS, Undelivered
from wire.report import MALFORMED

NEVER = frozenset({400, 401, 403, 410, 413, 414, 415, 422})
"""The status of a chat service where the message, the token or the chat is wrong."""

TOO_MANY_REQUESTS = 429
FLOOD_SECONDS = 30.0
"""The pause after a 429 that names none."""

SECRET_CHARACTERS = 4
"""A shorter part of a URL is a word such as "hook", and hides nothing."""

DETAILS = "Response Details:"
EXCEPTION = "Socket Exception:"
_KEYS = ("description", "message", "error_description", "error", "detail", "reason", "title")
_HTTP = re.compile(r"\berror=(\d{3})\b")
_SMTP = re.compile(r"""(?:\(|refused: )([2-5]\d\d),? b(['"])(.*?)\2""")
_RETRY = re.compile(r"""retry[ _-]?after(_ms|Seconds)?\\?["']?[ :]+(\d+(?:\.\d+)?)""", re.IGNORECASE)
_NETWORK = (
    (re.compile(r"CERTIFICATE_VERIFY_FAILED\W+certificate verify failed: ([^('\"]+)"), "TLS: {}"),
    (re.compile(r"WRONG_VERSION_NUMBER"), "it speaks no TLS there"),
    (
        re.compile(r"RemoteDisconnected|closed connection without response|unexpectedly closed"),
        "closed without an answer",
    ),
    (re.compile(r"timed out", re.IGNORECASE), "no answer in time"),
    (
        re.compile(r"NameResolutionError|Name or service not known|name resolution"),
        "its host's name is not found",
    ),
    (re.compile(r"\[Errno -?\d+\] ([^'\")]+)"), "{}"),
)


def undelivered(service: str, log: Iterable[tuple[str, str]], url: str) -> Undelivered:
    """`log` has the level and message of each line. No part of `url` may stand in the text."""
    lines = list(log)
    text = "\n".join(message for _, message in lines)
    reason, permanent, retry_after = _judged(lines, text)
    line = " ".join(hidden(reason, url).split())[:MAX_REASON_CHARACTERS]
    return Undelivered(f"{service}: {line}", permanent, retry_after)


def _judged(lines: Sequence[tuple[str, str]], text: str) -> tuple[str, bool, float]:
    """The reason, whether another try is in vain, and the seconds to wait."""
    warnings = [message for level, message in lines if level in ("WARNING", "ERROR")]
    if found := _HTTP.search("\n".join(warnings)):
        status = int(found[1])
        why = _answered(lines) or _before(warnings, found[0])
        wait = _seconds(text) or (FLOOD_SECONDS if status == TOO_MANY_REQUESTS else 0.0)
        return f"HTTP {status}" + (f", {why}" if why else ""), status in NEVER, wait
    if found := _SMTP.search(text):  # RFC 5321, section 4.2.1: 4yz may pass later, 5yz never will
        why = found[3].replace(r"\r", " ").replace(r"\n", " ")
        return f"SMTP {found[1]} {why}", found[1].startswith("5"), 0.0
    if found := re.search(f"{EXCEPTION}(.*)", text):
        return _of_network(found[1]), False, _seconds(text)
    return warnings[-1] if warnings else "did not take the message", False, _seconds(text)


def hidden(text: str, url: str) -> str:
    """Without the parts of the URL: each may be a token."""
    parts = re.split(r"[/:@?&=#\s]+", url)[1:]
    secrets = {one for part in parts for one in (part, unquote(part)) if len(one) >= SECRET_CHARACTERS}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def _answered(lines: Iterable[tuple[str, str]]) -> str:
    """The reason in the service's own answer, a document in JSON."""
    for _, message in lines:
        before, found, details = message.partition(DETAILS)
        if found and not before:
            answer = _document(details.strip())
            if reason := _reason(answer):
                return reason + _moved(answer)
    return ""


def _document(details: str) -> Any:
    """Apprise writes bytes as Python does."""
    try:
        body = ast.literal_eval(details) if details.startswith("b") else details
        return msgspec.json.decode(body)
    except (ValueError, SyntaxError, TypeError, *MALFORMED):
        return None


def _reason(answer: Any) -> str:
    if isinstance(answer, list) and answer:
        answer = answer[0]
    if not isinstance(answer, dict):
        return ""
    for key in _KEYS:
        value = answer.get(key)
        if isinstance(value, dict | list):
            value = _reason(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _moved(answer: Any) -> str:
    """A group of Telegram that became a supergroup has another id from then on."""
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    chat = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    return f"; its id is now {chat}: write that as chat" if isinstance(chat, int) else ""


def _before(warnings: Iterable[str], status: str) -> str:
    """The reason in Apprise's own sentence: "Failed to send X notification to Y: REASON, error=404."."""
    sentence = next(line for line in warnings if status in line).partition(status)[0]
    return sentence.rpartition(": ")[2].rstrip(" ,.(")


def _seconds(text: str) -> float:
    found = _RETRY.search(text)
    if not found:
        return 0.0
    return float(found[2]) / (1000 if found[1] == "_ms" else 1)


def _of_network(exception: str) -> str:
    for pattern, words in _NETWORK:
        if found := pattern.search(exception):
            return words.format(*(one.strip() for one in found.groups()))
    return exception.strip()
