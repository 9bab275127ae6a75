"""The decision whether a request gets a certificate. Sans-IO: everything that decides is an argument."""

from collections.abc import Container
from typing import NamedTuple

from collector.authority.invitation import Invitation
from collector.authority.issued import IssuedCertificate
from wire.joining import Reason

DAY_SECONDS = 86400.0


class Issue(NamedTuple):
    """Sign the key of the request for this agent."""

    agent: str


class Again(NamedTuple):
    """The key has a certificate already, or waits for one: the answer got lost."""

    agent: str


class Refuse(NamedTuple):
    """`revoke`: the code is used by a second key in its time, so nobody knows which box is the right one."""

    reason: Reason
    revoke: bool = False


Decision = Issue | Again | Refuse


def decide_join(invitation: Invitation | None, key: str, now: float, sites: Container[str]) -> Decision:
    """`key` is the digest of the request's key."""
    if invitation is None:
        return Refuse("unknown_code")
    if invitation.used_at is not None:
        if invitation.used_key == key:
            return Again(invitation.site)
        return Refuse("used_code", revoke=now < invitation.ends_at)
    if not invitation.is_open(now):
        return Refuse("expired_code")
    return Issue(invitation.site) if invitation.site in sites else Refuse("removed")


def decide_renewal(
    old: IssuedCertificate | None,
    of_new_key: IssuedCertificate | None,
    signed: bool,
    now: float,
    grace_days: float,
    sites: Container[str],
) -> Decision:
    """`old` is the certificate that is shown, as the store has it; `signed`: its key signed the request.

    `of_new_key` is a certificate that the new key has already.
    """
    if old is None or old.kind != "agent" or not signed:
        return Refuse("unknown_certificate")
    if old.is_revoked:
        return Refuse("revoked")
    if now > old.ends + grace_days * DAY_SECONDS:
        return Refuse("too_old")
    if old.name not in sites:
        return Refuse("removed")
    if of_new_key is not None:
        own = of_new_key.kind == "agent" and of_new_key.name == old.name
        return Again(old.name) if own else Refuse("bad_request")
    return Issue(old.name)
