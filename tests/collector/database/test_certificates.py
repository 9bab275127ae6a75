"""The authority's book in the store, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from collector.authority.invitation import Invitation, SigningRequest, invite, new_secret
from collector.authority.issued import CODE_USED_TWICE, IssuedCertificate, Kind
from collector.database.certificates import KEPT_SECONDS, AuthorityBook
from collector.database.store import Store
from tests.fakes.auditing import audit_row

NOW = 1.8e9
DAY = 86400.0
serials = count(1)


@pytest.fixture
def book(url: str) -> Iterator[AuthorityBook]:
    with closing(Store(url)) as store:
        yield store.authority


def issued(
    name: str = "gradasi", key: str = "key", at: float = NOW, kind: Kind = "agent", days: float = 90
) -> IssuedCertificate:
    serial = f"{next(serials):x}"
    return IssuedCertificate(serial, kind, name, "ca", at, at + days * DAY, at, "join", key, b"der")


def invited(book: AuthorityBook, site: str = "gradasi", at: float = NOW) -> Invitation:
    made = invite(site, new_secret(), at, "sari")
    book.invite(made, audit_row(at, "invite", site))
    return made


def test_certificates_are_found_by_name_serial_and_key(book: AuthorityBook) -> None:
    old, new, other = issued(key="a"), issued(key="b", at=NOW + 1), issued("dinkes", "c")
    for one in (old, new, other):
        book.record(one)
    assert book.certificates("agent", "gradasi") == [new, old]
    assert book.of_serial(old.serial) == old
    assert book.of_key("b") == new
    assert book.of_key("unknown") is None


def test_a_revoked_certificate_is_listed_until_it_ends(book: AuthorityBook) -> None:
    one = issued()
    book.record(one)
    assert [each.serial for each in book.revoke([one.serial], NOW + 5, "stolen", audit_row(NOW))] == [
        one.serial
    ]
    assert book.revoke([one.serial], NOW + 6, "again", audit_row(NOW)) == []
    assert [each.revoked_why for each in book.revoked("ca", NOW + 7)] == ["stolen"]
    assert book.revoked("ca", one.ends + 1) == book.revoked("another", NOW) == []
    assert book.of_key("key") is None


def test_an_invitation_gives_one_key_a_certificate(book: AuthorityBook) -> None:
    made = invited(book)
    first = issued(key="first")
    used = book.use(made.digest, first)
    assert used is not None
    assert (used.used_key, used.serial) == ("first", first.serial)
    assert book.use(made.digest, issued(key="second")) is None
    assert [one.serial for one in book.certificates()] == [first.serial]


def test_the_same_key_may_ask_again(book: AuthorityBook) -> None:
    made = invited(book)
    book.use(made.digest, issued(key="first"))
    assert book.use(made.digest, issued(key="first")) is not None


def test_a_later_invitation_withdraws_the_one_before(book: AuthorityBook) -> None:
    first, second, other = invited(book), invited(book, at=NOW + 9), invited(book, "dinkes")
    kept = [book.invitation(one.digest) for one in (first, second, other)]
    assert [one is not None and one.is_open(NOW + 10) for one in kept] == [False, True, True]
    assert [one.site for one in book.invitations(NOW + 1)] == ["gradasi"]


def test_a_request_waits_until_a_person_answers_it(book: AuthorityBook) -> None:
    made = invited(book)
    request = SigningRequest("key", "agent", "gradasi", "PEM", NOW, made.digest)
    assert book.reserve(made.digest, request)
    assert book.reserve(made.digest, replace(request, asked_at=NOW + 60)), "it asks again"
    assert not book.reserve(made.digest, SigningRequest("other", "agent", "gradasi", "PEM", NOW, made.digest))
    assert book.requests() == [request]
    signed = issued()
    book.answer("key", signed, audit_row(NOW, "sign certificate"))
    assert book.requests() == []
    assert book.of_key("key") == signed
    kept = book.invitation(made.digest)
    assert kept is not None
    assert kept.serial == signed.serial


def test_certificates_that_ended_long_ago_make_room(book: AuthorityBook) -> None:
    old, short = issued(), issued(kind="takeover", days=0.001)
    book.record(old)
    book.record(short)
    book.record(issued(at=NOW + 3 * DAY))
    assert book.of_serial(short.serial) is None
    assert book.of_serial(old.serial) == old
    book.record(issued(at=old.ends + KEPT_SECONDS + 1))
    assert book.of_serial(old.serial) is None


def test_a_code_used_twice_takes_back_all_that_the_first_use_led_to(book: AuthorityBook) -> None:
    made = invited(book)
    before, first = issued(key="before", at=NOW - DAY), issued(key="first", at=NOW + 1)
    book.record(before)
    used = book.use(made.digest, first)
    renewed, other = issued(key="renewed", at=NOW + 2), issued("dinkes", "other", at=NOW + 2)
    book.record(renewed)
    book.record(other)
    assert used is not None
    row = audit_row(NOW + 3, "code used twice")
    gone = book.used_twice(used, NOW + 3, "twice", row)
    assert {one.serial for one in gone} == {first.serial, renewed.serial}
    assert book.used_twice(used, NOW + 4, "twice", row) == []
    good = {one.serial for one in book.certificates() if not one.is_revoked}
    assert good == {before.serial, other.serial}


def test_a_code_used_twice_takes_back_a_request_that_waits(book: AuthorityBook) -> None:
    made = invited(book)
    book.reserve(made.digest, SigningRequest("key", "agent", "gradasi", "PEM", NOW, made.digest))
    used = book.invitation(made.digest)
    assert used is not None
    assert book.used_twice(used, NOW + 3, "twice", audit_row(NOW + 3)) == []
    assert book.requests() == []


def test_a_site_is_in_doubt_until_a_box_has_joined_with_another_invitation(book: AuthorityBook) -> None:
    used = book.use(invited(book).digest, issued(key="first", at=NOW + 1))
    assert used is not None
    assert book.sites_in_doubt() == set()
    book.used_twice(used, NOW + 3, f"{CODE_USED_TWICE}, by 10.0.0.9", audit_row(NOW + 3))
    assert book.sites_in_doubt() == {"gradasi"}
    book.use(invited(book, at=NOW + 4).digest, issued(key="right", at=NOW + 5))
    assert book.sites_in_doubt() == set()


def test_a_request_is_kept_while_the_collector_stores_reports(url: str) -> None:
    """SQLite refuses at once to write after a read that is older than another writer's commit."""
    with closing(Store(url)) as store, closing(Store(url)) as reports:
        quiet = [True]

        def meanwhile(_: object, __: object, statement: str, *___: object) -> None:
            if quiet and not statement.startswith(("BEGIN", "SELECT")):
                quiet.clear()
                reports.authority.record(issued("dinkes"))

        event.listen(store.authority._engine, "before_cursor_execute", meanwhile)
        assert store.authority.reserve("", SigningRequest("key", "agent", "gradasi", "PEM", NOW))
    assert not quiet


def test_certificates_are_found_by_their_end(book: AuthorityBook) -> None:
    old, new = issued(key="a"), issued(key="b", at=NOW + 60 * DAY)
    book.record(old)
    book.record(new)
    assert book.certificates("agent", ending_after=old.ends) == [new]
    assert book.certificates(ending_after=old.ends - 1) == [new, old]


def test_a_revoked_agent_stays_known_though_a_clock_runs_ahead(book: AuthorityBook) -> None:
    """Else the authority's signature would let a stolen box renew once the clock is right again."""
    stolen = issued()
    book.record(stolen)
    book.revoke_agent("gradasi", NOW + 5, "stolen", audit_row(NOW))
    book.record(issued("dinkes", at=NOW + 64 * 365 * DAY))
    found = book.of_serial(stolen.serial)
    assert found is not None
    assert found.is_revoked


def test_a_renewal_at_the_moment_of_a_revocation_gives_nothing(book: AuthorityBook) -> None:
    stolen, ended = issued(key="a"), issued(key="b", at=NOW - 100 * DAY)
    for one in (ended, stolen, issued("dinkes")):
        book.record(one)
    revoked = book.revoke_agent("gradasi", NOW + 5, "stolen", audit_row(NOW))
    assert {one.serial for one in revoked} == {stolen.serial, ended.serial}
    assert not book.renew(stolen.serial, issued(key="c", at=NOW + 6))
    assert book.of_key("c") is None
    [other] = book.certificates("agent", "dinkes")
    assert book.renew(other.serial, issued("dinkes", "d"))
    assert book.of_key("d") is not None


def test_a_renewal_that_waits_is_forgotten_with_a_revocation(book: AuthorityBook) -> None:
    book.record(issued())
    joins = invited(book)
    for key, name, invitation in (("a", "gradasi", ""), ("b", "gradasi", joins.digest), ("c", "dinkes", "")):
        assert book.reserve(invitation, SigningRequest(key, "agent", name, "request", NOW, invitation))
    book.revoke_agent("gradasi", NOW + 5, "stolen", audit_row(NOW))
    assert {one.key for one in book.requests()} == {"b", "c"}
