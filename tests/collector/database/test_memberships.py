"""The membership of each agent, as the authority's book has it."""

from contextlib import closing

from collector.authority.invitation import SigningRequest
from collector.database.store import Store
from tests.collector.database.test_certificates import DAY, NOW, invited, issued
from tests.fakes.auditing import audit_row


def test_the_book_tells_who_joined_is_invited_waits_and_is_revoked(url: str) -> None:
    with closing(Store(url)) as store:
        book = store.authority
        one, old, again = issued("joined"), issued("reflashed", "old"), issued("reflashed", "new", NOW + 10)
        stolen, ended = issued("stolen"), issued("cupboard", at=NOW - 100 * DAY)
        for certificate in (one, old, again, stolen, ended, issued("_collector", kind="collector")):
            book.record(certificate)
        book.revoke([old.serial, stolen.serial], NOW + 5, "lost", audit_row(NOW, "revoke"))
        lapsed = invited(book, "lapsed", NOW - 2 * DAY)
        made, asked = invited(book, "invited"), invited(book, "waiting")
        book.reserve(asked.digest, SigningRequest("k", "agent", "waiting", "pem", NOW, asked.digest))
        book.withdraw(invited(book, "withdrawn").site, NOW + 1, audit_row(NOW, "withdraw"))
        found = store.memberships(NOW + 20)
    assert {agent: each.joining for agent, each in found.items()} == {
        "joined": "joined",
        "reflashed": "joined",
        "stolen": "revoked",
        "cupboard": "ended",
        "invited": "invited",
        "waiting": "waiting",
    }
    assert (found["reflashed"].ends, found["stolen"].ends) == (again.ends, None)
    assert found["invited"].invited_until == made.ends_at
    assert lapsed.ends_at < NOW
