"""The membership of each agent, from the authority's book: one row each, however often it renewed."""

import sqlalchemy as sa

from collector.authority.membership import Membership, membership
from collector.database.certificates import certificates, invitations, requests
from collector.database.engine import transaction

_good = certificates.c.revoked_at.is_(None)
_certified = (
    sa.select(
        certificates.c.name,
        sa.func.max(sa.case((_good, certificates.c.ends))).label("ends"),
        sa.func.max(sa.case((_good, certificates.c.issued_at))).label("issued_at"),
        sa.func.max(certificates.c.revoked_at).label("revoked_at"),
    )
    .where(certificates.c.kind == "agent")
    .group_by(certificates.c.name)
)
NO_CERTIFICATE = (None, None, None)
_waiting = sa.select(requests.c.name).where(requests.c.kind == "agent")


def memberships(engine: sa.Engine, now: float) -> dict[str, Membership]:
    """By agent; those without any are not in it. Raises StoreError."""
    still_open = sa.select(invitations.c.site, invitations.c.ends_at).where(
        invitations.c.used_at.is_(None), invitations.c.withdrawn_at.is_(None), invitations.c.ends_at > now
    )
    with transaction(engine) as connection:
        certified = {row[0]: row[1:] for row in connection.execute(_certified)}
        invited = {row.site: row.ends_at for row in connection.execute(still_open)}
        waiting = set(connection.scalars(_waiting))
    found = {}
    for agent in certified.keys() | invited.keys() | waiting:
        ends, issued_at, revoked_at = certified.get(agent, NO_CERTIFICATE)
        revoked = revoked_at is not None and (issued_at is None or issued_at <= revoked_at)
        found[agent] = membership(ends, revoked, invited.get(agent), agent in waiting, now)
    return found
