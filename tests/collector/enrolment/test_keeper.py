"""The control room's own certificates: renewed by itself, by a person's hand, and while the store is away."""

from pathlib import Path

import pytest
from cryptography import x509

from collector.authority.ca import DAY_SECONDS
from collector.authority.folder import AuthorityFolder
from collector.authority.keys import new_key, request
from collector.database.engine import StoreUnavailable
from collector.enrolment.by_hand import ByHand
from collector.enrolment.keeper import OWN, AuthorityKeeper
from tests.collector.enrolment.conftest import Enrolling
from tests.collector.waiting import until
from tests.fakes.auditing import audit_row


def keeper(enrolling: Enrolling) -> AuthorityKeeper:
    book = enrolling.store.authority
    by_hand = ByHand(enrolling.directory, book)
    now = lambda: enrolling.now  # noqa: E731
    return AuthorityKeeper(
        enrolling.settings, book.record, now, lambda id: book.revoked(id, enrolling.now), by_hand
    )


def ends(enrolling: Enrolling) -> dict[str, float]:
    found: dict[str, float] = {}
    for own in OWN:
        pem = (enrolling.directory / own.file).read_bytes()
        certificate = x509.load_pem_x509_certificate(pem[pem.find(b"-----BEGIN CERT") :])
        found[own.kind] = certificate.not_valid_after_utc.timestamp()
    return found


def test_with_the_key_elsewhere_a_person_signs_for_the_control_room(enrolling: Enrolling) -> None:
    keeper(enrolling).look()
    first = ends(enrolling)
    AuthorityFolder(enrolling.directory).key_file(1).unlink()
    enrolling.now += 61 * DAY_SECONDS
    without_key, book = keeper(enrolling), enrolling.store.authority
    without_key.look()
    without_key.look()
    waiting = book.requests()
    assert sorted(one.kind for one in waiting) == sorted(own.kind for own in OWN)
    assert ends(enrolling) == first
    for one in waiting:
        key, addresses = request(one.request).public_key, without_key.addresses(one.kind)
        signed = enrolling.ca.issue(one.kind, one.name, key, enrolling.now, 90, "sari", addresses)
        book.answer(one.key, signed, audit_row(enrolling.now, "sign certificate"))
    without_key.look()
    assert set(ends(enrolling).values()) == {enrolling.now + 90 * DAY_SECONDS}
    assert without_key.due == []
    assert book.requests() == []
    assert list(enrolling.directory.glob("*.waiting.key")) == []


def test_a_look_survives_a_store_that_is_away(enrolling: Enrolling, caplog: pytest.LogCaptureFixture) -> None:
    kept = keeper(enrolling)

    def away(_: object) -> None:
        raise StoreUnavailable("the store is away")

    kept.record = away
    kept.look()
    kept.look()
    assert caplog.text.count("the store is away; the next look tries again") == 1


async def test_the_doorkeeper_waits_for_a_store_that_is_away(
    enrolling: Enrolling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("collector.admission.doorkeeper.LOOK_SECONDS", 0.01)
    looks: list[str] = []

    def look(_: AuthorityKeeper) -> None:
        looks.append("look")
        if len(looks) == 2:
            raise StoreUnavailable("the store is away")

    monkeypatch.setattr(AuthorityKeeper, "look", look)
    async with enrolling.running():
        await until(lambda: len(looks) > 4)
    assert caplog.text.count("the store is away; nobody new is let in") == 1


async def test_a_revoked_agent_is_barred_before_anything_is_taken_in(enrolling: Enrolling) -> None:
    """Its live session may outlast a restart of the collector."""
    book = enrolling.store.authority
    stolen = enrolling.ca.issue("agent", "gradasi", new_key().public_key(), enrolling.now, 90, "join")
    book.record(stolen)
    book.revoke([stolen.serial], enrolling.now, "stolen", audit_row(enrolling.now, "revoke certificate"))
    async with enrolling.running():
        at_once = list(enrolling.barred)
    assert at_once == [frozenset({"gradasi"})]


async def test_the_port_waits_for_a_certificate_that_a_person_signs(
    tmp_path: Path, enrolling: Enrolling, caplog: pytest.LogCaptureFixture
) -> None:
    AuthorityFolder(enrolling.directory).key_file(1).unlink()
    async with enrolling.running():
        await until(lambda: "nobody can join until then" in caplog.text)


def test_a_clock_of_another_century_ends_nothing(
    enrolling: Enrolling, caplog: pytest.LogCaptureFixture
) -> None:
    kept, right = keeper(enrolling), enrolling.now
    assert kept.look()
    for wrong in (right + 64 * 365 * DAY_SECONDS, 1000.0):
        enrolling.now = wrong
        kept.look()
        keeper(enrolling).look()
    enrolling.now = right
    assert kept.look()
    assert set(ends(enrolling).values()) == {right + 90 * DAY_SECONDS}
    assert "correct this machine's clock" in caplog.text
