"""A certificate of an agent that the book does not have, and an authority has signed all the same. Sans-IO.

So it is after the restore of a backup: certificates that came later are not in it. Without this each agent
that had renewed since would need a new invitation.
"""

import re
from collections.abc import Iterable

from cryptography import x509
from msgspec.structs import replace

from collector.authority.ca import BEGINS_BEFORE_SECONDS, Ca
from collector.authority.certificate import has_purpose, names_of, record_of, signer_of
from collector.authority.issued import IssuedCertificate
from wire.topics import AGENT_ID

BY = "a book that is lost"


def unrecorded(shown: x509.Certificate, authorities: Iterable[Ca], now: float) -> IssuedCertificate | None:
    """For the book; None for what no authority here has signed for an agent."""
    signer = signer_of(shown, authorities)
    if signer is None:  # all below is then of our own making
        return None
    names = names_of(shown)
    if not has_purpose(shown, "agent") or len(names) != 1 or not re.fullmatch(AGENT_ID, names[0]):
        return None
    at = min(now, shown.not_valid_before_utc.timestamp() + BEGINS_BEFORE_SECONDS)
    return record_of(shown, "agent", names[0], signer.id, at, BY)


def revoked_with(
    found: IssuedCertificate, others: Iterable[IssuedCertificate], now: float
) -> IssuedCertificate:
    """A revocation of the agent meant this one too, if it was there by then."""
    if any(one.revoked_at is not None and found.issued_at <= one.revoked_at for one in others):
        return replace(
            found, revoked_at=now, revoked_why="the agent was revoked while the book lacked this one"
        )
    return found
