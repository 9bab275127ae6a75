"""A new certificate in place of the present one. It runs as a program of its own: `pantau-agent renew`.

The old key signs the request of the new key. So the old certificate may have ended, and the clock may be
wrong.
"""

from agent.config import AgentConfig, Enrolment
from agent.joining.answers import NotJoined, answered, unreachable
from agent.joining.exchange import Answer, EnrolmentPort, NoEnrolment, ask
from agent.joining.identity import Identity, identity_of
from agent.joining.join import ELSEWHERE, shown
from agent.joining.keys import new_key, request_of, signature
from wire.joining import RENEW, Joined, RenewRequest, Waiting, encode


def renew(config: AgentConfig, enrolment: Enrolment, version: str, clock_kept: bool) -> Joined | Waiting:
    """Replace the identity, or return how long to wait for a person who signs. Raises NotJoined."""
    identity = identity_of(config.broker)
    try:
        key = identity.pending_key() or new_key()
        identity.keep_pending(key)
        message = _message(identity, key, version)
        answer, place = _ask(config, enrolment, message, identity.trust(), clock_kept)
        outcome = answered(answer, key, shown(place))
        if isinstance(outcome, Joined):
            if outcome.agent != config.agent:
                raise NotJoined("bad_answer", shown(place), f"it is for {outcome.agent}, not {config.agent}")
            identity.replace(key, outcome.certificate, outcome.trust)
    except OSError as error:
        raise NotJoined("unwritable", detail=f"{error.filename}: {error.strerror}") from None
    except ValueError as error:
        raise NotJoined("no_identity", detail=f"{identity.certificate_file}: {error}") from None
    return outcome


def _message(identity: Identity, key: bytes, version: str) -> bytes:
    """Raises OSError and ValueError."""
    request = request_of(key)
    return encode(RenewRequest(identity.certificate(), request, signature(identity.key(), request), version))


def _ask(
    config: AgentConfig, enrolment: Enrolment, message: bytes, trust: str, clock_kept: bool
) -> tuple[Answer, EnrolmentPort]:
    """At the enrolment port, else at the port to which the broker falls back. Raises NotJoined."""
    place = EnrolmentPort(enrolment.host, enrolment.port)
    try:
        return ask(place, RENEW, message, trust, clock_kept), place
    except NoEnrolment as error:
        other = place._replace(port=config.broker.fallback_port)
        if error.key not in ELSEWHERE or other.port in (0, place.port):
            raise unreachable(error, shown(place)) from None
        try:
            return ask(other, RENEW, message, trust, clock_kept), other
        except NoEnrolment:
            raise unreachable(error, shown(place)) from None
