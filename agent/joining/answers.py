"""The collector's answer to a request: a certificate, a time to wait, or a refusal in a sentence."""

import re

from agent.joining.exchange import Answer, NoEnrolment
from agent.joining.keys import belongs
from agent.joining.texts import TEXTS, both
from runtime.errors import UserError
from wire.joining import Joined, Waiting, decode_joined, decode_refusal, decode_waiting
from wire.report import MALFORMED
from wire.text import printable
from wire.topics import AGENT_ID

DETAIL_CHARACTERS = 200


class NotJoined(UserError):
    """The box has no new certificate. Two lines for a person, in English and Indonesian."""

    def __init__(self, key: str, place: str = "", detail: str = "") -> None:
        super().__init__(both(key, printable(place), printable(detail, DETAIL_CHARACTERS)))
        self.key = key


def unreachable(error: NoEnrolment, place: str) -> NotJoined:
    return NotJoined(error.key, place, error.detail)


def answered(answer: Answer, key: bytes, place: str) -> Joined | Waiting:
    """Raises NotJoined."""
    try:
        if answer.status == 200:
            return _checked(decode_joined(answer.body), key, place)
        if answer.status == 202:
            return decode_waiting(answer.body)
        refusal = decode_refusal(answer.body)
    except MALFORMED as error:
        detail = f"HTTP {answer.status}: {error}"
        raise NotJoined("bad_answer", place, detail) from None
    known = refusal.reason in TEXTS
    raise NotJoined(refusal.reason, place, refusal.text if known else refusal.text or refusal.reason)


def _checked(joined: Joined, key: bytes, place: str) -> Joined:
    """Raises NotJoined."""
    try:
        complaint = "" if belongs(joined.certificate, key) else "its certificate is of another key"
    except ValueError:
        complaint = "its certificate is none"
    if not re.fullmatch(AGENT_ID, joined.agent):
        complaint = f"{joined.agent!r} is no agent's id"
    if "BEGIN CERTIFICATE" not in joined.trust:
        complaint = "it names no authority"
    if complaint:
        raise NotJoined("bad_answer", place, complaint)
    return joined
