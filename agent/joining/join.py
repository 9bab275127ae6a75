"""A box joins: from the code of an invitation to a certificate and an agent.toml."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from agent.joining.agent_toml import write_settings
from agent.joining.answers import NotJoined, answered, unreachable
from agent.joining.exchange import Answer, EnrolmentPort, NoEnrolment, ask, trust_at
from agent.joining.identity import Identity, identity_in
from agent.joining.keys import new_key, pinned, request_of
from agent.joining.texts import both
from wire.code import BadCode, Code, read_code, write_secret
from wire.joining import JOIN, Joined, JoinRequest, Waiting, encode

HTTPS_PORT = 443
ELSEWHERE = ("refused", "no_answer", "no_network")
"""After these faults the same collector may answer at the port of HTTPS."""


class Box(NamedTuple):
    """Where this box keeps its settings and its identity; `clock_kept`: NTP keeps its clock."""

    config_file: Path
    directory: Path
    version: str
    clock_kept: bool


def join(
    text: str, box: Box, say: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> Joined:
    """Write the identity and agent.toml, and return the answer. Raises NotJoined.

    A key whose request got no answer is used again: then the collector gives the same certificate again.
    """
    try:
        code = read_code(text)
    except BadCode as bad:
        raise NotJoined("bad_code", detail=str(bad)) from None
    try:
        identity = identity_in(box.directory)
        key = _key(identity)
        place, trust = _trusted(code)
        joined = _signed(code, key, place, trust, box, say, sleep)
        identity.replace(key, joined.certificate, joined.trust)
        write_settings(box.config_file, joined, identity, box.directory)
    except OSError as error:
        raise NotJoined("unwritable", detail=f"{error.filename}: {error.strerror}") from None
    return joined


def _key(identity: Identity) -> bytes:
    """Raises OSError."""
    key = identity.pending_key() or new_key()
    identity.keep_pending(key)
    return key


def _trusted(code: Code) -> tuple[EnrolmentPort, str]:
    """The authority with the code's pin, and the port that names it. Raises NotJoined."""
    first = EnrolmentPort(code.host, code.port)
    try:
        return first, _authority(first, code)
    except NoEnrolment as error:
        if error.key not in ELSEWHERE or code.port == HTTPS_PORT:
            raise unreachable(error, shown(first)) from None
        other = first._replace(port=HTTPS_PORT)
        try:
            return other, _authority(other, code)
        except NoEnrolment:
            raise unreachable(error, shown(first)) from None


def _authority(place: EnrolmentPort, code: Code) -> str:
    """Raises NoEnrolment and NotJoined."""
    answer = trust_at(place)
    if answer.status != 200:
        raise NoEnrolment("no_tls", f"HTTP {answer.status}")
    trust = pinned(answer.body.decode(errors="replace"), code.pin)
    if not trust:
        raise NotJoined("impostor", shown(place), "another authority than the code's")
    return trust


def _signed(
    code: Code,
    key: bytes,
    place: EnrolmentPort,
    trust: str,
    box: Box,
    say: Callable[[str], None],
    sleep: Callable[[float], None],
) -> Joined:
    """Raises NotJoined."""
    message = encode(JoinRequest(write_secret(code.secret), request_of(key), box.version))
    while True:
        try:
            answer: Answer = ask(place, JOIN, message, trust, box.clock_kept)
        except NoEnrolment as error:
            raise unreachable(error, shown(place)) from None
        outcome = answered(answer, key, shown(place))
        if not isinstance(outcome, Waiting):
            return outcome
        say(both("waiting", detail=f"{outcome.retry_seconds:.0f}"))
        sleep(outcome.retry_seconds)


def shown(place: EnrolmentPort) -> str:
    return f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"
